import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { batchFile, writeCommand } from '../../../src/profiles/launcher.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), `it's a "folder" $HOME % ü `));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('the script starts Node.js with the folder and every argument as it is', () => {
  const bundle = join(folder, 'print.mjs');
  writeFileSync(bundle, 'process.stdout.write(JSON.stringify(process.argv.slice(2))); process.exit(9);');
  const bin = writeCommand(folder, { node: process.execPath, bundle, windows: false });
  expect(statSync(bin).mode & 0o777).toBe(0o700);
  const script = join(bin, 'assume-role-chain');
  expect(statSync(script).mode & 0o777).toBe(0o700);
  const words = ['exec', '--', 'a b', '$HOME', '*', "it's", ''];
  const { stdout, status } = spawnSync('assume-role-chain', words, {
    encoding: 'utf8',
    env: { PATH: `${bin}:/usr/bin:/bin` },
  });
  expect([JSON.parse(stdout), status]).toEqual([[folder, ...words], 9]);
});

test('on Windows there is a batch file too, of one line, in which a percent sign is doubled', () => {
  const program = { node: 'C:\\node\\node.exe', bundle: 'D:\\a b\\100%\\command.js', windows: true };
  const bin = writeCommand(folder, program);
  expect(readFileSync(join(bin, 'assume-role-chain'), 'utf8')).toContain(
    "'C:\\node\\node.exe' 'D:\\a b\\100%\\command.js'",
  );
  expect(readFileSync(join(bin, 'assume-role-chain.cmd'), 'utf8')).toBe(batchFile(folder, program));
  expect(batchFile('E:\\x', program)).toBe(
    '@"C:\\node\\node.exe" "D:\\a b\\100%%\\command.js" "E:\\x" %* & exit /b\r\n',
  );
});

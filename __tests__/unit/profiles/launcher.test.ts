import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
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

test.each(['as the interpreter', 'by sh, where its path has a space'])(
  'the script starts Node.js %s',
  (how) => {
    const node = how === 'as the interpreter' ? process.execPath : join(folder, 'node');
    if (node !== process.execPath) symlinkSync(process.execPath, node);
    const bundle = join(folder, 'print.mjs');
    const print = 'JSON.stringify([process.argv.slice(2), process.env["a-b.c"] ?? null])';
    writeFileSync(bundle, `process.stdout.write(${print}); process.exit(9);`);
    const bin = writeCommand(folder, { node, bundle, stepFolder: folder, windows: false });
    expect(statSync(bin).mode & 0o777).toBe(0o700);
    const file = join(bin, 'assume-role-chain');
    expect(statSync(file).mode & 0o777).toBe(0o700);
    expect(readFileSync(file, 'utf8').split('\n')[0]).toBe(
      node === process.execPath && !/\s/.test(node) ? `#!${node}` : '#!/bin/sh',
    );
    const words = ['exec', '--', 'a b', '$HOME', '*', "it's", ''];
    const { stdout, status } = spawnSync('assume-role-chain', words, {
      encoding: 'utf8',
      env: { PATH: `${bin}:/usr/bin:/bin`, 'a-b.c': 'kept' },
    });
    const [argv, kept] = JSON.parse(stdout) as [string[], string | null];
    expect([argv, status]).toEqual([[folder, ...words], 9]);
    if (node === process.execPath) expect(kept).toBe('kept');
  },
);

test('on Windows there is a batch file too, of one line, in which a percent sign is doubled', () => {
  const program = {
    node: 'C:\\node\\node.exe',
    bundle: 'D:\\a b\\100%\\command.js',
    stepFolder: 'E:\\x',
    windows: true,
  };
  const bin = writeCommand(folder, program);
  expect(readFileSync(join(bin, 'assume-role-chain'), 'utf8')).toContain(
    "'C:\\node\\node.exe' 'D:\\a b\\100%\\command.js'",
  );
  expect(readFileSync(join(bin, 'assume-role-chain.cmd'), 'utf8')).toBe(batchFile(program));
  expect(batchFile(program)).toBe('@"C:\\node\\node.exe" "D:\\a b\\100%%\\command.js" "E:\\x" %*\r\n');
});

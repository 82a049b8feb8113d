import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { customerRole, externalId, hubRole, startLocalServices } from '../../local/services.ts';
import { shown, stepOf } from '../workflows.ts';

/** The script as a release has it: one file, in a folder of its own, without a clone. */

const root = join(import.meta.dirname, '..', '..');
const commit = '0123456789abcdef0123456789abcdef01234567';
let tools: string;
let folder: string;

beforeAll(() => {
  tools = mkdtempSync(join(tmpdir(), 'release '));
  const script = join(root, 'scripts', 'build-migrate.ts');
  const { status, stderr } = spawnSync(
    process.execPath,
    [script, join(tools, 'migrate.mjs'), 'v1.2.3', commit],
    { encoding: 'utf8' },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
afterAll(() => {
  rmSync(tools, { recursive: true });
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'my repository '));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const migrate = (...words: string[]) =>
  spawnSync(process.execPath, [join(tools, 'migrate.mjs'), ...words], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
const put = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const theirs = `name: Deploy
on: push
permissions:
  id-token: write
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - name: The hub
        uses: aws-actions/configure-aws-credentials@v6
        with:
          role-to-assume: ${hubRole}
          aws-region: us-east-1
      - name: The customer # over there
        id: customer
        uses: aws-actions/configure-aws-credentials@8df5847569e6427dd6c4fb1cf565c83acfa8afa7 # v6.0.0
        with:
          role-to-assume: ${customerRole}
          role-chaining: true
          role-skip-session-tagging: true
          role-external-id: ${externalId}
          aws-region: us-east-1
          retry-max-attempts: 3
      - name: Deploy
        run: echo "into \${{ steps.customer.outputs.aws-account-id }} as \${{ steps.customer.outputs.authenticated-arn }}"
`;

describe('a workflow that chains two roles', () => {
  test.each([
    ['as two steps', [], 2],
    ['as one step, with --merge', ['--merge'], 1],
  ])('runs %s, and ends with the same session', async (_, words, deploy) => {
    const path = put('deploy.yml', theirs);
    const { status, stdout, stderr } = migrate(...words, 'deploy.yml');
    expect({ status, stderr }).toEqual({ status: words.length === 0 ? 0 : 3, stderr: '' });
    expect(stdout).toContain('deploy.yml: 2 steps rewritten');
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(`uses: assume-role-chain/assume-role-chain@${commit} # v1.2.3`);
    const services = await startLocalServices();
    try {
      const result = await services.run({ workflow: path });
      result.cleanUp();
      expect(result.conclusion).toBe('success');
      expect(shown(stepOf(result, deploy))).toContain(
        'into 222222222222 as arn:aws:sts::222222222222:assumed-role/customer-deployment/GitHubActions',
      );
    } finally {
      await services.close();
    }
  });
});

describe('a batch', () => {
  test('one bad file is one line, and all others are rewritten', () => {
    const good = put('a.yml', theirs);
    put('b.yml', '# aws-actions/configure-aws-credentials\njobs: [\n');
    put('c.yml', 'jobs: [ # not theirs, so nobody reads it\n');
    writeFileSync(
      join(folder, 'd.yml'),
      Buffer.from('# aws-actions/configure-aws-credentials \xff\n', 'latin1'),
    );
    writeFileSync(join(folder, 'e.yml'), `\ufeff${theirs}`, 'utf16le');
    const { status, stdout, stderr } = migrate('.');
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout.match(/^.*: error: .*$/gm)).toEqual([
      expect.stringMatching(/^b\.yml: error: .* at line \d+/),
      'd.yml: error: is not UTF-8',
      'e.yml: error: is not UTF-8',
    ]);
    expect(stdout).toMatch(/files looked at +5\n +files rewritten +1\n/);
    expect(readFileSync(good, 'utf8')).toContain('assume-role-chain');
    expect(migrate('missing.yml').stdout).toContain('missing.yml: error: ');
  });

  test('--check and --diff write nothing', () => {
    const path = put('deploy.yml', theirs);
    const check = migrate('--check', '.');
    expect(check.status).toBe(0);
    expect(check.stdout).toContain('deploy.yml: 2 steps to rewrite');
    const diff = migrate('--diff', '.');
    expect(readFileSync(path, 'utf8')).toBe(theirs);
    expect(diff.stderr).toContain('2 steps to rewrite');
    const applied = spawnSync('git', ['apply', '-'], { cwd: folder, input: diff.stdout, encoding: 'utf8' });
    expect(applied.stderr).toBe('');
    const byDiff = readFileSync(path, 'utf8');
    writeFileSync(path, theirs);
    expect(migrate('.').status).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(byDiff);
    const again = migrate('.');
    expect(again.stdout).toMatch(/^Summary\n {2}files looked at +1\n {2}files rewritten +0\n/);
  });

  test('--json', () => {
    put('deploy.yml', theirs.replace('role-skip-session-tagging', 'no-such-input'));
    const { status, stdout } = migrate('--json', '--check', '.');
    const report = JSON.parse(stdout) as {
      exitCode: number;
      files: { path: string; decisions: { line: number; text: string }[] }[];
    };
    expect({ status, code: report.exitCode }).toEqual({ status: 3, code: 3 });
    expect(report.files[0]).toMatchObject({ path: 'deploy.yml', steps: 2, left: 0, changed: true });
    const [decision] = report.files[0]?.decisions ?? [];
    expect(decision?.line).toBe(17);
    expect(decision?.text).toContain('no-such-input is not an input of the other action');
  });

  test('--help, and a command line that is wrong', () => {
    const help = migrate('--help');
    expect(help).toMatchObject({ status: 0, stderr: '' });
    expect(help.stdout).toMatch(/^Usage: /);
    const wrong = migrate();
    expect(wrong).toMatchObject({ status: 1, stdout: '' });
    expect(wrong.stderr).toMatch(/^No file is named\.\n\nUsage: /);
  });
});

describe('what it writes', () => {
  test('preserves the mode of a file, and leaves no other file behind', () => {
    const path = put('deploy.yml', theirs);
    chmodSync(path, 0o640);
    migrate('deploy.yml');
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(['deploy.yml']);
  });

  test('is no file that is read-only, and each file once', () => {
    const path = put('deploy.yml', theirs);
    chmodSync(path, 0o444);
    const refused = migrate('deploy.yml');
    expect(refused.status).toBe(1);
    expect(refused.stdout).toContain('deploy.yml: error: is read-only');
    expect(readFileSync(path, 'utf8')).toBe(theirs);
    expect(migrate('--check', 'deploy.yml', '.').stdout).toMatch(/files looked at +1\n/);
  });

  test('is nothing outside of what was named', () => {
    const outside = mkdtempSync(join(tmpdir(), 'outside-'));
    try {
      writeFileSync(join(outside, 'x.yml'), theirs);
      mkdirSync(join(folder, 'workflows'));
      put('beside.yml', theirs);
      put('workflows/notes.txt', theirs);
      symlinkSync(join(outside, 'x.yml'), join(folder, 'workflows', 'link.yml'));
      symlinkSync(outside, join(folder, 'workflows', 'linked'));
      expect(migrate('workflows').stdout).toMatch(/files looked at +0\n/);
      const named = migrate('workflows/link.yml');
      expect(named.status).toBe(1);
      expect(named.stdout).toContain('workflows/link.yml: error: is a symbolic link');
      for (const path of [join(outside, 'x.yml'), join(folder, 'beside.yml')])
        expect(readFileSync(path, 'utf8')).toBe(theirs);
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  test('is a whole file or nothing: what cannot be written is an error, and the file stays as it was', () => {
    const path = put('deploy.yml', theirs);
    // No file may grow, not even by a byte.
    const script = 'ulimit -f 0 && exec "$0" "$@"';
    const { status, stdout } = spawnSync(
      'sh',
      ['-c', script, process.execPath, join(tools, 'migrate.mjs'), 'deploy.yml'],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(status).toBe(1);
    expect(stdout).toContain('deploy.yml: error: EFBIG');
    expect(readFileSync(path, 'utf8')).toBe(theirs);
    expect(readdirSync(folder)).toEqual(['deploy.yml']);
  });
});

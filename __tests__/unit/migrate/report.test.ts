import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { unifiedDiff } from '../../../scripts/migrate/diff.ts';
import { readCommand } from '../../../scripts/migrate/options.ts';
import { ownAction } from '../../../scripts/migrate/release.ts';
import { exitCodeOf, reportJson, reportText, type FileResult } from '../../../scripts/migrate/report.ts';

const nothing = { text: '', steps: 1, left: 0, decisions: [], notes: [], hasKeys: false };
const file = (path: string, more: Partial<FileResult> = {}): FileResult => ({
  ...{ path, migration: nothing, error: undefined, changed: true, diff: '' },
  ...more,
});
const toDecide = {
  ...nothing,
  left: 1,
  decisions: [2, 7].map((line) => ({ line, text: 'Decide.\nBy friday.' })),
};

describe('the report', () => {
  test('has each file once, what is the same once, and a table', () => {
    const results = [
      file('a.yml'),
      file('b.yml', { migration: { ...toDecide, notes: [{ line: 3, text: 'Known.' }] } }),
      file('c.yml', { migration: undefined, error: 'is not UTF-8', changed: false }),
    ];
    expect(reportText(results, 12, true)).toBe(`a.yml: 1 step rewritten
b.yml: 1 step rewritten, 1 left as it is
  To decide:
    lines 2, 7: Decide.
      By friday.
  Notes:
    line 3: Known.
c.yml: error: is not UTF-8

Summary
  files looked at         12
  files rewritten          2
  steps rewritten          2
  steps left as they are   1
  to decide                2
  files with errors        1
`);
  });

  test('as JSON', () => {
    const [one] = (
      JSON.parse(reportJson([file('a.yml', { migration: toDecide })], 4, false)) as { files: unknown[] }
    ).files;
    expect(one).toEqual({
      ...{ path: 'a.yml', changed: true, steps: 1, left: 1 },
      ...{ decisions: toDecide.decisions, notes: [] },
    });
  });

  test('the way to OIDC is there once, where a step has keys alone', () => {
    const keys = { ...nothing, hasKeys: true };
    const text = reportText(
      [file('a.yml', { migration: keys }), file('b.yml', { migration: keys })],
      2,
      false,
    );
    expect(text.split('From access keys to OIDC')).toHaveLength(2);
    expect(reportText([file('a.yml')], 2, false)).not.toContain('OIDC');
  });

  test('exit codes', () => {
    const broken = file('c.yml', { migration: undefined, error: 'x' });
    const decide = file('b.yml', { migration: toDecide });
    expect([[], [file('a.yml')], [decide, file('a.yml')], [decide, broken]].map(exitCodeOf)).toEqual([
      0, 0, 3, 1,
    ]);
  });
});

describe('the command line', () => {
  test('its defaults', () => {
    expect(readCommand(['a', 'b'])).toEqual({
      ...{
        paths: ['a', 'b'],
        check: false,
        diff: false,
        json: false,
        merge: false,
        modern: false,
        help: false,
      },
      ...{ fromVersion: undefined, action: ownAction() },
    });
  });

  test('what it reads', () => {
    const command = readCommand(['--from-version', 'v2', '--action', 'acme/fork@v2 # why', 'x']);
    expect(command).toMatchObject({
      fromVersion: '2.2.0',
      action: { name: 'acme/fork', fixed: { ref: 'v2', comment: 'why' } },
    });
    expect(readCommand(['--action', './', 'x']).action).toMatchObject({ name: './', fixed: { ref: '' } });
  });

  test.each([
    [[], 'No file is named.'],
    [['--from-version', 'v99', 'x'], 'is not a release'],
    [['--action', 'fork', 'x'], 'must be OWNER/REPO@REF'],
    [['--nothing', 'x'], '--nothing'],
  ])('%j is an error', (words, message) => {
    expect(() => readCommand(words)).toThrow(message);
  });

  test('a release knows its version and commit', () => {
    const commit = '0123456789abcdef0123456789abcdef01234567';
    expect(ownAction(`v2.3.4 ${commit}`)).toMatchObject({
      major: 'v2',
      release: { version: 'v2.3.4', commit },
    });
    expect(ownAction('RELEASE OF THIS SCRIPT')).toMatchObject({ major: 'v1', release: undefined });
  });
});

test('git applies the diff', () => {
  const folder = mkdtempSync(join(tmpdir(), 'diff-'));
  try {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 });
    fc.assert(
      fc.property(lines, lines, fc.boolean(), (before, after, ends) => {
        const [old, fresh] = [before, after].map(
          (all) => all.join('\n') + (ends && all.length > 0 ? '\n' : ''),
        );
        if (!old || !fresh || old === fresh) return;
        writeFileSync(join(folder, 'x.yml'), old);
        const input = unifiedDiff('x.yml', old, fresh);
        const words = ['apply', '--whitespace=nowarn', '-'];
        const { status, stderr } = spawnSync('git', words, { cwd: folder, input, encoding: 'utf8' });
        expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
        expect(readFileSync(join(folder, 'x.yml'), 'utf8')).toBe(fresh);
      }),
      { numRuns: 40 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

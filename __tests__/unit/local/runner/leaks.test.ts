import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { findLeaksInFiles } from '../../../../local/runner/leaks.ts';
import type { StepSpec } from '../../../../local/runner/workflow.ts';
import { runSteps, uses, type TrialAction } from './trial-action.ts';

const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"&';

/** Where a secret was seen that an action spread about. */
async function seen(action: TrialAction, ...more: StepSpec[]): Promise<string[]> {
  const preamble = `const secret = ${JSON.stringify(secret)};`;
  const made = {
    ...action,
    main: `import { mkdirSync, writeFileSync } from 'node:fs';\n${preamble}\n${action.main ?? ''}`,
  };
  const steps = [{ name: 'trial', ...uses }, ...more];
  const result = await runSteps(steps, { action: made, watch: () => [secret, secret] });
  expect(result.leaks.every((leak) => leak.secret === 'wJal…')).toBe(true);
  const tools = join(result.temp, '..', 'tools');
  return result.leaks.map(({ where }) =>
    where.replace(result.temp, '$TEMP').replace(tools, '$TOOLS').replace(/ \d+ /, ' N '),
  );
}

const masked = 'console.log("::add-mask::" + secret);';

describe('a secret is seen', () => {
  test.each([
    [
      'printed before its mask',
      `console.log(secret); ${masked}`,
      ['line N of the log', 'stdout beside its masks of step trial'],
    ],
    ['printed after its mask', `${masked} console.log(secret);`, ['stdout beside its masks of step trial']],
    ['on stderr', `${masked} console.error(secret);`, ['stderr of step trial']],
    [
      'in base64',
      `console.error(Buffer.from(secret).toString('base64'));`,
      ['line N of the log', 'stderr of step trial'],
    ],
    [
      'in base64 of more',
      `${masked} console.error(Buffer.from('ab' + secret + 'c').toString('base64'));`,
      ['line N of the log', 'stderr of step trial'],
    ],
    ['in a URI', `${masked} console.error(encodeURIComponent(secret));`, ['stderr of step trial']],
    ['in JSON', `${masked} console.error(JSON.stringify({ secret }));`, ['stderr of step trial']],
    ['in state', `to('GITHUB_STATE', 'kept=' + secret + '\\n');`, ['state kept of step trial']],
    ['in an output', `to('GITHUB_OUTPUT', 'other=' + secret + '\\n');`, ['output other of step trial']],
    ['in a variable', `to('GITHUB_ENV', 'OTHER=' + secret + '\\n');`, ['variable OTHER of step trial']],
    [
      'in a summary',
      `${masked} to('GITHUB_STEP_SUMMARY', secret + '\\n');`,
      ['file $TEMP/_runner_file_commands/step_summary_0'],
    ],
    [
      'in a file',
      `writeFileSync(process.env.RUNNER_TEMP + '/x', secret, { mode: 0o600 });`,
      ['file $TEMP/x'],
    ],
    [
      'in a file of a private folder that others may read',
      `mkdirSync(process.env.RUNNER_TEMP + '/p', { mode: 0o700 }); writeFileSync(process.env.RUNNER_TEMP + '/p/x', secret, { mode: 0o644 });`,
      ['file $TEMP/p/x'],
    ],
    [
      'in the name of a file',
      `writeFileSync(process.env.RUNNER_TEMP + '/' + encodeURIComponent(secret), '', { mode: 0o600 });`,
      ['a name in $TEMP'],
    ],
    ['in the tool cache', `writeFileSync(process.env.RUNNER_TOOL_CACHE + '/x', secret);`, ['file $TOOLS/x']],
    [
      'on a command line',
      `import { execFileSync } from 'node:child_process'; execFileSync('sleep', ['0.3'], { argv0: 'sleep ' + secret });`,
      process.platform === 'linux' ? ['command line of step trial'] : [],
    ],
  ])('%s', async (_, main, places) => {
    expect(await seen({ main })).toEqual(places);
  });

  test('in a file that a post removes', async () => {
    const main = `writeFileSync(process.env.RUNNER_TEMP + '/x', secret);`;
    const post = `import { rmSync } from 'node:fs'; rmSync(process.env.RUNNER_TEMP + '/x');`;
    expect(await seen({ main, post })).toEqual(['file $TEMP/x']);
  });

  test('in a file that a later script removes', async () => {
    const steps = [{ run: 'echo abcdef > x' }, { run: 'rm x' }];
    const { leaks } = await runSteps(steps, { secrets: { KEY: 'abcdef' }, watch: () => ['abcdef'] });
    expect(leaks.map(({ where }) => where)).toEqual([expect.stringMatching(/^file .*x$/)]);
  });

  test('in the masked log of a script', async () => {
    const main = `to('GITHUB_OUTPUT', 'secret-access-key=abc\\n');`;
    const env = { KEY: '${{ steps.one.outputs.secret-access-key }}' };
    const steps = [
      { id: 'one', ...uses },
      { run: 'printf %s "$KEY"', env },
    ];
    const { leaks, log } = await runSteps(steps, { action: { main }, watch: () => ['abc'] });
    // Where the runner shows the step's environment, and where the script prints it.
    const lines = ['  KEY: abc', 'abc'].map((line) => `line ${log.indexOf(line) + 1} of the log`);
    expect(leaks.map(({ where }) => where)).toEqual(lines);
  });
});

describe('a secret is not seen', () => {
  test.each([
    ['behind a mask', masked],
    [
      'in the credential outputs',
      `for (const name of ['access-key-id', 'secret-access-key', 'session-token']) to('GITHUB_OUTPUT', name + '=' + secret + '\\n');`,
    ],
    ['in the credential variables', `to('GITHUB_ENV', 'AWS_SECRET_ACCESS_KEY=' + secret + '\\n');`],
    [
      'in a private file of a private folder',
      `mkdirSync(process.env.RUNNER_TEMP + '/p', { mode: 0o700 }); writeFileSync(process.env.RUNNER_TEMP + '/p/x', secret, { mode: 0o600 });`,
    ],
  ])('%s', async (_, main) => {
    expect(await seen({ main })).toEqual([]);
  });

  test('in a folder that was removed meanwhile', () => {
    expect(findLeaksInFiles([secret], { root: join(tmpdir(), randomUUID()) })).toEqual([]);
  });

  test('where a script prints what is masked', async () => {
    expect(await seen({ main: masked }, { name: 'script', run: `printf '%s' '${secret}'` })).toEqual([]);
  });
});

test('a place that cannot be searched is an error, not a place without secrets', () => {
  expect(() => findLeaksInFiles([secret], { root: import.meta.filename })).toThrow('ENOTDIR');
});

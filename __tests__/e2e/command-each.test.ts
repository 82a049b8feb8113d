import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { AccountSpec } from '../../local/aws/spec.ts';
import { defaultAccounts, hubRole, startLocalServices, type LocalServices } from '../../local/services.ts';
import type { StepSpec } from '../../local/runner/workflow.ts';
import { assume, forgetCached, postOf, shown, stepOf, workflow } from '../workflows.ts';

/** `assume-role-chain each`: one command per account, in a later step. */

const idOf = (index: number): string => String(300_000_000_000 + index);
const roleOf = (index: number): string => `arn:aws:iam::${idOf(index)}:role/deploy`;
const trustPolicy = {
  Statement: { Effect: 'Allow', Principal: { AWS: hubRole }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
};

async function startWith(count: number): Promise<LocalServices> {
  const customers = Array.from({ length: count }, (_, index): AccountSpec => ({
    id: idOf(index),
    roles: [{ name: 'deploy', trustPolicy }],
  }));
  return startLocalServices({
    spec: { accounts: [...defaultAccounts('acme/shop', 'deploy').slice(0, 1), ...customers] },
  });
}

let local: LocalServices;
beforeEach(async () => {
  local = await startWith(4);
});
afterEach(() => local.close());

const accounts = (count: number): StepSpec => {
  const list = Array.from({ length: count }, (_, index) => `c${index}: ${roleOf(index)}`).join('\n');
  return assume({ 'role-arn': hubRole, accounts: list, region: 'eu-west-1' }, { name: 'accounts' });
};
const hub = assume({ 'role-arn': hubRole, profile: 'hub' }, { name: 'hub' });
const use = (script: string, more: Partial<StepSpec> = {}): StepSpec => ({
  name: 'use',
  run: script,
  ...more,
});
/** The lines after the runner's own. */
const after = (lines: readonly string[]): string[] => {
  const text = lines.map((line) => line.replace(/\d+\.\d s/g, 'N s'));
  return text.slice(text.indexOf('##[endgroup]') + 1);
};

test('runs once per account of a list, each with its keys, profile and region, one group each', async () => {
  const script = `assume-role-chain each -- sh -c 'echo "$AWS_PROFILE $AWS_REGION"; echo "key $AWS_ACCESS_KEY_ID" >&2; printf end'`;
  const result = await local.run({ workflow: workflow(hub, accounts(3), use(script)) });
  expect(result.conclusion).toBe('success');
  const step = stepOf(result, 2);
  expect(after(step.lines)).toEqual([
    ...[0, 1, 2].flatMap((index) => [
      `##[group]c${index}`,
      `c${index} eu-west-1`,
      'key ***',
      'end',
      '##[endgroup]',
      `c${index}: succeeded after N s (${index + 1} of 3 done)`,
    ]),
    '3 accounts: 3 succeeded, 0 failed, in N s.',
  ]);
  const keys = [...step.stdout.matchAll(/key (\w+)/g)].map(([, key]) => key);
  expect(keys.map((key) => local.aws.issued.find(({ accessKeyId }) => accessKeyId === key)?.arn)).toEqual(
    [0, 1, 2].map((index) => `arn:aws:sts::${idOf(index)}:assumed-role/deploy/acme.shop@42`),
  );
  expect(step.summary).toMatch(
    /^### assume-role-chain each: 3 accounts: 3 succeeded, 0 failed, in [\d.]+ s\.\n/,
  );
  expect(step.summary).toMatch(new RegExp(`\\| c0 \\| ${idOf(0)} \\| succeeded \\| [\\d.]+ s \\|`));
  expect(result.leaks).toEqual([]);
});

test('several at once: no two outputs mix, whatever is in them', async () => {
  const body =
    'for i in 1 2 3 4 5; do echo "$AWS_PROFILE out"; echo "$AWS_PROFILE err" >&2; sleep 0.02; done';
  const script = [
    `assume-role-chain each --parallel 4 -- sh -c '${body}; head -c 100000 /dev/zero | tr "\\0" x; printf "\\377\\0"'`,
    // Nothing of the output stays behind.
    'ls "$RUNNER_TEMP"/assume-role-chain/*/ | grep -c each- || true',
  ].join('\n');
  const result = await local.run({ workflow: workflow(accounts(4), use(script)) });
  const text = shown(stepOf(result, 1));
  const groups = [...text.matchAll(/##\[group\](c\d)\n([^]*?)\n##\[endgroup\]\n(c\d): succeeded/g)];
  expect(groups.map(([, name]) => name).sort()).toEqual(['c0', 'c1', 'c2', 'c3']);
  for (const [, name = '', output = '', other] of groups) {
    expect(other).toBe(name);
    const [end = '', ...lines] = output.split('\n').reverse();
    expect(lines.reverse()).toEqual(Array.from({ length: 5 }, () => [`${name} out`, `${name} err`]).flat());
    expect(end).toMatch(/^x{100000}/);
  }
  expect(text.split('\n').slice(-1)).toEqual(['0']);
  expect(result.leaks).toEqual([]);
});

test('one that fails ends it, and is named; with --keep-going the others run', async () => {
  const command = `sh -c '[ "$AWS_PROFILE" != c1 ] || exit 3; echo "::warning::mine"'`;
  const script = `set +e; assume-role-chain each -- ${command}; echo "exit $?"; assume-role-chain each --keep-going --profiles c3,c1,c0 -- ${command}; echo "exit $?"`;
  const result = await local.run({ workflow: workflow(accounts(4), use(script)) });
  const step = stepOf(result, 1);
  const lines = after(step.lines).filter((line) => !line.startsWith('##[group') && line !== '##[endgroup]');
  expect(lines).toEqual([
    '##[warning]mine',
    'c0: succeeded after N s (1 of 4 done)',
    'c1: failed with exit code 3 after N s (2 of 4 done, 1 failed)',
    expect.stringContaining('##[error]'),
    '4 accounts: 1 succeeded, 1 failed, 2 not run, in N s.',
    'exit 1',
    '##[warning]mine',
    'c3: succeeded after N s (1 of 3 done)',
    'c1: failed with exit code 3 after N s (2 of 3 done, 1 failed)',
    '##[warning]mine',
    'c0: succeeded after N s (3 of 3 done, 1 failed)',
    expect.stringContaining('##[error]'),
    '3 accounts: 2 succeeded, 1 failed, in N s.',
    'exit 1',
  ]);
  expect(step.annotations.filter(({ level }) => level === 'error')).toEqual([
    {
      level: 'error',
      title: 'The command failed in 1 of 4 accounts',
      message: 'c1: failed with exit code 3',
    },
    {
      level: 'error',
      title: 'The command failed in 1 of 3 accounts',
      message: 'c1: failed with exit code 3',
    },
  ]);
  expect(step.summary).toContain('| c1 | 300000000001 | failed with exit code 3 |');
  expect(step.summary).toContain('| c2 | 300000000002 | not run |  |');
});

test('no credentials, or a command that is not there: each is a failure of that account', async () => {
  const profile = assume({ 'role-arn': hubRole, profile: 'hub', 'max-attempts': '1' });
  const result = await local.run({
    workflow: workflow(
      profile,
      use(`${forgetCached}; assume-role-chain each -- echo ran`, { 'continue-on-error': true }),
      use('assume-role-chain each -- no-such-command', { name: 'then' }),
    ),
    onStep: (name) => {
      if (name === 'use')
        local.aws.injectFault({ kind: 'unavailable', action: 'AssumeRoleWithWebIdentity', times: 1 });
    },
  });
  expect(shown(stepOf(result, 1))).toMatch(
    /\nhub: no credentials: .*HTTP 503.* after [\d.]+ s \(1 of 1 done, 1 failed\)\n/,
  );
  expect(stepOf(result, 1).stdout).not.toContain('ran');
  expect(shown(stepOf(result, 2))).toContain('hub: not started: "no-such-command": command not found. after');
  expect(result.leaks).toEqual([]);
});

test('a cancelled step: the commands are stopped, no other is started, and nothing is left', async () => {
  const command = `sh -c 'trap "echo stopped; exit 5" TERM; touch "begun-$AWS_PROFILE"; while :; do sleep 0.1; done'`;
  const script = [
    'set +e',
    `assume-role-chain each --parallel 2 -- ${command} & pid=$!`,
    `trap 'kill -TERM $pid' INT`,
    'until [ -e begun-c0 ] && [ -e begun-c1 ]; do sleep 0.05; done',
    'echo now; wait $pid; wait $pid; echo "exit $?"; ls begun-*',
  ].join('\n');
  const result = await local.run({ workflow: workflow(accounts(4), use(script)), cancelAt: /^now$/ });
  const step = stepOf(result, 1);
  expect(step.outcome).toBe('cancelled');
  expect(shown(step)).toMatch(
    /##\[group\]c0\n(?:Terminated\n)?stopped\n##\[endgroup\]\nc0: failed with exit code 5/,
  );
  expect(shown(step)).toMatch(
    /\n4 accounts: 0 succeeded, 2 failed, 2 not run, in .*\nexit 143\nbegun-c0\nbegun-c1\n/,
  );
  expect(postOf(result).files).toEqual([]);
  expect(result.leaks).toEqual([]);
});

test('a cancelled step with a shell that forwards no signal: the commands stop when the shell ends', async () => {
  const result = await local.run({
    workflow: workflow(
      accounts(2),
      use(
        `assume-role-chain each -- sh -c 'trap "echo TERM > \\"\\$GITHUB_WORKSPACE/said\\"; exit 1" TERM; echo now; while :; do sleep 0.1; done'`,
      ),
    ),
    cancelAt: /^now$/,
  });
  expect(stepOf(result, 1).outcome).toBe('cancelled');
  expect(existsSync(join(result.temp, '..', 'work', 'said'))).toBe(true);
  expect(postOf(result).files).toEqual([]);
});

test('two hundred accounts, eight at once', async () => {
  await local.close();
  local = await startWith(200);
  const result = await local.run({
    workflow: workflow(accounts(200), use('assume-role-chain each --parallel 8 -- true')),
  });
  const step = stepOf(result, 1);
  expect(step.lines.at(-1)).toMatch(/^200 accounts: 200 succeeded, 0 failed, in /);
  expect(step.milliseconds).toBeLessThan(30_000);
  expect(result.leaks).toEqual([]);
});

test('twelve profiles that renew at once, without a word of Node.js', async () => {
  await local.close();
  local = await startWith(12);
  const script = `${forgetCached}\nassume-role-chain each --parallel 12 -- true`;
  const result = await local.run({ workflow: workflow(accounts(12), use(script)) });
  expect(stepOf(result, 1).stderr).toBe('');
  expect(stepOf(result, 1).lines.at(-1)).toMatch(/^12 accounts: 12 succeeded, 0 failed, in /);
});

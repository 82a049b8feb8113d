import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { hubRole, startLocalServices, user, type LocalServices } from '../../local/services.ts';
import type { StepSpec } from '../../local/runner/workflow.ts';
import { assume, chain, forgetCached, postOf, shown, stepOf, workflow } from '../workflows.ts';

/** `assume-role-chain exec`, by that name, in steps after the one that made the profiles. */

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

const customer = assume({ ...chain, profile: 'customer' }, { name: 'customer' });
const hub = assume({ 'role-arn': hubRole, profile: 'hub' }, { name: 'hub' });
const use = (script: string, env: Record<string, string> = {}, more: Partial<StepSpec> = {}): StepSpec => ({
  name: 'use',
  run: script,
  env,
  ...more,
});
const run = (...steps: StepSpec[]) => local.run({ workflow: workflow(...steps) });
/** The role that a key id belongs to. */
const roleOf = (accessKeyId = ''): string | undefined =>
  local.aws.issued.find((one) => one.accessKeyId === accessKeyId)?.arn.split('/')[1];
const rolesIn = (stdout: string): (string | undefined)[] =>
  [...stdout.matchAll(/ASIA[A-Z0-9]+/g)].map(([id]) => roleOf(id));
/** A renewed key is not masked in the log. */
const hashKey = `sh -c 'printf %s "$AWS_ACCESS_KEY_ID" | cksum'`;
const printKey = `sh -c 'echo "$AWS_ACCESS_KEY_ID"'`;

describe('exec', () => {
  test('is on the PATH of later steps, and gone after the post', async () => {
    const result = await run(
      customer,
      use(`command -v assume-role-chain; assume-role-chain exec -- ${printKey}`),
    );
    expect(result.conclusion).toBe('success');
    const { stdout, stderr } = stepOf(result, 1);
    expect(rolesIn(stdout)).toEqual(['customer-deployment']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^\/.*\/_temp\/assume-role-chain\/[0-9a-f-]+\/bin\/assume-role-chain\n/);
    expect(postOf(result).files).toEqual([]);
    expect(result.leaks).toEqual([]);
  });

  test('gives keys and region, and nothing of another identity', async () => {
    const planted = {
      AWS_DEFAULT_PROFILE: 'other',
      AWS_ROLE_ARN: 'arn:aws:iam::333333333333:role/other',
      AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1/',
      AWS_SECURITY_TOKEN: 'old',
      AWS_ACCOUNT_ID: '333333333333',
      AWS_REGION: 'eu-west-1',
      AWS_SHARED_CREDENTIALS_FILE: '/mine',
      KEPT: 'yes',
    };
    const result = await run(customer, use('assume-role-chain exec -- env', planted));
    const lines = stepOf(result, 1).stdout.split('\n');
    const names = lines.map((line) => line.split('=')[0]).filter((name) => /^AWS_|^KEPT$/.test(name ?? ''));
    expect(names.filter((name) => !name?.startsWith('AWS_ENDPOINT_URL')).sort()).toEqual(
      [
        'AWS_ACCESS_KEY_ID',
        'AWS_DEFAULT_REGION',
        'AWS_EC2_METADATA_DISABLED',
        ...(names.includes('AWS_SDK_LOAD_CONFIG') ? ['AWS_SDK_LOAD_CONFIG'] : []),
        'AWS_REGION',
        'AWS_SECRET_ACCESS_KEY',
        'AWS_SESSION_TOKEN',
        'AWS_SHARED_CREDENTIALS_FILE',
        'KEPT',
      ].sort(),
    );
    expect(lines).toContain('AWS_REGION=us-east-1');
    expect(lines).toContain('AWS_DEFAULT_REGION=us-east-1');
    expect(lines).toContain('AWS_EC2_METADATA_DISABLED=true');
    expect(lines).toContain('AWS_SHARED_CREDENTIALS_FILE=/mine');
    expect(result.leaks).toEqual([]);
  });

  test('the AWS CLI runs as the role, with keys that outrank those of the job', async () => {
    const env = { AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: user.secretAccessKey };
    const PATH = [join(import.meta.dirname, '..', '..', 'local', 'bin'), process.env['PATH']].join(':');
    const result = await local.run({
      workflow: workflow(customer, use('assume-role-chain exec -- aws sts get-caller-identity', env)),
      machineEnv: { PATH },
    });
    expect(stepOf(result, 1).stdout).toContain(
      'arn:aws:sts::222222222222:assumed-role/customer-deployment/acme.shop@42',
    );
  });

  test('passes on the exit code, and gives those of a shell where there is none', async () => {
    const commands = [
      `sh -c 'exit 42'`,
      `sh -c 'kill -9 $$'`,
      'no-such-command',
      '/etc/passwd',
      '/tmp',
      '/etc/passwd/x',
    ];
    const script = ['set +e', ...commands.map((one) => `assume-role-chain exec -- ${one}; echo $?`)].join(
      '\n',
    );
    const { stdout, stderr } = stepOf(await run(customer, use(script)), 1);
    expect(stdout).toBe('42\n137\n127\n126\n126\n126\n');
    expect(stderr.split('\n')).toEqual([
      'assume-role-chain: "no-such-command": command not found.',
      'assume-role-chain: "/etc/passwd": cannot be started: it is not executable.',
      'assume-role-chain: "/tmp": cannot be started: it is not executable.',
      'assume-role-chain: "/etc/passwd/x": cannot be started: ENOTDIR.',
      '',
    ]);
  });

  test('passes on signals', async () => {
    const signals = ['INT', 'TERM', 'HUP', 'QUIT', 'USR1', 'USR2'];
    // Without job control the shell makes background commands ignore SIGINT.
    const script = signals.map((signal) =>
      [
        'set +e -m',
        `assume-role-chain exec -- sh -c 'trap "echo got ${signal}; exit 7" ${signal}; echo ready; while :; do sleep 0.05; done' > "$OUT" & pid=$!`,
        'until grep -q ready "$OUT"; do sleep 0.05; done',
        `kill -${signal} $pid; wait $pid; echo "exit $?"; cat "$OUT"; : > "$OUT"`,
      ].join('\n'),
    );
    const result = await run(customer, use(script.join('\n'), { OUT: '${{ runner.temp }}/out' }));
    expect(stepOf(result, 1).stdout).toBe(signals.map((signal) => `exit 7\nready\ngot ${signal}\n`).join(''));
  });

  test('arguments, stdin, stdout and stderr are those of the command', async () => {
    const script = [
      `printf 'a\\0b' | assume-role-chain exec -- sh -c 'cat; printf "%s|" "$@" >&2' sh '' 'two words' '--profile' '$HOME' "it's" '*'`,
    ].join('\n');
    const { stdout, stderr } = stepOf(await run(customer, use(script)), 1);
    expect([stdout, stderr]).toEqual(['a\0b', "|two words|--profile|$HOME|it's|*|"]);
  });

  test('works from folders with spaces and quotes, without HOME, and from another working directory', async () => {
    const result = await local.run({
      workflow: workflow(
        customer,
        use(`cd /; unset HOME; assume-role-chain exec -- ${printKey}; assume-role-chain exec -- sleep 0.1`),
      ),
      folderName: `it's a "runner" ü `,
    });
    expect(rolesIn(stepOf(result, 1).stdout)).toEqual(['customer-deployment']);
    expect(result.leaks).toEqual([]);
  });
});

describe('the profile', () => {
  test('is the one of AWS_PROFILE, or of --profile, where there are several', async () => {
    const call = (option = ''): string => `assume-role-chain exec ${option} -- ${printKey}`;
    const script = [
      call(),
      call('--profile hub'),
      `AWS_PROFILE=hub ${call()}`,
      call('--profile=customer'),
    ].join('\n');
    const result = await run(hub, customer, use(script));
    expect(rolesIn(stepOf(result, 2).stdout)).toEqual([
      'customer-deployment',
      'deployment-hub',
      'deployment-hub',
      'customer-deployment',
    ]);
    expect(postOf(result, 1).files).toEqual([]);
    expect(result.leaks).toEqual([]);
  });

  test('that is not there, and other mistakes: one line on stderr and exit code 2', async () => {
    const mistakes = [
      [
        'exec --profile custommer -- true',
        '--profile "custommer" is not a profile of this action. Profiles: customer, hub. Did you mean customer?',
      ],
      [
        'exec -- true',
        'AWS_PROFILE is "other": name one of the 2 profiles with --profile. Profiles: customer, hub.',
      ],
      ['exec true', 'exec: -- is missing before the command. Write "assume-role-chain exec -- true …".'],
      [
        'exec --',
        'exec: the command is missing or empty. Write "assume-role-chain exec -- COMMAND [ARGUMENTS]".',
      ],
      [
        "exec -- ''",
        'exec: the command is missing or empty. Write "assume-role-chain exec -- COMMAND [ARGUMENTS]".',
      ],
    ];
    const script = ['set +e', ...mistakes.map(([words = '']) => `assume-role-chain ${words}; echo $?`)].join(
      '\n',
    );
    const { stdout, stderr } = stepOf(await run(hub, customer, use(script, { AWS_PROFILE: 'other' })), 2);
    expect(stdout).toBe('2\n'.repeat(mistakes.length));
    const lines = mistakes.map(
      ([, message = '']) => `assume-role-chain: ${message} See assume-role-chain --help.\n`,
    );
    expect(stderr).toBe(lines.join(''));
  });

  test('is the only one, with a word where AWS_PROFILE names another', async () => {
    const result = await run(
      customer,
      use(`assume-role-chain exec -- ${printKey}`, { AWS_PROFILE: 'other' }),
    );
    const { stdout, stderr } = stepOf(result, 1);
    expect(rolesIn(stdout)).toEqual(['customer-deployment']);
    expect(stderr).toBe(
      'assume-role-chain: AWS_PROFILE is "other", which is not a profile of this action: using customer, the only one.\n',
    );
  });
});

describe('renewal', () => {
  const chains = (): number =>
    local.aws.requests.filter(({ action }) => action === 'AssumeRoleWithWebIdentity').length;

  test('of expired keys, once however many ask', async () => {
    const script = [
      forgetCached,
      `for i in 1 2 3 4; do assume-role-chain exec -- ${hashKey} & done; wait`,
    ].join('\n');
    const result = await run(customer, use(script));
    expect(new Set(stepOf(result, 1).stdout.trim().split('\n')).size).toBe(1);
    expect(chains()).toBe(2);
    expect(result.leaks).toEqual([]);
  });

  test('that fails: the command is not run, exit code 125 and the reason', async () => {
    const result = await local.run({
      workflow: workflow(
        assume({ ...chain, profile: 'customer', 'max-attempts': '1' }),
        use(`${forgetCached}\nassume-role-chain exec -- echo ran`),
      ),
      onStep: (name) => {
        if (name === 'use')
          local.aws.injectFault({ kind: 'unavailable', action: 'AssumeRole', times: Infinity });
      },
    });
    const step = stepOf(result, 1);
    expect([step.exitCode, step.stdout]).toEqual([125, '']);
    expect(step.stderr).toMatch(/^assume-role-chain: profile customer has no credentials: .*HTTP 503.*\n$/);
    expect(result.leaks).toEqual([]);
  });
});

test('keys alone bring no command', async () => {
  const result = await run(assume(chain), use('assume-role-chain exec -- true'));
  expect(stepOf(result, 1).exitCode).toBe(127);
  expect(shown(stepOf(result, 1))).toContain('assume-role-chain: command not found');
});

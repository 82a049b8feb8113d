import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { hubRole, startLocalServices, type LocalServices } from '../../local/services.ts';
import type { StepSpec } from '../../local/runner/workflow.ts';
import { assume, chain, forgetCached, postOf, shown, stepOf, unwritable, workflow } from '../workflows.ts';

/** `assume-role-chain env`, `status` and `release`, in later steps. */

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

const customer = assume({ ...chain, profile: 'customer' }, { name: 'customer' });
const hub = assume({ 'role-arn': hubRole, profile: 'hub' }, { name: 'hub' });
const use = (script: string, env: Record<string, string> = {}): StepSpec => ({
  name: 'use',
  run: script,
  env,
});
const arnOf = (accessKeyId = ''): string | undefined =>
  local.aws.issued.find((one) => one.accessKeyId === accessKeyId)?.arn;
const customerArn = 'arn:aws:sts::222222222222:assumed-role/customer-deployment/acme.shop@42';
const hubArn = 'arn:aws:sts::111111111111:assumed-role/deployment-hub/acme.shop@42';

test('env masks, then prints, in each format; nothing that is printed is seen in the log', async () => {
  const script = [
    // Renewed keys, which the step has not masked.
    forgetCached,
    ...['export', 'dotenv', 'json', 'powershell'].map((one) => `assume-role-chain env --format ${one}`),
  ];
  const result = await local.run({ workflow: workflow(customer, use(script.join('\n'))) });
  const { stdout, stderr } = stepOf(result, 1);
  const values =
    /"AWS_ACCESS_KEY_ID":"(\w+)","AWS_SECRET_ACCESS_KEY":"([^"]+)","AWS_SESSION_TOKEN":"([^"]+)"/;
  const [, id = '', secret = '', token = ''] = values.exec(stdout) ?? [];
  expect(arnOf(id)).toBe(customerArn);
  expect(stdout).toContain(`export AWS_SECRET_ACCESS_KEY=${secret}\n`);
  expect(stdout).toContain(`\nAWS_SESSION_TOKEN=${token}\n`);
  expect(stdout).toContain(`$env:AWS_SECRET_ACCESS_KEY = '${secret}'\n`);
  expect(stdout).toContain('$env:AWS_PROFILE = $null\n');
  expect(stderr.split('\n').slice(0, 3)).toEqual([secret, token, id].map((one) => `::add-mask::${one}`));
  expect(shown(stepOf(result, 1))).toContain('export AWS_SECRET_ACCESS_KEY=***');
  expect(result.leaks).toEqual([]);
});

test('output that cannot be written is one line on stderr, and exit code 1', async () => {
  const calls = ['env', 'status', '--help'].map(
    (one) => `assume-role-chain ${one} ${unwritable(1)} || echo "code $?"`,
  );
  const { stdout, stderr } = stepOf(
    await local.run({ workflow: workflow(customer, use(calls.join('\n'))) }),
    1,
  );
  expect(stdout).toBe('code 1\n'.repeat(3));
  const lines = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('::add-mask::'));
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line).toMatch(/^assume-role-chain: the output cannot be written: EBADF/);
});

test('env prints no keys where the masks cannot be printed', async () => {
  const result = await local.run({
    workflow: workflow(
      customer,
      use(`${forgetCached}; assume-role-chain env ${unwritable(2)} || echo "code $?"`),
    ),
  });
  expect(stepOf(result, 1).stdout).toBe('code 1\n');
});

const onLinux = process.platform === 'linux' ? test : test.skip;
// On Linux, a pipe has room for 65,536 bytes.
const fullPipe = 'mkfifo full; exec 3<>full 4<full; head -c 65536 /dev/zero >&3';
const drain = 'head -c 65536 <&4 > /dev/null; timeout 5 head -n 1 <&4';

onLinux('env waits until its masks have left, and prints the keys then', async () => {
  const script = [
    fullPipe,
    'assume-role-chain env 2>&3 > keys &',
    'sleep 1; wc -c < keys',
    drain,
    'wait; wc -l < keys',
  ];
  const { stdout } = stepOf(await local.run({ workflow: workflow(customer, use(script.join('\n'))) }), 1);
  expect(stdout).toMatch(/^0\n::add-mask::\S+\n6\n$/);
});

onLinux.each([
  ['exec', 'assume-role-chain exec --profile other -- true'],
  ['status', 'assume-role-chain status --other'],
  ['exec that finds no command', 'assume-role-chain exec -- no-such-command'],
  [
    'a credential process',
    `rm "$RUNNER_TEMP"/assume-role-chain/*/plan-*; sh -c "$(sed -n 's/^credential_process = //p' "$AWS_CONFIG_FILE")"`,
  ],
])('what %s says on a full pipe is not lost', async (_, call) => {
  const script = [fullPipe, `(${call}) 2>&3 &`, 'sleep 1', drain];
  const { stdout } = stepOf(await local.run({ workflow: workflow(customer, use(script.join('\n'))) }), 1);
  expect(stdout).toMatch(/^assume-role-chain: .+\n$/);
});

test('eval "$(assume-role-chain env)": a tool runs as the profile, whatever else the environment names', async () => {
  const PATH = [join(import.meta.dirname, '..', '..', 'local', 'bin'), process.env['PATH']].join(':');
  const result = await local.run({
    workflow: workflow(
      hub,
      customer,
      use(
        'eval "$(assume-role-chain env --profile hub)"; echo "profile ${AWS_PROFILE-none}"; aws sts get-caller-identity',
      ),
    ),
    machineEnv: { PATH },
  });
  expect(stepOf(result, 2).stdout).toContain('profile none\n');
  expect(stepOf(result, 2).stdout).toContain(hubArn);
  expect(result.leaks).toEqual([]);
});

test('env without credentials prints nothing on stdout and exits 1', async () => {
  const result = await local.run({
    workflow: workflow(
      assume({ 'role-arn': hubRole, profile: 'hub', 'max-attempts': '1' }),
      use(`${forgetCached}; assume-role-chain env`),
    ),
    onStep: (name) => {
      if (name === 'use') local.aws.injectFault({ kind: 'unavailable', times: Infinity });
    },
  });
  expect(stepOf(result, 1)).toMatchObject({ exitCode: 1, stdout: '' });
  expect(stepOf(result, 1).stderr).toMatch(/^assume-role-chain: profile hub has no credentials: .*HTTP 503/);
});

test('status shows each profile, as text and as JSON', async () => {
  const result = await local.run({
    workflow: workflow(hub, customer, use('assume-role-chain status; assume-role-chain status --json')),
  });
  const lines = stepOf(result, 2).stdout.trim().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '')).toEqual([
    expect.objectContaining({
      profile: 'customer',
      'account-id': '222222222222',
      'assumed-role-arn': customerArn,
      region: 'us-east-1',
      expiration: expect.stringMatching(/^20.*Z$/),
      'last-failure': null,
    }),
    expect.objectContaining({ profile: 'hub', 'assumed-role-arn': hubArn }),
  ]);
  expect(lines.slice(0, -1).join('\n')).toMatch(/^customer +arn:aws:sts::222222222222:/m);
  expect(stepOf(result, 2).stderr).toBe('');
  expect(result.leaks).toEqual([]);
});

test('release destroys the keys now, blanks what was exported, and the post has nothing to complain of', async () => {
  const result = await local.run({
    workflow: workflow(
      hub,
      customer,
      assume({ ...chain, 'export-env': 'true' }, { name: 'keys' }),
      use('assume-role-chain release; find "$RUNNER_TEMP/assume-role-chain" -type f'),
      { ...use('env | grep "^AWS_" | sort; assume-role-chain exec -- true'), 'continue-on-error': true },
    ),
  });
  const released = stepOf(result, 3);
  expect(released.exported).toMatchObject({
    AWS_CONFIG_FILE: '',
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_SESSION_TOKEN: '',
  });
  expect(Object.keys(released.exported)).not.toContain('AWS_PROFILE');
  expect(released.stdout).not.toMatch(/plan-|config$|cache/m);
  expect(released.stderr).toMatch(
    /^assume-role-chain: released: the credentials are destroyed\. Blanked for later steps: /,
  );
  const later = stepOf(result, 4);
  expect(later.exitCode).toBe(1);
  expect(later.stderr).toBe(
    'assume-role-chain: the profiles of this job were released: "assume-role-chain release" has destroyed their credentials.\n',
  );
  expect(result.conclusion).toBe('success');
  expect(result.posts.flatMap(({ annotations }) => annotations)).toEqual([]);
  expect(shown(postOf(result, 1))).toContain('The profiles of this step were released');
  expect(postOf(result, 2).files).toEqual([]);
  expect(result.leaks).toEqual([]);
});

test('after release, a step that exports keys says what is in the way; one with a profile puts it right', async () => {
  const result = await local.run({
    workflow: workflow(
      customer,
      use('assume-role-chain release'),
      { ...assume(chain), 'continue-on-error': true },
      hub,
      use(`assume-role-chain exec -- true; echo "$AWS_PROFILE"`),
    ),
  });
  expect(stepOf(result, 1).stderr).toContain(' AWS_PROFILE stays, because GitHub cannot unset it: ');
  const keys = stepOf(result, 2);
  expect(keys.outcome).toBe('failure');
  expect(keys.annotations[0]?.message).toMatch(
    /^AWS_PROFILE: "customer" is a profile that "assume-role-chain release" destroyed, .*\. Use the input profile/,
  );
  expect(keys.exported).toEqual({});
  expect(stepOf(result, 4).stdout).toBe('hub\n');
  expect(result.conclusion).toBe('success');
});

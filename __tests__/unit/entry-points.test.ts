import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { beRunner, type Runner } from './runner.ts';
import { mockSts } from './sts/mocked.ts';

mockSts();
const { main } = await import('../../src/main.ts');
const { post } = await import('../../src/post.ts');
const sts = mockClient(STSClient);
const role = 'arn:aws:iam::222222222222:role/deploy/customer';
const arn = 'arn:aws:sts::222222222222:assumed-role/customer/acme.shop@42';
const expiration = new Date(Date.now() + 3_600_000);
const answer = {
  Credentials: {
    AccessKeyId: 'ASIANEWNEWNEWNEW',
    SecretAccessKey: 'new-secret-key',
    SessionToken: 'new-session-token',
    Expiration: expiration,
  },
  AssumedRoleUser: { Arn: arn, AssumedRoleId: 'AROA1:acme.shop@42' },
};
const inputs = {
  'INPUT_ROLE-ARN': role,
  'INPUT_ACCESS-KEY-ID': 'AKIAIOSFODNN7EXAMPLE',
  'INPUT_SECRET-ACCESS-KEY': 'base-secret-key',
};
const denied = Object.assign(
  new Error(
    'User: arn:aws:iam::111111111111:user/ci is not authorized to perform: sts:AssumeRole on resource: x',
  ),
  {
    name: 'AccessDenied',
    Code: 'AccessDenied',
    $metadata: { httpStatusCode: 403, requestId: 'r-1' },
  },
);

let runner: Runner;
beforeEach(() => {
  runner = beRunner(inputs);
  sts.reset();
  sts.on(AssumeRoleCommand).resolves(answer);
  sts.on(GetCallerIdentityCommand).resolves({ Arn: arn });
});
afterEach(() => {
  runner.end();
});

const printed = (): string => runner.printed.join('\n');
/** What a user reads, without the masks; times as `TIME`. */
const read = (): string[] =>
  runner.printed
    .filter((line) => !/^::(add-mask|debug)::/.test(line))
    .map((line) => line.replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z \(\d+ min\)/g, 'TIME'));
/** The variable with the key of this step's base credentials. */
const keyVariable = (): string =>
  Object.keys(runner.read('GITHUB_ENV')).find((name) => name.startsWith('ASSUME_ROLE_CHAIN_KEY_')) ?? '';
/** What a step with profiles exports, for a message. */
const profileVariables = (): string =>
  `AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, AWS_SDK_LOAD_CONFIG, AWS_EC2_METADATA_DISABLED, ${keyVariable()}`;
const folder = (): string => join(runner.temp, 'assume-role-chain');

/** Runs the step as later steps would find it: its exports are the environment, its state is the post's. */
async function step(more: Record<string, string> = {}): Promise<void> {
  Object.assign(process.env, more);
  await main(process.env);
  Object.assign(process.env, runner.read('GITHUB_ENV'));
  for (const [name, value] of Object.entries(runner.read('GITHUB_STATE')))
    process.env[`STATE_${name}`] = value;
  rmSync(join(runner.temp, 'GITHUB_ENV'));
  const { writeFileSync } = await import('node:fs');
  writeFileSync(join(runner.temp, 'GITHUB_ENV'), '');
  runner.printed.length = 0;
}

describe('the step', () => {
  test('exports, outputs, says so, and leaves a private record', async () => {
    await main(process.env);
    expect(runner.read('GITHUB_ENV')).toEqual({
      AWS_ACCESS_KEY_ID: 'ASIANEWNEWNEWNEW',
      AWS_SECRET_ACCESS_KEY: 'new-secret-key',
      AWS_SESSION_TOKEN: 'new-session-token',
    });
    expect(runner.read('GITHUB_OUTPUT')['assumed-role-arn']).toBe(arn);
    expect(printed()).toContain(`${arn}, valid until `);
    expect(printed()).not.toContain('Hop 1');
    expect(existsSync(folder())).toBe(true);
    expect(runner.text('GITHUB_STATE')).not.toMatch(/new-secret|base-secret|new-session/);
    expect(process.exitCode).toBeUndefined();
  });

  test('says this, and no more', async () => {
    Object.assign(process.env, { INPUT_REGION: 'us-east-1', AWS_SECURITY_TOKEN: 'stale' });
    await main(process.env);
    expect(read()).toEqual([
      'Region: us-east-1 (set by the input region). STS endpoint: https://sts.us-east-1.amazonaws.com.',
      'Starting from the access key in the inputs (access-key, chosen automatically).',
      `${arn}, valid until TIME.`,
      'Exported AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, AWS_DEFAULT_REGION.',
    ]);
    expect(runner.summary()).toBe('');
  });

  test('each hop of a chain has its line', async () => {
    const hub = 'arn:aws:sts::111111111111:assumed-role/hub/acme.shop@42';
    process.env['INPUT_ROLE-ARN'] = `arn:aws:iam::111111111111:role/hub\n${role}`;
    sts.on(AssumeRoleCommand, { RoleArn: 'arn:aws:iam::111111111111:role/hub' }).resolves({
      Credentials: { ...answer.Credentials, Expiration: new Date(Date.now() + 900_000) },
      AssumedRoleUser: { Arn: hub, AssumedRoleId: 'A:acme.shop@42' },
    });
    await main(process.env);
    expect(read().slice(2, 4)).toEqual([
      `Hop 1 of 2: ${hub}, valid until TIME.`,
      `Hop 2 of 2: ${arn}, valid until TIME.`,
    ]);
  });

  test('without keys for the job there is nothing to say of them', async () => {
    Object.assign(process.env, { 'INPUT_EXPORT-ENV': 'false', 'INPUT_OUTPUT-CREDENTIALS': 'true' });
    await main(process.env);
    expect(read().slice(2)).toEqual([`${arn}, valid until TIME.`]);
  });

  test('summarizes the chain where that is asked for', async () => {
    process.env['INPUT_JOB-SUMMARY'] = 'always';
    await main(process.env);
    expect(runner.summary()).toContain('  hop1["customer<br/>222222222222"]\n  base --> hop1');
  });

  test('warns of what will not be used', async () => {
    const { writeFileSync } = await import('node:fs');
    const config = join(runner.temp, 'config');
    writeFileSync(config, '[profile mine]\n');
    Object.assign(process.env, { INPUT_AUDIENCE: 'x', AWS_PROFILE: 'mine', AWS_CONFIG_FILE: config });
    await main(process.env);
    expect(printed()).toContain('::warning::audience is not used');
    expect(printed()).toContain('::warning::AWS_PROFILE is set to "mine"');
  });

  test('without export-env no variable changes and nothing is left', async () => {
    Object.assign(process.env, { 'INPUT_EXPORT-ENV': 'false', 'INPUT_OUTPUT-CREDENTIALS': 'true' });
    await main(process.env);
    expect(runner.read('GITHUB_ENV')).toEqual({});
    expect(runner.read('GITHUB_OUTPUT')['secret-access-key']).toBe('new-secret-key');
    expect(existsSync(folder())).toBe(false);
    expect(runner.read('GITHUB_STATE')['delivered']).toBe('');
  });

  test('on Windows a secret with a slash is a warning if it cannot be avoided', async () => {
    sts
      .on(AssumeRoleCommand)
      .resolves({ ...answer, Credentials: { ...answer.Credentials, SecretAccessKey: '/slash' } });
    process.env['RUNNER_OS'] = 'Windows';
    await main(process.env);
    expect(printed()).toContain('::warning::The secret key begins with a slash');
    expect(sts.calls()).toHaveLength(6);
  });

  test.each([
    ['on Linux', { RUNNER_OS: 'Linux' }, '/slash'],
    ['with another key', { RUNNER_OS: 'Windows' }, 'no/slash'],
    ['where no variable is set', { RUNNER_OS: 'Windows', 'INPUT_EXPORT-ENV': 'false' }, '/slash'],
  ])('a slash is nothing %s', async (_, more, SecretAccessKey) => {
    sts
      .on(AssumeRoleCommand)
      .resolves({ ...answer, Credentials: { ...answer.Credentials, SecretAccessKey } });
    Object.assign(process.env, more);
    await main(process.env);
    expect(printed()).not.toContain('begins with a slash');
    expect(sts.calls()).toHaveLength(1);
  });
});

describe('a failing step', () => {
  const leftNothing = (): void => {
    expect(process.exitCode).toBe(1);
    expect([runner.read('GITHUB_ENV'), runner.read('GITHUB_OUTPUT')]).toEqual([{}, {}]);
    expect(runner.read('GITHUB_STATE')['delivered']).toBe('');
    expect(existsSync(folder())).toBe(false);
  };

  test('wrong inputs are one annotation with every problem, and a summary', async () => {
    Object.assign(process.env, { 'INPUT_ROLE-ARN': 'x', 'INPUT_SESSION-NAME': 'a b' });
    await main(process.env);
    expect(printed()).toMatch(/::error title=2 invalid inputs::role-arn: "x".*%0Asession-name: "a b"/);
    expect(runner.summary()).toContain('### 2 invalid inputs');
    expect(sts.calls()).toHaveLength(0);
    leftNothing();
  });

  test('STS refuses: the explanation, and no summary where none is wanted', async () => {
    process.env['INPUT_JOB-SUMMARY'] = 'never';
    sts.on(AssumeRoleCommand).rejects(denied);
    await main(process.env);
    expect(printed()).toContain(
      '::error title=AssumeRole access denied::arn:aws:iam::111111111111:user/ci may not assume',
    );
    expect(printed()).toContain('"AWS": "arn:aws:iam::111111111111:user/ci"');
    expect(runner.summary()).toBe('');
    leftNothing();
  });

  test('STS answers for another role', async () => {
    sts.on(AssumeRoleCommand).resolves({
      ...answer,
      AssumedRoleUser: { Arn: arn.replace('customer', 'admin'), AssumedRoleId: 'x' },
    });
    await main(process.env);
    expect(printed()).toContain('::error title=Unexpected response::');
    leftNothing();
  });

  test('a file that cannot be written undoes everything', async () => {
    const { mkdirSync } = await import('node:fs');
    sts.on(AssumeRoleCommand).callsFake(() => {
      mkdirSync(folder(), { mode: 0o755 });
      return answer;
    });
    await main(process.env);
    expect(printed()).toContain('::error title=Invalid setting::The private folder');
    rmSync(folder(), { recursive: true });
    leftNothing();
  });

  test('a private folder of another user is reported before any request', async () => {
    const { mkdirSync } = await import('node:fs');
    mkdirSync(folder(), { mode: 0o755 });
    await main(process.env);
    expect(printed()).toContain('::error title=Invalid setting::RUNNER_TEMP: the private folder');
    expect(sts.calls()).toHaveLength(0);
    rmSync(folder(), { recursive: true });
    leftNothing();
  });

  test('the ID token is refused', async () => {
    for (const name of ['INPUT_ACCESS-KEY-ID', 'INPUT_SECRET-ACCESS-KEY'])
      Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, {
      ACTIONS_ID_TOKEN_REQUEST_URL: 'http://127.0.0.1:1/t',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer-token',
      'INPUT_MAX-ATTEMPTS': '1',
    });
    await main(process.env);
    expect(printed()).toContain(
      "::error title=Connection failed::No connection to GitHub's OIDC token service could be opened (ECONNREFUSED)",
    );
    leftNothing();
  });

  test('no base credentials: a profile that is not there, or the permission to add', async () => {
    for (const name of ['INPUT_ACCESS-KEY-ID', 'INPUT_SECRET-ACCESS-KEY'])
      Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: 'true', HOME: runner.temp, AWS_PROFILE: 'nope' });
    process.env['INPUT_EXPORT-ENV'] = 'false';
    await main(process.env);
    expect(printed()).toContain('::error title=AWS profile without credentials::AWS_PROFILE is "nope", and');
    Reflect.deleteProperty(process.env, 'AWS_PROFILE');
    await main(process.env);
    expect(printed()).toContain(
      "::error title=Missing id-token permission::This job may not request GitHub's OIDC token: add `permissions: id-token: write` to the job.",
    );
    expect(printed()).toContain('%0A  id-token: write%0A');
    leftNothing();
  });
});

describe('reusing what an earlier step exported', () => {
  test('asks STS which identity they belong to, and sets the same outputs', async () => {
    await step();
    sts.resetHistory();
    process.env['INPUT_MIN-REMAINING-SECONDS'] = '600';
    await main(process.env);
    expect(sts.calls().map(({ args: [command] }) => command.constructor.name)).toEqual([
      'GetCallerIdentityCommand',
    ]);
    expect(printed()).toContain(`Reusing the credentials of an earlier step: ${arn}, valid until `);
    expect(runner.read('GITHUB_ENV')).toEqual({});
    expect(runner.read('GITHUB_OUTPUT')['assumed-role-arn']).toBe(arn);
  });

  test('a record that has been changed is not used', async () => {
    const { readdirSync, readFileSync, writeFileSync } = await import('node:fs');
    await step();
    const { id } = JSON.parse(process.env['STATE_step'] ?? '') as { id: string };
    const path = join(folder(), id, 'exported.json');
    const record = readFileSync(path, 'utf8');
    process.env['INPUT_MIN-REMAINING-SECONDS'] = '600';
    const wrong = [
      ['"accountId":"222222222222"', '"accountId":"333333333333"'],
      ['assumed-role/customer/', 'assumed-role/admin/'],
      ['AROA1:acme.shop@42', 'AROA1:other'],
      [/"expiration":"[^"]*"/, '"expiration":"2036-11-23T12:00:00Z"'],
      [/"expiration":"[^"]*"/, '"expiration":"2036-11-23T12:00:00Z\\nx"'],
    ] as const;
    const environment = { ...process.env };
    for (const [from, to] of wrong) {
      writeFileSync(path, record.replace(from, to));
      sts.resetHistory();
      Object.assign(process.env, environment);
      await main(process.env);
      expect(sts.commandCalls(AssumeRoleCommand)).toHaveLength(1);
      for (const name of readdirSync(folder()).filter((one) => one !== id))
        rmSync(join(folder(), name), { recursive: true });
    }
  });

  test("another identity's keys are not used, whatever a record says", async () => {
    await step();
    sts.resetHistory();
    sts.on(GetCallerIdentityCommand).resolves({ Arn: `${arn}-not` });
    process.env['INPUT_MIN-REMAINING-SECONDS'] = '600';
    await main(process.env);
    expect(printed()).toContain(`are not reused: they belong to ${arn}-not.`);
    expect(runner.read('GITHUB_ENV')).toMatchObject({ AWS_ACCESS_KEY_ID: 'ASIANEWNEWNEWNEW' });
  });

  test.each([
    ['hold for less', { 'INPUT_MIN-REMAINING-SECONDS': '7200' }, 'less than min-remaining-seconds (7200).'],
    ['are of another plan', { 'INPUT_MIN-REMAINING-SECONDS': '60', 'INPUT_SESSION-NAME': 'other' }, ''],
    ['are not in the environment', { 'INPUT_MIN-REMAINING-SECONDS': '60', AWS_SESSION_TOKEN: '' }, ''],
  ])('asks where they %s', async (_, more, words) => {
    await step();
    sts.resetHistory();
    Object.assign(process.env, more);
    await main(process.env);
    expect(sts.calls()).toHaveLength(1);
    expect(printed()).toContain(words);
  });
});

describe('a profile', () => {
  const own = (): Record<string, string> => ({
    INPUT_PROFILE: 'customer',
    AWS_CONFIG_FILE: join(runner.temp, 'own'),
    AWS_SHARED_CREDENTIALS_FILE: join(runner.temp, 'creds'),
  });

  test('exports its config and its name, no keys, and blanks what outranks it', async () => {
    Object.assign(process.env, own(), {
      AWS_ACCESS_KEY_ID: 'AKIABEFORE',
      AWS_DEFAULT_PROFILE: 'x',
      AWS_ROLE_ARN: 'y',
    });
    await main(process.env);
    const { [keyVariable()]: key, ...exported } = runner.read('GITHUB_ENV');
    expect(key).toMatch(/^[\w+/]{43}=$/);
    expect(runner.printed).toContain(`::add-mask::${key ?? ''}`);
    expect(exported).toEqual({
      AWS_CONFIG_FILE: expect.stringContaining(folder()),
      AWS_SHARED_CREDENTIALS_FILE: expect.stringContaining(folder()),
      AWS_SDK_LOAD_CONFIG: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PROFILE: 'customer',
      AWS_DEFAULT_PROFILE: 'customer',
      AWS_ACCESS_KEY_ID: '',
      AWS_ROLE_ARN: '',
    });
    expect(runner.read('GITHUB_OUTPUT')).toMatchObject({
      profile: 'customer',
      'config-file': runner.read('GITHUB_ENV')['AWS_CONFIG_FILE'],
    });
    expect(read().slice(2)).toEqual([
      `${arn}, valid until TIME.`,
      `Exported ${profileVariables()}, AWS_PROFILE, AWS_DEFAULT_PROFILE.`,
      'Profile customer renews itself while the job runs. Later steps use it through AWS_PROFILE.',
    ]);
    expect(runner.text('GITHUB_STATE')).not.toMatch(/new-secret|base-secret|new-session/);
  });

  test.each<[Record<string, string>, string]>([
    [{ INPUT_PROFILE: 'a b' }, 'profile: "a b" cannot be a profile'],
    [{ 'INPUT_EXPORT-ENV': 'true' }, 'export-env: cannot be true with profile'],
    [
      { 'INPUT_MFA-SERIAL-NUMBER': 'arn:mfa:long', 'INPUT_MFA-TOKEN-CODE': '123456' },
      'mfa-token-code: cannot be combined with profile',
    ],
    [
      { INPUT_PROFILE: 'taken' },
      'profile: "taken" is already a profile of the AWS config file: choose another name',
    ],
  ])('%j is refused before any request', async (more, words) => {
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(runner.temp, 'own'), '[profile taken]\n');
    Object.assign(process.env, own(), more);
    await main(process.env);
    expect(printed()).toContain(words);
    expect(sts.calls()).toHaveLength(0);
  });

  test.each([
    [{}, '3600', true],
    [{}, '3599', false],
    [{ 'INPUT_DURATION-SECONDS': '900' }, '900', true],
    [{ 'INPUT_ROLE-ARN': `arn:aws:iam::111111111111:role/hub\n${role}` }, '43200', true],
    [{ 'INPUT_DURATION-SECONDS': '43200' }, '3600', false],
  ])(
    'min-remaining-seconds that no session of such a step fulfils is a warning: %j, %s',
    async (more, least, warns) => {
      Object.assign(process.env, more, { 'INPUT_MIN-REMAINING-SECONDS': least });
      await main(process.env);
      expect(
        printed().includes(`::warning::min-remaining-seconds (${least}) is not less than duration-seconds (`),
      ).toBe(warns);
    },
  );

  test('min-remaining-seconds without effect is a warning', async () => {
    Object.assign(process.env, own(), { 'INPUT_MIN-REMAINING-SECONDS': '60' });
    await main(process.env);
    expect(printed()).toContain('::warning::min-remaining-seconds is not used');
  });

  test('is verified by its cached credentials, and gone after the post', async () => {
    await step(own());
    await post(process.env);
    expect(printed()).toContain(`Verified: the job's credentials belong to ${arn}.`);
    expect(existsSync(folder())).toBe(false);
  });

  const stepFolder = (): string =>
    join(folder(), (JSON.parse(runner.read('GITHUB_STATE')['step'] ?? '') as { id: string }).id);

  test.each<[string, () => Promise<void>, string]>([
    [
      'expired',
      async () => {
        const { writeFileSync } = await import('node:fs');
        writeFileSync(join(stepFolder(), 'plan-0.cache.json'), '{"expires":1}');
      },
      'Profile customer: the last credentials have expired',
    ],
    [
      'without an answer',
      () => {
        sts.on(GetCallerIdentityCommand).rejects(new Error('nobody'));
        return Promise.resolve();
      },
      '::warning::Profile customer could not be verified: GetCallerIdentity: Error: nobody',
    ],
    [
      'of another',
      () => {
        sts.on(GetCallerIdentityCommand).resolves({ Arn: 'arn:other' });
        return Promise.resolve();
      },
      '::error title=Wrong identity::',
    ],
    [
      'gone',
      () => {
        rmSync(stepFolder(), { recursive: true });
        return Promise.resolve();
      },
      '::warning::A later step removed or changed the private folder',
    ],
  ])('%s is said', async (_, change, words) => {
    await step(own());
    await change();
    await post(process.env);
    expect(printed()).toContain(words);
  });
});

describe('accounts', () => {
  const given = (): Record<string, string> => ({
    'INPUT_ROLE-ARN': '',
    INPUT_ACCOUNTS: `good: ${role}\nbad: ${role}-not`,
    AWS_CONFIG_FILE: join(runner.temp, 'own'),
    AWS_SHARED_CREDENTIALS_FILE: join(runner.temp, 'creds'),
  });
  beforeEach(() => {
    Object.assign(process.env, given());
    sts.on(AssumeRoleCommand, { RoleArn: `${role}-not` }).rejects(denied);
  });

  test('all or nothing: the failing ones are one report', async () => {
    await main(process.env);
    expect(printed()).toContain('::error title=1 of 2 accounts failed::AssumeRole access denied: ');
    expect(runner.read('GITHUB_ENV')).toEqual({});
    expect(existsSync(folder())).toBe(false);
  });

  test('or the good ones, where the user says so; the summary has a table', async () => {
    Object.assign(process.env, { 'INPUT_CONTINUE-ON-ACCOUNT-ERROR': 'true', 'INPUT_JOB-SUMMARY': 'always' });
    await main(process.env);
    expect(printed()).toContain('::warning title=1 of 2 accounts left out::AssumeRole access denied: ');
    expect(Object.keys(runner.read('GITHUB_ENV')).join(', ')).toBe(profileVariables());
    expect(JSON.parse(runner.read('GITHUB_OUTPUT')['accounts'] ?? '')).toEqual([
      expect.objectContaining({ profile: 'good', 'assumed-role-arn': arn }),
      {
        profile: 'bad',
        'role-arn': `${role}-not`,
        error: expect.stringContaining('AssumeRole access denied: '),
      },
    ]);
    expect(runner.summary()).toContain('### Assumed a role in 1 account\n');
  });

  test('a step that is stopped is reported as stopped, not as failing accounts', async () => {
    sts.on(AssumeRoleCommand).callsFake(() => {
      process.emit('SIGINT', 'SIGINT');
      return new Promise(() => undefined);
    });
    await main(process.env);
    expect(printed()).toContain(
      '::error title=Step cancelled::Cancelled by SIGINT while waiting for AssumeRole',
    );
  });

  test('many that STS does not answer for are one warning', async () => {
    sts.on(AssumeRoleCommand).resolves(answer);
    await step({ INPUT_ACCOUNTS: `a: ${role}\nb: ${role}` });
    let count = 0;
    sts.on(GetCallerIdentityCommand).callsFake(() => {
      throw Object.assign(new Error('nobody'), { $metadata: { requestId: `r-${String(++count)}` } });
    });
    await post(process.env);
    expect(read().filter((line) => line.startsWith('::warning'))).toEqual([
      '::warning::Profiles a, b could not be verified: GetCallerIdentity: Error: nobody (request id r-1)',
    ]);
  });

  test('many of another identity are one error, with ten of them', async () => {
    sts.on(AssumeRoleCommand).resolves(answer);
    const names = 'abcdefghijk'.split('');
    await step({ INPUT_ACCOUNTS: names.map((name) => `${name}: ${role}`).join('\n') });
    sts.on(GetCallerIdentityCommand).resolves({ Arn: 'arn:aws:sts::9:assumed-role/other/x' });
    await post(process.env);
    const each = names
      .slice(0, 10)
      .map((name) => `${name}: arn:aws:sts::9:assumed-role/other/x instead of ${arn}`);
    expect(read().filter((line) => line.startsWith('::error'))).toEqual([
      `::error title=Wrong identity::The credentials of 11 profiles belong to other identities than this step exported (${each.join(', ')}, and 1 more). Every AWS call with them since then ran as those other identities.`,
    ]);
    expect(printed()).not.toContain('Verified');
  });

  test('many are verified in one line', async () => {
    sts.on(AssumeRoleCommand).resolves(answer);
    await step({ INPUT_ACCOUNTS: `a: ${role}\nb: ${role}` });
    await post(process.env);
    expect(read()).toEqual([
      'Verified: the credentials of 2 profiles belong to their roles.',
      'Restored AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE.',
      expect.stringMatching(
        /^Removed AWS_SDK_LOAD_CONFIG, AWS_EC2_METADATA_DISABLED, ASSUME_ROLE_CHAIN_KEY_/,
      ),
    ]);
  });

  test('have a line each, in their order, and then what they are', async () => {
    sts.on(AssumeRoleCommand).resolves(answer);
    Object.assign(process.env, { INPUT_ACCOUNTS: `b: ${role}\na: ${role}` });
    await main(process.env);
    expect(read().slice(2)).toEqual([
      '::group::Assumed a role in 2 accounts',
      `b: ${arn}, valid until TIME.`,
      `a: ${arn}, valid until TIME.`,
      '::endgroup::',
      `Exported ${profileVariables()}.`,
      "AWS_EC2_METADATA_DISABLED is set: an AWS SDK that finds no profile does not use the runner's instance role.",
      '2 profiles renew themselves while the job runs. Use --profile or AWS_PROFILE.',
    ]);
  });

  test('one that is left out is explained, and the one that is there renews', async () => {
    process.env['INPUT_CONTINUE-ON-ACCOUNT-ERROR'] = 'true';
    await main(process.env);
    expect(printed()).toContain('::warning title=1 of 2 accounts left out::AssumeRole access denied: ');
    expect(read().at(-1)).toBe('1 profile renews itself while the job runs. Use --profile or AWS_PROFILE.');
  });
});

describe('the post step', () => {
  test('does nothing where the step delivered nothing', async () => {
    await post(process.env);
    expect(printed()).toBe('');
  });

  test('verifies, restores, and removes its files', async () => {
    await step({
      AWS_ACCESS_KEY_ID: 'AKIABEFORE',
      AWS_SECRET_ACCESS_KEY: 'secret-of-before',
      INPUT_REGION: 'us-east-1',
    });
    await post(process.env);
    expect(read()).toEqual([
      `Verified: the job's credentials belong to ${arn}.`,
      'Restored AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY.',
      'Removed AWS_SESSION_TOKEN, AWS_DEFAULT_REGION. GitHub cannot unset a variable, so they are empty now.',
      'Kept AWS_REGION, because some AWS clients reject an empty value.',
    ]);
    expect(runner.read('GITHUB_ENV')).toEqual({
      AWS_ACCESS_KEY_ID: 'AKIABEFORE',
      AWS_SECRET_ACCESS_KEY: 'secret-of-before',
      AWS_SESSION_TOKEN: '',
      AWS_DEFAULT_REGION: '',
    });
    expect(existsSync(folder())).toBe(false);
  });

  test('adds what it found to a summary that is always written', async () => {
    await step({ 'INPUT_JOB-SUMMARY': 'always', GITHUB_ACTION: 'assume' });
    expect(runner.summary()).toContain(
      'Step: <code>assume</code>. Starting from the access key in the inputs (access-key, chosen automatically).',
    );
    await post(process.env);
    expect(runner.summary()).toContain(
      `### After the job\n\nStep: <code>assume</code>.\n\n- Verified: the job's credentials belong to ${arn}.\n`,
    );
  });

  test.each([
    ['on-failure', '### Wrong identity\n'],
    ['never', ''],
  ])('with job-summary %s, another identity is summarized as %j', async (jobSummary, heading) => {
    await step({ 'INPUT_JOB-SUMMARY': jobSummary });
    sts.on(GetCallerIdentityCommand).resolves({ Arn: 'arn:aws:sts::9:assumed-role/other/x' });
    await post(process.env);
    expect(runner.summary().slice(0, heading.length + 1)).toBe(heading === '' ? '' : `${heading}\n`);
  });

  test('fails on another identity, and restores all the same', async () => {
    await step();
    sts.on(GetCallerIdentityCommand).resolves({ Arn: 'arn:aws:sts::9:assumed-role/other/x' });
    await post(process.env);
    expect(process.exitCode).toBe(1);
    expect(printed()).toContain(
      "::error title=Wrong identity::The job's credentials belong to arn:aws:sts::9:assumed-role/other/x, but this step exported credentials of arn:aws:sts::222222222222",
    );
    expect(runner.read('GITHUB_ENV')['AWS_ACCESS_KEY_ID']).toBe('');
  });

  test.each([
    [
      'expired',
      Object.assign(new Error('expired'), {
        name: 'ExpiredToken',
        Code: 'ExpiredToken',
        $metadata: { httpStatusCode: 403 },
      }),
      'The job outlived its credentials',
    ],
    [
      'no longer known',
      Object.assign(new Error('x'), {
        name: 'InvalidClientTokenId',
        Code: 'InvalidClientTokenId',
        $metadata: { httpStatusCode: 403 },
      }),
      'could not be verified: GetCallerIdentity: InvalidClientTokenId',
    ],
    [
      'not told',
      new Error('without a reason'),
      'could not be verified: GetCallerIdentity: Error: without a reason',
    ],
  ])('warns where they are %s', async (_, error, words) => {
    await step();
    sts.on(GetCallerIdentityCommand).callsFake(() => {
      throw error;
    });
    await post(process.env);
    expect(printed()).toContain('::warning::');
    expect(printed()).toContain(words);
    expect(process.exitCode).toBeUndefined();
  });

  test('says that a later step has put other keys there', async () => {
    await step();
    process.env['AWS_SECRET_ACCESS_KEY'] = 'another';
    await post(process.env);
    expect(printed()).toContain('are not verified: a later step replaced them');
    expect(sts.commandCalls(GetCallerIdentityCommand)).toHaveLength(0);
    expect(runner.read('GITHUB_ENV')).toEqual({ AWS_ACCESS_KEY_ID: '', AWS_SESSION_TOKEN: '' });
  });

  test('verifies nothing where that is not wanted, or no keys were exported', async () => {
    await step({ 'INPUT_VERIFY-IDENTITY': 'false' });
    await post(process.env);
    expect(sts.commandCalls(GetCallerIdentityCommand)).toHaveLength(0);
  });

  test('reports that the previous values are gone with the private folder', async () => {
    await step({ AWS_ACCESS_KEY_ID: 'AKIABEFORE' });
    rmSync(folder(), { recursive: true });
    await post(process.env);
    expect(read().slice(1)).toEqual([
      'Removed AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN. GitHub cannot unset a variable, so they are empty now.',
    ]);
  });

  test('a state that cannot be read is a warning, and the private files go all the same', async () => {
    await step();
    process.env['STATE_delivered'] = '{';
    await post(process.env);
    expect(printed()).toContain('::warning::What this step saved for its post step cannot be read');
    expect(runner.read('GITHUB_ENV')).toEqual({});
    expect(existsSync(folder())).toBe(false);
  });

  test('what a step delivered is nothing to another post', async () => {
    await step();
    const { id } = JSON.parse(process.env['STATE_step'] ?? '') as { id: string };
    process.env['STATE_step'] = JSON.stringify({ format: 1, id, nonce: 'n'.repeat(43) });
    await post(process.env);
    expect(printed()).toContain('is not the private folder that this step created');
    expect(runner.read('GITHUB_ENV')).toEqual({});
    expect(existsSync(join(folder(), id))).toBe(true);
  });

  test('says that the step was killed before it had exported everything, and asks nobody', async () => {
    await step();
    process.env['STATE_exported'] = '';
    process.env['AWS_SESSION_TOKEN'] = '';
    await post(process.env);
    expect(read()[0]).toBe(
      'This step ended before it had exported everything, so its credentials are not verified. The post step restores the environment.',
    );
    expect(sts.commandCalls(GetCallerIdentityCommand)).toHaveLength(0);
    expect(runner.read('GITHUB_ENV')).toEqual({ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' });
    expect(existsSync(folder())).toBe(false);
  });

  test('a step that was killed while it delivered leaves no file', async () => {
    await step();
    process.env['STATE_delivered'] = '';
    await post(process.env);
    expect([printed(), runner.read('GITHUB_ENV'), existsSync(folder())]).toEqual(['', {}, false]);
  });
});

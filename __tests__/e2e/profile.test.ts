import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  customerRole,
  externalId,
  hubRole,
  startLocalServices,
  user,
  type LocalServices,
} from '../../local/services.ts';
import type { RunResult, StepResult } from '../../local/runner/result.ts';
import {
  chain,
  assume,
  leftNothing,
  postOf,
  shown,
  stepOf,
  waitUntil,
  withoutIdToken,
  workflow,
} from '../workflows.ts';

let local: LocalServices;
let folder: string;
beforeEach(async () => {
  local = await startLocalServices();
  folder = mkdtempSync(join(tmpdir(), 'own files '));
});
afterEach(async () => {
  await local.close();
  rmSync(folder, { recursive: true });
});

const profile = (name: string, more: Record<string, string> = {}): ReturnType<typeof assume> =>
  assume({ ...chain, profile: name, ...more }, { name });
/** What a profile's section says. */
const command = (name: string): string =>
  `cmd=$(sed -n '/profile ${name}\\]/,/region/s/^credential_process = //p' "$AWS_CONFIG_FILE")`;
/** Runs it, as an AWS client would, and prints one value of its output. */
const ask = (name: string, filter = '"AccessKeyId":"[A-Z0-9]*"'): string =>
  `${command(name)}; sh -c "$cmd" | grep -o '${filter}'`;
const run = (script: string, env: Record<string, string> = {}) => ({ name: 'use', run: script, env });
const account = '"AccountId":"[0-9]*"';
const chains = (): number =>
  local.aws.requests.filter(({ action }) => action === 'AssumeRoleWithWebIdentity').length;
const customer = 'arn:aws:sts::222222222222:assumed-role/customer-deployment/acme.shop@42';
const answersOf = (step: StepResult): string[] =>
  step.lines.filter((line) => line.includes('"AccessKeyId":') && !line.includes('cmd='));

describe('a profile', () => {
  test('is exported with its config file, and answers from its cache', async () => {
    const result = await local.run({
      workflow: workflow(profile('customer'), run(ask('customer', '"AccountId":"[0-9]*"'))),
    });
    expect(result.conclusion).toBe('success');
    const step = stepOf(result);
    expect(Object.keys(step.exported)).toEqual([
      'AWS_CONFIG_FILE',
      'AWS_SHARED_CREDENTIALS_FILE',
      'AWS_SDK_LOAD_CONFIG',
      'AWS_EC2_METADATA_DISABLED',
      'AWS_PROFILE',
      'AWS_REGION',
      'AWS_DEFAULT_REGION',
    ]);
    expect(step.outputs).toMatchObject({
      profile: 'customer',
      'config-file': step.exported['AWS_CONFIG_FILE'],
    });
    expect(shown(stepOf(result, 1))).toContain('"AccountId":"222222222222"');
    expect(chains()).toBe(1);
    expect(step.files.map(({ mode }) => mode).sort()).toEqual(
      [0o600, 0o600, 0o600, 0o600, 0o600, 0o600, 0o600, 0o700, 0o700, 0o700, 0o700].sort(),
    );
    expect(shown(postOf(result))).toContain(`Verified: the job's credentials belong to ${customer}.`);
    expect(postOf(result).files).toEqual([]);
    expect(result.env).toMatchObject({ AWS_CONFIG_FILE: '', AWS_PROFILE: 'customer' });
    expect(result.leaks).toEqual([]);
  });

  test('works from folders with spaces and quotes in their names', async () => {
    const result = await local.run({
      workflow: workflow(profile('customer'), run(ask('customer'))),
      folderName: "it's a runner ",
    });
    expect(result.conclusion).toBe('success');
    expect(answersOf(stepOf(result, 1))).toHaveLength(1);
  });

  test('does not load what NODE_OPTIONS of a later step name, unless the step itself has them', async () => {
    const options = { NODE_OPTIONS: '--require ./missing.cjs' };
    const result = await local.run({
      workflow: workflow(profile('customer'), run(ask('customer'), options)),
    });
    expect([stepOf(result, 1).stderr, answersOf(stepOf(result, 1)).length]).toEqual(['', 1]);
    const own = await local.run({
      workflow: workflow(profile('customer'), run('grep -c NODE_OPTIONS "$AWS_CONFIG_FILE" || true')),
      machineEnv: { NODE_OPTIONS: '--no-warnings' },
    });
    expect(stepOf(own, 1).stdout).toBe('0\n');
  });

  test('blanks what would outrank it, and gives it back', async () => {
    const machineEnv = {
      AWS_ACCESS_KEY_ID: user.accessKeyId,
      AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
      AWS_DEFAULT_PROFILE: 'x',
      AWS_ROLE_ARN: 'y',
      AWS_WEB_IDENTITY_TOKEN_FILE: 'z',
    };
    const result = await local.run({ workflow: workflow(profile('customer')), machineEnv });
    expect(stepOf(result).exported).toMatchObject({
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      AWS_ROLE_ARN: '',
      AWS_WEB_IDENTITY_TOKEN_FILE: '',
      AWS_DEFAULT_PROFILE: 'customer',
    });
    expect(result.env).toMatchObject(machineEnv);
    expect(result.leaks).toEqual([]);
  });

  test("copies the user's config exactly", async () => {
    const own = '# mine\r\n[default]\r\nregion = eu-west-3\r\n[profile staging]\noutput=json';
    const path = join(folder, 'config');
    writeFileSync(path, own);
    const result = await local.run({
      workflow: workflow(
        profile('customer'),
        run('cat "$AWS_CONFIG_FILE"; grep -c credential_process "$AWS_CONFIG_FILE"'),
      ),
      machineEnv: { AWS_CONFIG_FILE: path },
    });
    expect(stepOf(result, 1).stdout.startsWith(`${own}\n[profile customer]\ncredential_process = `)).toBe(
      true,
    );
    expect(readFileSync(path, 'utf8')).toBe(own);
    expect(result.env['AWS_CONFIG_FILE']).toBe(path);
  });

  test('warns of files of the user that the AWS CLI and boto3 cannot read', async () => {
    const [config, credentials] = [join(folder, 'config'), join(folder, 'credentials')];
    writeFileSync(config, '[default]\nregion = a\n[default]\n');
    writeFileSync(credentials, 'no section\n');
    const result = await local.run({
      workflow: workflow(profile('customer')),
      machineEnv: { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials },
    });
    expect(result.conclusion).toBe('success');
    const until = 'They fail at every call until the file is correct, or until';
    expect(stepOf(result).annotations.map(({ level, message }) => [level, message])).toEqual([
      [
        'warning',
        `The AWS CLI and boto3 cannot read ${config}: line 3 has the section "default" again. ${until} AWS_CONFIG_FILE names another file before this step.`,
      ],
      [
        'warning',
        `The AWS CLI and boto3 cannot read ${credentials}: line 1 comes before the first section. ${until} AWS_SHARED_CREDENTIALS_FILE names another file before this step.`,
      ],
    ]);
  });

  test.each([
    ['config', '[profile staging]\n', 'the AWS config file'],
    ['credentials', '[staging]\n', 'the AWS credentials file'],
  ])('of a name that the %s file has already is refused', async (name, text, words) => {
    writeFileSync(join(folder, name), text);
    const machineEnv = {
      AWS_CONFIG_FILE: join(folder, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    };
    const result = await local.run({ workflow: workflow(profile('staging')), machineEnv });
    expect(stepOf(result).annotations[0]?.message).toBe(
      `profile: "staging" is already a profile of ${words}: choose another name`,
    );
    expect(local.aws.requests).toEqual([]);
    expect(leftNothing(stepOf(result))).toBe(true);
  });
});

test('profiles of several steps are all there, and nest', async () => {
  const hub = assume({ 'role-arn': hubRole, profile: 'hub' }, { name: 'hub' });
  const result = await local.run({
    workflow: workflow(hub, profile('customer'), run(`${ask('hub', account)}; ${ask('customer', account)}`)),
  });
  expect(result.conclusion).toBe('success');
  expect(stepOf(result, 2).lines.slice(-2)).toEqual([
    '"AccountId":"111111111111"',
    '"AccountId":"222222222222"',
  ]);
  expect(postOf(result, 0).exported).toMatchObject({
    AWS_CONFIG_FILE: stepOf(result, 0).exported['AWS_CONFIG_FILE'],
    AWS_PROFILE: 'hub',
  });
  expect(result.posts.map((post) => post.annotations)).toEqual([[], []]);
  expect(result.env['AWS_CONFIG_FILE']).toBe('');
  expect(result.leaks).toEqual([]);
});

test('the same name again replaces what this action wrote, and is restored', async () => {
  const result = await local.run({
    workflow: workflow(
      assume({ 'role-arn': hubRole, profile: 'p' }, { name: 'first' }),
      profile('p'),
      run('grep -c "profile p]" "$AWS_CONFIG_FILE"'),
    ),
  });
  expect(result.conclusion).toBe('success');
  expect(stepOf(result, 2).lines.at(-1)).toBe('1');
});

test.each([
  ['keys', `AWS_ACCESS_KEY_ID=${user.accessKeyId}`, 'AWS_ACCESS_KEY_ID'],
  ['another profile', 'AWS_PROFILE=other', 'AWS_PROFILE'],
])('is not verified where a later step exported %s', async (_, line, name) => {
  const result = await local.run({
    workflow: workflow(profile('customer'), run(`echo '${line}' >> "$GITHUB_ENV"`)),
  });
  expect(shown(postOf(result))).not.toContain('Verified');
  expect(postOf(result).annotations.map(({ message }) => message)).toEqual([
    `The profile of this step is not verified: a later step changed ${name}, so tools may have run as another identity.`,
  ]);
});

test("is verified where the step's own env has keys or a profile, which hide those of the job", async () => {
  const env = {
    ...{ AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: user.secretAccessKey },
    ...{ AWS_WEB_IDENTITY_TOKEN_FILE: '/t', AWS_ROLE_ARN: hubRole, AWS_PROFILE: 'default' },
  };
  const result = await local.run({
    workflow: workflow(assume({ ...chain, profile: 'customer', 'credential-source': 'oidc' }, { env })),
  });
  expect(shown(postOf(result))).toContain('Verified');
});

describe('renewing, with sessions of seconds', () => {
  // Credentials are compared in files. The runner does not know a renewed key, and would print it in the log.
  const acrossExpiry = [
    command('customer'),
    'at="$RUNNER_TEMP/../"',
    'sh -c "$cmd" > "$at/first"',
    'until sh -c "$cmd" > "$at/next" && ! cmp -s "$at/first" "$at/next"; do sleep 0.2; done',
    'grep -o \'"AccountId":"[0-9]*"\' "$at/next"',
    'rm "$at/first" "$at/next"',
  ].join('\n');

  const across = async (
    step: ReturnType<typeof assume>,
    options: Partial<Parameters<LocalServices['run']>[0]> = {},
  ): Promise<RunResult> => {
    await local.close();
    local = await startLocalServices({ sessionSeconds: 4 });
    return local.run({ workflow: workflow(step, run(acrossExpiry)), ...options });
  };

  test.each<[string, ReturnType<typeof assume>, Partial<Parameters<LocalServices['run']>[0]>]>([
    ['the OIDC token', profile('customer'), {}],
    [
      'access keys',
      profile('customer', {
        'credential-source': 'access-key',
        'access-key-id': '${{ secrets.KEY_ID }}',
        'secret-access-key': '${{ secrets.KEY }}',
      }),
      { secrets: { KEY_ID: user.accessKeyId, KEY: user.secretAccessKey } },
    ],
    [
      'keys of the environment, which the job no longer shows',
      profile('customer', { 'credential-source': 'ambient' }),
      { machineEnv: { AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: user.secretAccessKey } },
    ],
  ])('from %s', async (_, step, options) => {
    const result = await across(step, options);
    expect(result.conclusion).toBe('success');
    expect(stepOf(result, 1).lines.at(-1)).toBe('"AccountId":"222222222222"');
    expect(local.aws.issued.length).toBeGreaterThan(2);
    expect(result.leaks).toEqual([]);
  });

  test('from a profile of the user', async () => {
    writeFileSync(join(folder, 'config'), '[profile base]\nregion = us-east-1\n');
    writeFileSync(
      join(folder, 'credentials'),
      `[base]\naws_access_key_id = ${user.accessKeyId}\naws_secret_access_key = ${user.secretAccessKey}\n`,
    );
    const machineEnv = {
      AWS_PROFILE: 'base',
      AWS_CONFIG_FILE: join(folder, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    };
    const result = await across(profile('customer', { 'credential-source': 'ambient' }), { machineEnv });
    expect(result.conclusion).toBe('success');
    expect(stepOf(result, 1).lines.at(-1)).toBe('"AccountId":"222222222222"');
  });

  test('twenty that ask when it is time make one chain of requests', async () => {
    await local.close();
    local = await startLocalServices({ sessionSeconds: 12, latencyMs: 50 });
    // Sessions are valid for 12 seconds, and are renewed in the last 6.
    const script = [
      command('customer'),
      waitUntil(6),
      'for i in $(seq 20); do sh -c "$cmd" > "$RUNNER_TEMP/../answer-$i" & done; wait',
      'cat "$RUNNER_TEMP"/../answer-* | sort | uniq -c | awk \'{ print $1, "alike" }\'',
      'rm "$RUNNER_TEMP"/../answer-*',
    ].join('\n');
    const result = await local.run({
      workflow: workflow(
        assume({ ...chain, profile: 'customer' }, { id: 'aws' }),
        run(script, { UNTIL: '${{ steps.aws.outputs.expiration }}' }),
      ),
    });
    expect(stepOf(result, 1).lines.at(-1)).toBe('20 alike');
    expect(chains()).toBe(2);
  });

  /** Waits until the first credentials have expired. */
  const over = waitUntil();
  const until = { UNTIL: '${{ steps.aws.outputs.expiration }}' };
  const named = (more: Record<string, string> = {}): ReturnType<typeof assume> =>
    assume({ ...chain, profile: 'customer', ...more }, { id: 'aws', name: 'customer' });

  test('also when the one that renews is killed', async () => {
    await local.close();
    local = await startLocalServices({ sessionSeconds: 8 });
    local.aws.injectFault({ kind: 'delay', ms: 2000, action: 'AssumeRole', skip: 1 });
    const script = [
      command('customer'),
      over,
      'sh -c "exec $cmd" > /dev/null & victim=$!',
      'echo "victim $victim"; while kill -0 $victim 2> /dev/null; do sleep 0.05; done',
      'sh -c "$cmd" | grep -o \'"AccountId":"[0-9]*"\'',
    ].join('\n');
    /** Kills it between its hops: the hub's session has been issued, the second request is running. */
    const kill = async (pid: number): Promise<void> => {
      while (local.aws.issued.length < 3) await new Promise((resolve) => setTimeout(resolve, 10));
      process.kill(pid, 'SIGKILL');
    };
    const result = await local.run({
      workflow: workflow(named(), run(script, until)),
      onLine: (line) => {
        const pid = /^victim (\d+)$/.exec(line)?.[1];
        if (pid !== undefined) void kill(Number(pid));
      },
    });
    expect(shown(stepOf(result, 1))).toContain('"AccountId":"222222222222"');
  });

  test.each<[string, () => void, RegExp]>([
    [
      'an outage',
      () => {
        local.aws.injectFault({ kind: 'unavailable', action: 'AssumeRole', times: Infinity });
      },
      /hop \d of 2\): HTTP 503/,
    ],
    [
      'base keys that are no longer good',
      () => {
        local.aws.revoke(user.accessKeyId);
      },
      /hop 1 of 2\): InvalidClientTokenId/,
    ],
  ])('%s, and no valid credentials: one line on stderr and a failure', async (_, change, words) => {
    await local.close();
    local = await startLocalServices({ sessionSeconds: 3 });
    const script = `${command('customer')}\n${over}\nsh -c "$cmd" && exit 9\nsh -c "$cmd" 2>&1 > /dev/null | wc -l`;
    const result = await local.run({
      workflow: workflow(
        named({
          'max-attempts': '1',
          'access-key-id': '${{ secrets.KEY_ID }}',
          'secret-access-key': '${{ secrets.KEY }}',
        }),
        run(script, until),
      ),
      secrets: { KEY_ID: user.accessKeyId, KEY: user.secretAccessKey },
      onLine: (line) => {
        if (line.startsWith('Profile customer renews')) change();
      },
    });
    expect(Number(stepOf(result, 1).lines.at(-1))).toBe(1);
    expect(shown(stepOf(result, 1))).toMatch(words);
    expect(result.leaks).toEqual([]);
  });

  test('an outage, while the current credentials are valid for a minute or more: clients get them, and stderr says why', async () => {
    // Credentials for an hour, which the cache says expire soon.
    const age =
      'const f = process.argv[1], c = JSON.parse(fs.readFileSync(f)); c.obtained -= 3600000; c.expires = Date.now() + 90000; fs.writeFileSync(f, JSON.stringify(c))';
    const script = [
      command('customer'),
      `"$NODE" -e '${age}' "$(dirname "$AWS_CONFIG_FILE")/plan-0.cache.json"`,
      'sh -c "$cmd" | grep -o \'"AccountId":"[0-9]*"\'',
    ].join('\n');
    const result = await local.run({
      workflow: workflow(named({ 'max-attempts': '1' }), run(script, { NODE: process.execPath })),
      onLine: (line) => {
        if (line.startsWith('Profile customer renews'))
          local.aws.injectFault({ kind: 'unavailable', action: 'AssumeRole', times: Infinity });
      },
    });
    expect(shown(stepOf(result, 1))).toContain('"AccountId":"222222222222"');
    expect(stepOf(result, 1).stderr).toMatch(
      /^assume-role-chain: the renewal failed; the current credentials are still valid: .*HTTP 503.*\n$/,
    );
  });
});

test('without ID tokens a profile by OIDC cannot be', async () => {
  const result = await local.run({
    workflow: withoutIdToken(
      assume({
        'role-arn': customerRole,
        'external-id': externalId,
        profile: 'x',
        'credential-source': 'oidc',
      }),
    ),
  });
  expect(stepOf(result).outcome).toBe('failure');
});

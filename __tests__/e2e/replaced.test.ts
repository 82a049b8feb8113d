import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  customerRole,
  externalId,
  hubRole,
  startLocalServices,
  user,
  type LocalServices,
} from '../../local/services.ts';
import { has, where } from '../installed.ts';
import { assume, chain, postOf, shown, stepOf, workflow } from '../workflows.ts';

/** A later step, which is no action, sets another identity beside the profiles. The post step must report it. */

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

const accounts = assume({
  'role-arn': hubRole,
  accounts: JSON.stringify({ acme: { 'role-arn': customerRole, 'external-id': externalId } }),
});
const later = (name: string, value: string) => ({
  name: 'later',
  run: `echo '${name}=${value}' >> "$GITHUB_ENV"`,
});
const customer = 'arn:aws:sts::222222222222:assumed-role/customer-deployment/acme.shop@42';
const verified = `Verified: the credentials of profile acme belong to ${customer}.`;

test.each([
  ['AWS_ACCESS_KEY_ID', user.accessKeyId, 'tools with AWS_PROFILE'],
  ['AWS_ACCESS_KEY', user.accessKeyId, 'tools with AWS_PROFILE'],
  ['MINIO_ROOT_USER', 'minio', 'some tools'],
  ['AWS_WEB_IDENTITY_TOKEN_FILE', '/token', 'tools with AWS_PROFILE'],
  ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'http://127.0.0.1:9/credentials', 'some tools'],
  ['AWS_CONFIG_FILE', '/other', 'tools with AWS_PROFILE'],
])('accounts, where a later step exported %s', async (name, value, which) => {
  const result = await local.run({ workflow: workflow(accounts, later(name, value)) });
  expect(postOf(result).annotations).toEqual([
    {
      level: 'warning',
      title: undefined,
      message: `A later step changed ${name}, so ${which} may have run as another identity.`,
    },
  ]);
  // Tools that were given the profile by --profile have used it.
  expect(shown(postOf(result))).toContain(verified);
  expect(result.conclusion).toBe('success');
});

test('accounts beside keys that were there before, or that this action exported later: the step warns, the post does not', async () => {
  const machineEnv = {
    AWS_ACCESS_KEY_ID: user.accessKeyId,
    AWS_SECRET_ACCESS_KEY: user.secretAccessKey,
  };
  const before = await local.run({ workflow: workflow(accounts), machineEnv });
  expect(stepOf(before).annotations).toHaveLength(1);
  const after = await local.run({ workflow: workflow(accounts, assume(chain, { name: 'keys' })) });
  expect(stepOf(after, 1).annotations).toHaveLength(1);
  for (const { posts } of [before, after])
    expect(posts.flatMap(({ annotations }) => annotations)).toEqual([]);
  expect(shown(postOf(before))).toContain(verified);
  expect(shown(postOf(after, 1))).toContain(verified);
});

test('keys by an older name, which Terraform reads: reported where a later step exported them, not where they were there', async () => {
  const [before, after] = await Promise.all([
    local.run({ workflow: workflow(accounts), machineEnv: { AWS_ACCESS_KEY: user.accessKeyId } }),
    local.run({
      workflow: workflow(
        assume({ ...chain, profile: 'customer' }),
        later('AWS_ACCESS_KEY', user.accessKeyId),
      ),
    }),
  ]);
  expect(postOf(before).annotations).toEqual([]);
  expect(shown(postOf(after))).not.toContain('Verified');
  expect(postOf(after).annotations.map(({ message }) => message)).toEqual([
    'The profile of this step is not verified: a later step changed AWS_ACCESS_KEY, so tools may have run as another identity.',
  ]);
});

test('accounts, where a later step exported other keys than those that were there', async () => {
  const machineEnv = { AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: user.secretAccessKey };
  const result = await local.run({
    workflow: workflow(accounts, later('AWS_ACCESS_KEY_ID', 'AKIAOTHEROTHEROTHER1')),
    machineEnv,
  });
  expect(postOf(result).annotations.map(({ message }) => message)).toEqual([
    'A later step changed AWS_ACCESS_KEY_ID, so tools with AWS_PROFILE may have run as another identity.',
  ]);
});

test('a profile, where a later step exported AWS_DEFAULT_PROFILE, which boto3 and the AWS CLI 1 prefer', async () => {
  const result = await local.run({
    workflow: workflow(assume({ ...chain, profile: 'customer' }), later('AWS_DEFAULT_PROFILE', 'admin')),
  });
  expect(shown(postOf(result))).not.toContain('Verified');
  expect(postOf(result).annotations.map(({ message }) => message)).toEqual([
    'The profile of this step is not verified: a later step changed AWS_DEFAULT_PROFILE, so tools may have run as another identity.',
  ]);
});

test.each([
  ['MINIO_ROOT_USER', 'minio'],
  ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'http://127.0.0.1:9/credentials'],
  ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', '/credentials'],
])(
  'a profile, where a later step exported %s: only some tools may be wrong, so the rest is verified',
  async (name, value) => {
    const profile = assume({ ...chain, profile: 'customer' });
    const result = await local.run({ workflow: workflow(profile, later(name, value)) });
    expect(shown(postOf(result))).toContain(`Verified: the job's credentials belong to ${customer}.`);
    expect(postOf(result).annotations.map(({ message }) => message)).toEqual([
      `A later step changed ${name}, so some tools may have run as another identity.`,
    ]);
  },
);

test('a profile, where a later step exported a MinIO user and keys: the keys count, so nothing is verified', async () => {
  const profile = assume({ ...chain, profile: 'customer' });
  const result = await local.run({
    workflow: workflow(profile, later('MINIO_ROOT_USER', 'minio'), later('AWS_ACCESS_KEY', user.accessKeyId)),
  });
  expect(shown(postOf(result))).not.toContain('Verified');
  expect(postOf(result).annotations.map(({ message }) => message)).toEqual([
    'The profile of this step is not verified: a later step changed AWS_ACCESS_KEY, MINIO_ROOT_USER, so tools may have run as another identity.',
  ]);
});

test('accounts beside names of MinIO that were there before: the step warns, the post does not', async () => {
  const machineEnv = { MINIO_ROOT_USER: 'minio', MINIO_ROOT_PASSWORD: 'minio-secret' };
  const result = await local.run({ workflow: workflow(accounts), machineEnv });
  expect(stepOf(result).annotations).toHaveLength(1);
  expect(postOf(result).annotations).toEqual([]);
});

describe('keys, where AWS_PROFILE outranks them in the SDK for JavaScript', () => {
  const admin = `mkdir -p ~/.aws; printf '[admin]\nregion = us-east-1\n' > ~/.aws/credentials`;
  const files = { name: 'files', run: admin };

  test('a later step exported it: the post step reports it', async () => {
    const result = await local.run({
      workflow: workflow(files, assume(chain), later('AWS_PROFILE', 'admin')),
    });
    expect(shown(postOf(result))).toContain(`Verified: the job's credentials belong to ${customer}.`);
    expect(postOf(result).annotations.map(({ message }) => message)).toEqual([
      'A later step changed AWS_PROFILE, so tools with the SDK for JavaScript or .NET 3 may have run as another identity.',
    ]);
  });

  test.each([
    ['it was there before', { AWS_PROFILE: 'admin' }, {}],
    ['a later step of this action exported it', {}, { ...chain, profile: 'customer' }],
  ])('%s: the post step does not report it', async (_, machineEnv, second) => {
    const steps = 'profile' in second ? [assume(second, { name: 'second' })] : [];
    const result = await local.run({ workflow: workflow(files, assume(chain), ...steps), machineEnv });
    expect(result.conclusion).toBe('success');
    expect(result.posts.flatMap(({ annotations }) => annotations)).toEqual([]);
  });

  test('no file has that profile, so no tool has used it', async () => {
    const result = await local.run({ workflow: workflow(assume(chain), later('AWS_PROFILE', 'gone')) });
    expect(postOf(result).annotations).toEqual([]);
  });
});

const keys = [
  `aws configure set aws_access_key_id ${user.accessKeyId}`,
  `aws configure set aws_secret_access_key '${user.secretAccessKey}'`,
];
// The role's own base: keys of another profile.
const role = [
  `aws configure set profile.base.aws_access_key_id ${user.accessKeyId}`,
  `aws configure set profile.base.aws_secret_access_key '${user.secretAccessKey}'`,
  `aws configure set role_arn ${hubRole}`,
  'aws configure set source_profile base',
];
const whoAmI =
  'aws sts get-caller-identity --query Arn --output text --endpoint-url "$AWS_ENDPOINT_URL" || echo other';

where(has('aws', '--version'), 'the AWS CLI').each([
  ['keys', keys, /:user\//],
  ['a role', role, /^(?!.*customer-deployment).+/],
])(
  'a profile to which a later step adds %s: the AWS CLI uses them, and the post step says so',
  async (_, commands, identity) => {
    const result = await local.run({
      workflow: workflow(assume({ ...chain, profile: 'customer' }), {
        name: 'later',
        run: [...commands, whoAmI].join('\n'),
      }),
      machineEnv: { PYENV_ROOT: process.env['PYENV_ROOT'] ?? '' },
    });
    expect(stepOf(result, 1).stdout).toMatch(identity);
    expect(stepOf(result, 1).stdout).not.toContain(customer);
    expect(shown(postOf(result))).not.toContain('Verified');
    expect(postOf(result).annotations.map(({ message }) => message)).toEqual([
      'Profile customer: not verified, because a later step added keys, a role or another source, as "aws configure set" does. Tools may have failed, or run as another identity.',
    ]);
  },
);

test('a profile that a later step removes from the files is not called verified', async () => {
  const result = await local.run({
    workflow: workflow(assume({ ...chain, profile: 'customer' }), {
      name: 'later',
      run: `printf '[default]\nregion = eu-west-1\n' | tee "$AWS_CONFIG_FILE" > "$AWS_SHARED_CREDENTIALS_FILE"`,
    }),
  });
  expect(shown(postOf(result))).not.toContain('Verified');
  expect(postOf(result).annotations.map(({ message }) => message)).toEqual([
    'Profile customer: not verified, because a later step removed the profile or changed its credential_process. Tools may have failed, or run as another identity.',
  ]);
});

test("a process with another account's plan is not called verified", async () => {
  const own = { 'role-arn': customerRole, 'external-id': externalId };
  const two = assume({ 'role-arn': hubRole, accounts: JSON.stringify({ acme: own, other: own }) });
  const result = await local.run({
    workflow: workflow(two, {
      name: 'later',
      run: `sed -i.bak 's/plan-1\\.json/plan-0.json/' "$AWS_CONFIG_FILE"`,
    }),
  });
  expect(shown(postOf(result))).toContain('Verified: the credentials of profile acme belong to');
  expect(postOf(result).annotations.map(({ message }) => message)).toEqual([
    'Profile other: not verified, because a later step removed the profile or changed its credential_process. Tools may have failed, or run as another identity.',
  ]);
});

test('a source of credentials that only some clients see: the post step does not say that the profile is right', async () => {
  const result = await local.run({
    workflow: workflow(assume({ ...chain, profile: 'customer' }), {
      name: 'later',
      run: `printf 'credential_source = Environment\\n' >> "$AWS_CONFIG_FILE"`,
    }),
  });
  expect(shown(postOf(result))).not.toContain('Verified');
  expect(postOf(result).annotations[0]?.message).toMatch(
    /^Profile customer: not verified, because a later step added /,
  );
});

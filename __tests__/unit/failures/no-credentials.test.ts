import { tmpdir } from 'node:os';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { emptySecretSteps, noBaseCredentials, noIdToken } from '../../../src/failures/no-credentials.ts';
import { loadEvent } from '../../../src/github/workflow.ts';
import { NoBaseCredentials } from '../../../src/sts/errors.ts';
import { beRunner, type Runner } from '../runner.ts';
import { planOf } from '../sts/plans.ts';

let runner: Runner;
beforeEach(async () => {
  runner = beRunner();
  await loadEvent({});
});
afterEach(() => {
  runner.end();
});

const fork = { pull_request: { head: { repo: { full_name: 'mallory/shop' } } } };
function event(value: unknown): void {
  const path = join(runner.temp, 'event.json');
  writeFileSync(path, JSON.stringify(value));
  process.env['GITHUB_EVENT_PATH'] = path;
}

test.each<[string, Record<string, string>, string, string]>([
  ['a job', {}, 'Missing id-token permission', 'add `permissions: id-token: write`'],
  [
    'Dependabot',
    { GITHUB_ACTOR: 'dependabot[bot]' },
    'Missing id-token permission',
    'This job of Dependabot',
  ],
  ['act', { ACT: 'true' }, 'No OIDC token service', 'This job runs on act'],
  ['Gitea', { GITEA_ACTIONS: 'true' }, 'No OIDC token service', 'This job runs on Gitea'],
  ['Forgejo', { GITEA_ACTIONS: 'true', FORGEJO_ACTIONS: 'true' }, 'No OIDC token service', 'on Forgejo'],
])('no permission for the ID token: %s', (_, more, title, words) => {
  const found = noIdToken({ ...process.env, ...more });
  expect(found.title).toBe(title);
  expect(found.advice).toContain(words);
  expect(found.paste.length > 0).toBe(title === 'Missing id-token permission');
});

test('a fork gets neither, and no permission helps', async () => {
  event(fork);
  await loadEvent(process.env);
  const found = noIdToken(process.env);
  expect(found.title).toBe('Pull request from a fork');
  expect(found.paste).toEqual([]);
  expect(noIdToken({ ...process.env, GITHUB_ACTOR: 'dependabot[bot]' }).title).toBe(
    'Missing id-token permission',
  );
});

const ambient = (origin: Record<string, string>) => planOf({ kind: 'ambient', origin });
const none = new NoBaseCredentials('nothing-found', 'ambient: the AWS SDK found no credentials here: X');

test('a profile of the environment comes before the permission', () => {
  const found = noBaseCredentials(none, ambient({ AWS_PROFILE: 'nope' }), { environment: process.env });
  expect(found.title).toBe('AWS profile without credentials');
  expect(found.advice).toMatch(/^AWS_PROFILE is "nope", and/);
  expect(found.words).toBe(none.message);
});

test('the permission comes after a profile, for a job that means to start from a token', () => {
  const step = 'if no profile is meant: This job may not request';
  const steps = (environment: NodeJS.ProcessEnv) =>
    noBaseCredentials(none, ambient({ AWS_PROFILE: 'nope' }), { environment }).steps.join();
  expect(steps(process.env)).toContain(step);
  expect(
    steps({ ...process.env, ACTIONS_ID_TOKEN_REQUEST_URL: 'x', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'y' }),
  ).not.toContain(step);
});

test('a profile that only other SDKs read is named', () => {
  const found = noBaseCredentials(none, ambient({ AWS_DEFAULT_PROFILE: 'nope' }), {
    environment: process.env,
  });
  expect(found.title).toBe('AWS profile without credentials');
  expect(found.advice).toBe(
    'AWS_DEFAULT_PROFILE is "nope", but the AWS SDK for JavaScript reads only AWS_PROFILE: set AWS_PROFILE to a profile that exists.',
  );
});

test('the role of the runner was blanked by an earlier step', () => {
  const choice = { kind: 'ambient', chosenBy: 'input', alsoAvailable: [] } as const;
  const steps = (environment: Record<string, string>) =>
    noBaseCredentials(none, ambient({}), { environment, choice }).steps.join();
  expect(steps({ AWS_CONTAINER_CREDENTIALS_FULL_URI: '' })).toContain(
    'AWS_CONTAINER_CREDENTIALS_FULL_URI is empty: an earlier step',
  );
  expect(steps({})).not.toContain('is empty');
  expect(steps({ AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:9/' })).toContain(
    'AWS_CONTAINER_CREDENTIALS_FULL_URI is set, and gave no credentials',
  );
});

test('a config file that is a folder is named, with the variable that names it', () => {
  const environment = { ...process.env, AWS_CONFIG_FILE: tmpdir() };
  const found = noBaseCredentials(none, ambient({}), { environment });
  expect(found.title).toBe('AWS profile without credentials');
  expect(found.advice).toBe(
    `The AWS SDK cannot read ${tmpdir()} (AWS_CONFIG_FILE), because it is not a file: make it a readable file, or set AWS_CONFIG_FILE to another one.`,
  );
});

test('auto found nothing: the permission, and what auto looked for', () => {
  const choice = { kind: 'ambient', chosenBy: 'auto', alsoAvailable: [] } as const;
  const found = noBaseCredentials(none, ambient({}), { environment: process.env, choice });
  expect(found.title).toBe('Missing id-token permission');
  expect(found.steps.at(-1)).toContain('No access key, token file or OIDC token was available');
});

test('ambient was asked for, or there is a permission: what the SDK looked at', () => {
  const choice = { kind: 'ambient', chosenBy: 'input', alsoAvailable: [] } as const;
  expect(noBaseCredentials(none, ambient({}), { environment: process.env, choice }).title).toBe(
    'No base credentials',
  );
  const environment = { ACTIONS_ID_TOKEN_REQUEST_URL: 'x', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'y' };
  expect(noBaseCredentials(none, ambient({}), { environment }).title).toBe('No base credentials');
});

test.each([
  ['unusable-token', 'Token not usable'],
  ['unreadable-token-file', 'Token file not readable'],
  ['no-id-token', 'Missing id-token permission'],
] as const)('%s', (reason, title) => {
  const found = noBaseCredentials(new NoBaseCredentials(reason, 'M'), undefined, { environment: {} });
  expect(found.title).toBe(title);
  expect(found.advice).toMatch(/^M/);
});

const problem = (name: string, message: string): Error => Object.assign(new Error(message), { name });

test.each<[Error, string]>([
  [
    problem('CredentialsProviderError', 'Command failed: credential_process failed'),
    'credential_process failed',
  ],
  [
    problem('CredentialsProviderError', 'The SSO session token is expired. Refresh it (aws sso login).'),
    'The SSO session token is expired. Refresh it',
  ],
  [
    problem(
      'ValidationError',
      "1 validation error detected: Value '' at 'webIdentityToken' failed to satisfy constraint: Member must",
    ),
    'the token file is empty',
  ],
  [problem('AccessDenied', 'AccessDenied: User is not allowed.'), 'AccessDenied: User is not allowed'],
  [problem('ExpiredToken', 'The token has expired.'), 'ExpiredToken: The token has expired'],
])('credentials that are set up, and cannot be had, have their reason first: %s', (cause, why) => {
  const failed = new NoBaseCredentials('nothing-found', 'M', cause);
  const found = noBaseCredentials(failed, ambient({ AWS_PROFILE: 'ops' }), { environment: {} });
  expect([found.title, found.advice, found.words]).toEqual([
    'AWS profile without credentials',
    `AWS_PROFILE is "ops", and the AWS SDK could not get its credentials (${why}): correct the profile, or unset AWS_PROFILE.`,
    'M',
  ]);
  expect(noBaseCredentials(failed, ambient({}), { environment: {} }).advice).toBe(
    `The AWS SDK could not get the runner's own credentials (${why}): correct their settings, or set another credential-source.`,
  );
});

test('a token file or a container that the environment names is named', () => {
  const failed = new NoBaseCredentials('nothing-found', 'M', problem('Error', 'ENOENT: no such file'));
  const found = noBaseCredentials(failed, ambient({ AWS_WEB_IDENTITY_TOKEN_FILE: '/token' }), {
    environment: {},
  });
  expect(found.advice).toMatch(/: correct AWS_WEB_IDENTITY_TOKEN_FILE, which is "\/token", or set another/);
  const name = 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI';
  const container = noBaseCredentials(failed, ambient({ [name]: '/v2/private' }), { environment: {} });
  expect(container.advice).toContain(`: correct ${name}, or set another`);
  expect(JSON.stringify(container)).not.toContain('private');
});

test('credentials that are not set up have no reason of the SDK', () => {
  const cause = problem('CredentialsProviderError', 'Could not load credentials from any providers');
  const failed = new NoBaseCredentials('nothing-found', 'M', cause);
  const choice = { kind: 'ambient', chosenBy: 'input', alsoAvailable: [] } as const;
  expect(noBaseCredentials(failed, ambient({}), { environment: {}, choice }).advice).toMatch(
    /^The AWS SDK found no credentials/,
  );
});

test.each<[string, Record<string, string>, RegExp]>([
  ['a job', {}, /^the name of the secret/],
  ['Dependabot', { GITHUB_ACTOR: 'dependabot[bot]' }, /^Dependabot runs get Dependabot secrets/],
  ['act', { ACT: 'true' }, /^act reads secrets from/],
  ['Gitea', { GITEA_ACTIONS: 'true' }, /^the name of the secret/],
])('why a secret may be empty in the run of %s', (_, environment, first) => {
  expect(emptySecretSteps(environment)[0]).toMatch(first);
});

test('why a secret may be empty in the run of a fork', async () => {
  event(fork);
  await loadEvent(process.env);
  expect(emptySecretSteps(process.env)).toEqual([
    'this run belongs to a pull request from a fork, and GitHub gives it no secrets',
  ]);
});

import { exportVariable } from '../github/commands.ts';
import { fingerprint } from '../profiles/encrypt.ts';
import type { Credentials, SessionCredentials } from '../aws/session.ts';

/**
 * The job's environment: what a step changes in it, and what the post step gives back. GITHUB_ENV can set a variable
 * to the empty text but not unset it, which some clients take amiss; each rule below was tried with the clients.
 */

/** One variable and its new value. */
export interface Change {
  readonly name: string;
  readonly value: string;
}

/** Variables whose earlier values are secrets. */
export const secretVariables: ReadonlySet<string> = new Set([
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
]);

/** Every variable that a step may change, and that its post step may restore. */
export const changedVariables: ReadonlySet<string> = new Set([
  ...secretVariables,
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_CREDENTIAL_SCOPE',
  'AWS_ACCOUNT_ID',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_CONFIG_FILE',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_ROLE_ARN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
]);

/** Left over from other credentials, they win over what is exported, or spoil it: botocore, and the SDKs' scope. */
const stale = ['AWS_SECURITY_TOKEN', 'AWS_CREDENTIAL_EXPIRATION', 'AWS_CREDENTIAL_SCOPE'];

/** The variables that deliver a role's credentials. */
export function credentialChanges(
  { accessKeyId, secretAccessKey, sessionToken = '' }: Credentials,
  accountId: string,
  environment: NodeJS.ProcessEnv,
): Change[] {
  return [
    { name: 'AWS_ACCESS_KEY_ID', value: accessKeyId },
    { name: 'AWS_SECRET_ACCESS_KEY', value: secretAccessKey },
    { name: 'AWS_SESSION_TOKEN', value: sessionToken },
    ...staleChanges(accountId, environment),
  ];
}

/** What is left over from other credentials, blanked. */
export function staleChanges(accountId: string, environment: NodeJS.ProcessEnv): Change[] {
  const otherAccount = ![undefined, '', accountId].includes(environment['AWS_ACCOUNT_ID']);
  const blank = [...stale.filter((name) => environment[name]), ...(otherAccount ? ['AWS_ACCOUNT_ID'] : [])];
  return blank.map((name) => ({ name, value: '' }));
}

/**
 * The variables that deliver a profile, beside AWS_CONFIG_FILE; what would outrank it is blanked. boto3 prefers
 * AWS_DEFAULT_PROFILE to AWS_PROFILE, so that one follows where it is set.
 */
export function profileChanges(name: string, environment: NodeJS.ProcessEnv): Change[] {
  const outrank = [
    ...secretVariables,
    'AWS_ROLE_ARN',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_CREDENTIAL_EXPIRATION',
  ];
  return [
    { name: 'AWS_PROFILE', value: name },
    ...(environment['AWS_DEFAULT_PROFILE'] === undefined
      ? []
      : [{ name: 'AWS_DEFAULT_PROFILE', value: name }]),
    ...outrank.filter((one) => environment[one]).map((one) => ({ name: one, value: '' })),
  ];
}

/** The variables that deliver a region. */
export function regionChanges(region: string | undefined): Change[] {
  return region === undefined
    ? []
    : ['AWS_REGION', 'AWS_DEFAULT_REGION'].map((name) => ({ name, value: region }));
}

/** Where a later tool will not use what is exported, or will stumble. */
export function environmentWarnings(environment: NodeJS.ProcessEnv, changes: readonly Change[]): string[] {
  const warnings: string[] = [];
  for (const name of ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE']) {
    const value = environment[name];
    if (value === '') {
      warnings.push(
        `${name} is set and empty: the AWS CLI and boto3 fail with "The config profile () could not be found".`,
      );
    } else if (value !== undefined && name === 'AWS_PROFILE') {
      const who = 'the AWS SDK for JavaScript uses that profile, and not the exported credentials';
      warnings.push(
        `AWS_PROFILE is ${JSON.stringify(value)}: ${who}; the AWS CLI fails where there is no such profile.`,
      );
    } else if (value !== undefined) {
      const who = 'the AWS CLI and boto3 fail where there is no such profile';
      warnings.push(`${name} is ${JSON.stringify(value)}: ${who}, and take other settings from it.`);
    }
  }
  const region = changes.some(({ name }) => name === 'AWS_REGION');
  if (environment['AWS_REGION'] === '' && !region) {
    warnings.push(
      'AWS_REGION is set and empty, which the AWS SDK for JavaScript refuses: give the input region.',
    );
  }
  if (changes.some(({ name }) => name === 'AWS_ACCOUNT_ID')) {
    warnings.push(
      'AWS_ACCOUNT_ID named another account, which SDKs would attach to these credentials: it is blanked.',
    );
  }
  return warnings;
}

/** The keys of a role session in an environment, where all three are there. */
export function keysIn(environment: NodeJS.ProcessEnv): SessionCredentials | undefined {
  const accessKeyId = environment['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = environment['AWS_SECRET_ACCESS_KEY'];
  const sessionToken = environment['AWS_SESSION_TOKEN'];
  return accessKeyId && secretAccessKey && sessionToken
    ? { accessKeyId, secretAccessKey, sessionToken }
    : undefined;
}

/** Tells whether an environment still holds the same keys, without keeping them; undefined where there are none. */
export function keysFingerprint(environment: NodeJS.ProcessEnv): string | undefined {
  const keys = keysIn(environment);
  return keys && fingerprint(keys.accessKeyId, keys.secretAccessKey, keys.sessionToken);
}

/** Sets variables for the steps that follow. */
export function exportAll(changes: readonly Change[]): void {
  for (const { name, value } of changes) exportVariable(name, value);
}

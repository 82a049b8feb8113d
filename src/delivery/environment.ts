import { exportVariable } from '../github/commands.ts';
import { fingerprint } from '../profiles/encrypt.ts';
import { isKeyVariable } from '../profiles/plan-key.ts';
import { secretVariables } from './secret-variables.ts';
import type { Change } from './variables.ts';
import type { Credentials, SessionCredentials } from '../aws/session.ts';

/** The job's environment: the variables that a step sets, and those that it reads. */

/** Every variable that a step may change, and that its post step may restore. */
const changedVariables: ReadonlySet<string> = new Set([
  ...secretVariables,
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_CREDENTIAL_SCOPE',
  'AWS_ACCOUNT_ID',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_SDK_LOAD_CONFIG',
  'AWS_EC2_METADATA_DISABLED',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_ROLE_ARN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
]);

/** Whether a step of this action can have changed a variable of this name. */
export const isChangedVariable = (name: string): boolean => changedVariables.has(name) || isKeyVariable(name);

/** The variables that deliver a role's credentials. */
export function keyChanges({ accessKeyId, secretAccessKey, sessionToken = '' }: Credentials): Change[] {
  return [
    { name: 'AWS_ACCESS_KEY_ID', value: accessKeyId },
    { name: 'AWS_SECRET_ACCESS_KEY', value: secretAccessKey },
    { name: 'AWS_SESSION_TOKEN', value: sessionToken },
  ];
}

/**
 * The variables that name a profile. boto3 and the AWS CLI 1 prefer AWS_DEFAULT_PROFILE to AWS_PROFILE, so it gets the
 * same value where it is set.
 */
export function profileChanges(name: string, environment: NodeJS.ProcessEnv): Change[] {
  const names = [
    'AWS_PROFILE',
    ...(environment['AWS_DEFAULT_PROFILE'] === undefined ? [] : ['AWS_DEFAULT_PROFILE']),
  ];
  return names.map((variable) => ({ name: variable, value: name }));
}

/**
 * The variables that lead clients to the files of profiles. AWS_SDK_LOAD_CONFIG is for the SDK for JavaScript 2 and the
 * SDK for Go 1, which read no config file without it; no other client minds it. AWS_EC2_METADATA_DISABLED keeps the SDK
 * for JavaScript from the runner's instance role when a profile cannot be renewed.
 */
export function fileChanges(
  {
    configPath,
    credentialsPath,
  }: { readonly configPath: string; readonly credentialsPath?: string | undefined },
  withInstanceRole: boolean,
): Change[] {
  return [
    { name: 'AWS_CONFIG_FILE', value: configPath },
    ...(credentialsPath === undefined
      ? []
      : [{ name: 'AWS_SHARED_CREDENTIALS_FILE', value: credentialsPath }]),
    { name: 'AWS_SDK_LOAD_CONFIG', value: '1' },
    ...(withInstanceRole ? [] : [{ name: 'AWS_EC2_METADATA_DISABLED', value: 'true' }]),
  ];
}

/** The variables that deliver a region. */
export function regionChanges(region: string | undefined): Change[] {
  return region === undefined
    ? []
    : ['AWS_REGION', 'AWS_DEFAULT_REGION'].map((name) => ({ name, value: region }));
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

/** A hash to compare two sets of keys without storing them. */
export const fingerprintOf = ({ accessKeyId, secretAccessKey, sessionToken }: SessionCredentials): string =>
  fingerprint(accessKeyId, secretAccessKey, sessionToken);

/** The fingerprint of the keys in an environment; undefined where there are none. */
export function keysFingerprint(environment: NodeJS.ProcessEnv): string | undefined {
  const keys = keysIn(environment);
  return keys && fingerprintOf(keys);
}

/** Sets variables for the steps that follow. */
export function exportAll(changes: readonly Change[]): void {
  for (const { name, value } of changes) exportVariable(name, value);
}

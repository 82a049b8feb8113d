import { minioNames, olderKeyNames } from '../delivery/secret-variables.ts';

/** The environment of a command that runs with a profile's keys. Pure. */

/** What a profile gives a command. */
export interface ProfileKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly region: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Variables that name another identity, and outrank the keys in some client or spoil them. They are removed: an empty
 * AWS_PROFILE or AWS_CONTAINER_CREDENTIALS_RELATIVE_URI breaks the AWS CLI and boto3.
 */
const others: readonly string[] = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'AWS_SECURITY_TOKEN',
  ...olderKeyNames,
  ...minioNames,
  'AWS_BEARER_TOKEN_BEDROCK',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_CREDENTIAL_SCOPE',
  'AWS_ACCOUNT_ID',
];

/** Variables of the files that this action writes; a user's own file is left. */
const files: readonly string[] = ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'];

/** The variables that deliver the keys, by name. */
export function keyVariables({
  accessKeyId,
  secretAccessKey,
  sessionToken,
  region,
}: ProfileKeys): Readonly<Record<string, string>> {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  };
}

/** Names of the variables that must not be beside the keys: for a shell to unset. */
export const namesToUnset = (isOurs: (path: string) => boolean, environment: Environment): string[] => [
  ...others,
  ...files.filter((name) => isOurs(environment[name] ?? '')),
];

/**
 * The environment with the keys and region, without any profile or other identity. On Windows names are the same in
 * either case, and so is what is removed.
 * @param isOurs whether a file was written by this action
 * @param added variables that are set last, such as AWS_PROFILE for `each`
 */
export function childEnvironment(
  environment: Environment,
  keys: ProfileKeys,
  isOurs: (path: string) => boolean,
  added: Readonly<Record<string, string>> = {},
): Record<string, string | undefined> {
  const set = {
    ...keyVariables(keys),
    // Once the keys have expired, no client may go on as the runner's instance role.
    AWS_EC2_METADATA_DISABLED: 'true',
    ...added,
  };
  const dropped = new Set([...namesToUnset(isOurs, environment), ...Object.keys(set)]);
  const remaining = Object.entries(environment).filter(([name]) => !dropped.has(name.toUpperCase()));
  return { ...Object.fromEntries(remaining), ...set };
}

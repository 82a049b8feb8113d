import {
  bearerToken,
  keyNames,
  minioNames,
  minioUsers,
  olderAccessKeys,
  olderKeyNames,
} from './secret-variables.ts';

/**
 * What an AWS client does with a variable of the job's environment, for each thing that a step delivers. From this table
 * come the variables that a step blanks, and its warnings.
 *
 * Sources: [tried] with the clients of __tests__/clients and the clients' own releases of November 2026; [read] in the client's
 * source. GITHUB_ENV can set a variable to the empty string but cannot unset it.
 */

/** What a step delivers: keys in the environment, one profile that is named there, or profiles of several accounts. */
export type DeliveryKind = 'keys' | 'profile' | 'accounts';

/** AWS clients, by the code that reads their credentials. */
export const clients = {
  botocore: 'the AWS CLI and boto3',
  go: 'Terraform and the SDK for Go',
  javascript: 'the SDK for JavaScript',
  javascript2: 'the SDK for JavaScript 2',
  dotnet: 'the SDK for .NET 3',
  ruby: 'the SDK for Ruby',
  minio: 'restic and other tools on minio-go',
  ecrLogin: 'amazon-ecr-login 2.1',
  s3cmd: 's3cmd',
} as const;

type Client = keyof typeof clients;

/** One variable that the runner or an earlier step may have set. */
export interface VariableRule {
  readonly name: string;
  readonly deliveries: readonly DeliveryKind[];
  /** Which values matter; `other-account`: an account id that is not the delivered one. */
  readonly value: 'set' | 'empty' | 'other-account';
  /** `blank`: set to the empty string, which the clients treat as not set. `blank and warn`: the user should know. */
  readonly does: 'blank' | 'warn' | 'blank and warn';
  readonly clients: readonly Client[];
  /** What happens, to complete "NAME is set. In CLIENTS, …". */
  readonly effect: string;
  /** What to do about it, where the action cannot. */
  readonly remedy?: string;
}

const all: readonly DeliveryKind[] = ['keys', 'profile', 'accounts'];
const profiles: readonly DeliveryKind[] = ['profile', 'accounts'];

const blank = (
  names: readonly string[],
  deliveries: readonly DeliveryKind[],
  rule: Pick<VariableRule, 'clients' | 'effect'>,
): VariableRule[] => names.map((name) => ({ name, deliveries, value: 'set', does: 'blank', ...rule }));

export const variableRules: readonly VariableRule[] = [
  // [tried] On EKS (IRSA) and ARC the runner's own role wins over AWS_PROFILE.
  ...blank(['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'], profiles, {
    clients: ['botocore', 'go'],
    effect: "the runner's own role outranks the profile",
  }),
  // [read] FallbackCredentialsFactory of version 3 looks at it, and at profiles, before keys. Version 4 does not.
  ...blank(['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'], ['keys'], {
    clients: ['dotnet'],
    effect: "the runner's own role outranks the exported keys",
  }),
  // [tried]
  ...blank([...keyNames, 'AWS_CREDENTIAL_EXPIRATION'], ['profile'], {
    clients: ['botocore', 'go'],
    effect: 'the keys in the environment outrank the profile',
  }),
  // [tried] Go and minio-go read the first name, the SDK for JavaScript 2 the second, Ruby both.
  ...blank(olderKeyNames, ['profile'], {
    clients: ['go', 'javascript2', 'ruby', 'minio'],
    effect: 'the keys in the environment outrank the profile',
  }),
  // [tried] A server of the job may be set up by the same names, so this is reported.
  ...minioNames.map((name): VariableRule => ({
    name,
    deliveries: ['profile'],
    value: 'set',
    does: minioUsers.includes(name) ? 'blank and warn' : 'blank',
    clients: ['minio'],
    effect: 'it outranks the profile',
  })),
  ...minioUsers.map((name): VariableRule => ({
    name,
    deliveries: ['accounts'],
    value: 'set',
    does: 'warn',
    clients: ['minio'],
    effect: 'it outranks the profile in AWS_PROFILE',
    remedy: 'Run the tool with "assume-role-chain exec --profile NAME --"',
  })),
  // [tried] s3cmd 2.3 reads them before the names of today.
  ...blank(['AWS_ACCESS_KEY', 'AWS_SECRET_KEY'], ['keys'], {
    clients: ['s3cmd'],
    effect: 'they outrank the exported keys',
  }),
  // [tried] Keys may be what another tool of the job needs, so with several accounts they stay.
  {
    name: 'AWS_ACCESS_KEY_ID',
    deliveries: ['accounts'],
    value: 'set',
    does: 'warn',
    clients: ['botocore', 'go'],
    effect: 'the keys in the environment outrank the profile in AWS_PROFILE',
    remedy:
      'Name the profile with --profile, or run the tool with "assume-role-chain exec --profile NAME --"',
  },
  ...olderAccessKeys.map((name): VariableRule => ({
    name,
    deliveries: ['accounts'],
    value: 'set',
    does: 'warn',
    clients: ['go', 'javascript2', 'ruby', 'minio'],
    effect: 'these keys outrank the profile in AWS_PROFILE',
    remedy: 'Run the tool with "assume-role-chain exec --profile NAME --"',
  })),
  // [read] It is a key of Bedrock alone, and may be meant, so it stays.
  {
    name: bearerToken,
    deliveries: all,
    value: 'set',
    does: 'warn',
    clients: ['botocore', 'go', 'javascript'],
    effect: "calls to Amazon Bedrock use that token, and not the role's credentials",
    remedy: 'Unset it where Bedrock must see the role',
  },
  // [tried] Stale, botocore prefers AWS_SECURITY_TOKEN to AWS_SESSION_TOKEN; [read] the other two belong to other keys.
  ...blank(['AWS_SECURITY_TOKEN', 'AWS_CREDENTIAL_EXPIRATION', 'AWS_CREDENTIAL_SCOPE'], ['keys'], {
    clients: ['botocore', 'javascript'],
    effect: 'it is used with the exported keys, which it does not belong to',
  }),
  {
    name: 'AWS_ACCOUNT_ID',
    deliveries: ['keys'],
    value: 'other-account',
    does: 'blank and warn',
    clients: ['botocore', 'javascript'],
    effect: 'that account is attached to the exported keys',
  },
  // [tried] When a renewal fails, these clients go on to EKS Pod Identity or ECS; amazon-ecr-login never reads AWS_PROFILE.
  // Blank, botocore fails where it has no profile ("Unsupported host 'None'"), instead of using the runner's own role.
  ...blank(['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'], profiles, {
    clients: ['javascript', 'minio', 'ecrLogin'],
    effect: "the runner's own role is used when a renewal fails",
  }),
  // [tried]
  {
    name: 'AWS_PROFILE',
    deliveries: ['keys'],
    value: 'set',
    does: 'warn',
    clients: ['javascript', 'dotnet'],
    effect: 'that profile outranks the exported keys',
    remedy: 'Do not set AWS_PROFILE together with keys',
  },
  {
    name: 'AWS_DEFAULT_PROFILE',
    deliveries: ['keys'],
    value: 'set',
    does: 'warn',
    clients: ['botocore'],
    effect: 'other settings come from that profile, and a call fails if there is no such profile',
  },
  // [tried] "The config profile () could not be found", and "Region not accepted".
  ...['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'].map((name): VariableRule => ({
    name,
    deliveries: ['keys', 'accounts'],
    value: 'empty',
    does: 'warn',
    clients: ['botocore'],
    effect: 'every call fails with "The config profile () could not be found"',
    remedy: `Do not set ${name} to the empty string`,
  })),
  {
    name: 'AWS_REGION',
    deliveries: all,
    value: 'empty',
    does: 'warn',
    clients: ['javascript'],
    effect: 'every call fails, because it does not accept an empty region',
    remedy: 'Set the input region',
  },
];

/**
 * What each AWS tool does with what a step delivers. docs/tools.md is made from this table (scripts/tools.ts), and the
 * tests of __tests__/clients check every row that names one.
 */

/** How it is known: `tests`, in every run of the project's tests; `trial`, by `npm run try-tools`. */
export type Evidence = 'tests' | 'trial';

/** One tool. */
export interface ToolFacts {
  readonly name: string;
  /** Whether a profile works, with `profile` and with `accounts`. Keys and `assume-role-chain exec` work with all. */
  readonly profiles: boolean;
  /** In the environment, what it needs for a profile; in Markdown. */
  readonly needs: string;
  /** What it prints when a profile cannot be renewed, or if it cannot use one. Part of its output. */
  readonly shows: string;
  /** Whether the reason of a failed renewal is in its output. */
  readonly showsReason: boolean;
  readonly evidence: Evidence;
}

const failedProcess = 'Error when retrieving credentials from custom-process: assume-role-chain: ';
const botocore = {
  profiles: true,
  needs: '`AWS_CONFIG_FILE`',
  shows: failedProcess,
  showsReason: true,
  evidence: 'tests',
} as const;

export const toolFacts = [
  { name: 'AWS CLI 1', ...botocore },
  { name: 'AWS CLI 2', ...botocore },
  { name: 'boto3', ...botocore },
  {
    name: 'AWS SDK for JavaScript 2',
    profiles: true,
    needs: '`AWS_CONFIG_FILE` and `AWS_SDK_LOAD_CONFIG`',
    shows: 'Missing credentials in config',
    showsReason: false,
    evidence: 'tests',
  },
  {
    name: 'AWS SDK for JavaScript 3',
    profiles: true,
    needs: '`AWS_CONFIG_FILE`',
    shows: 'Could not load credentials from any providers',
    showsReason: false,
    evidence: 'tests',
  },
  {
    name: 'AWS SDK for Go 1',
    profiles: true,
    needs: '`AWS_CONFIG_FILE` and `AWS_SDK_LOAD_CONFIG`',
    shows: 'ProcessProviderExecutionError: error in credential_process',
    showsReason: true,
    evidence: 'tests',
  },
  {
    name: 'AWS SDK for Go 2',
    profiles: true,
    needs: '`AWS_CONFIG_FILE`',
    shows: 'process provider error: error in credential_process: exit status 1',
    showsReason: true,
    evidence: 'tests',
  },
  {
    name: 'AWS SDK for Ruby',
    profiles: true,
    needs: '`AWS_CONFIG_FILE`. On a runner with `AWS_ROLE_ARN`, see [below](#ruby-on-eks)',
    shows: 'credential_process provider failure',
    showsReason: true,
    evidence: 'tests',
  },
  {
    name: 'Terraform',
    profiles: true,
    needs: '`AWS_CONFIG_FILE`',
    shows: 'No valid credential sources found',
    showsReason: true,
    evidence: 'tests',
  },
  {
    name: 'rclone',
    profiles: true,
    needs: '`AWS_CONFIG_FILE` and `AWS_SDK_LOAD_CONFIG`',
    shows: 'ProcessProviderExecutionError: error in credential_process',
    showsReason: true,
    evidence: 'tests',
  },
  {
    name: 'restic',
    profiles: true,
    needs: '`AWS_SHARED_CREDENTIALS_FILE`',
    shows: 'unable to open config file: Stat: ',
    showsReason: false,
    evidence: 'tests',
  },
  {
    name: 's3cmd',
    profiles: false,
    needs: '[`assume-role-chain exec`](command.md#exec-run-one-command-with-keys)',
    shows: 'Configuration file not available',
    showsReason: false,
    evidence: 'tests',
  },
  {
    name: 'AWS CDK',
    profiles: true,
    needs: '`AWS_CONFIG_FILE`',
    shows: 'Need to perform AWS calls for account 222222222222, but no credentials have been configured',
    showsReason: false,
    evidence: 'trial',
  },
  {
    name: 'Serverless 3',
    profiles: false,
    needs: '[`assume-role-chain exec`](command.md#exec-run-one-command-with-keys)',
    shows: 'AWS profile "customer" doesn\'t seem to be configured',
    showsReason: false,
    evidence: 'trial',
  },
] as const satisfies readonly ToolFacts[];

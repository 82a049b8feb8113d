import { join } from 'node:path';
import type { IdentityProvider } from './aws/call.ts';
import { startLocalAws, type LocalAws, type LocalAwsOptions } from './aws/server.ts';
import { deployed } from './aws/cloudformation.ts';
import type { AccountSpec, RoleSpec, AwsSpec } from './aws/spec.ts';
import type { GitHubFacts } from './github/claims.ts';
import { startLocalGitHub, type LocalGitHub } from './github/issuer.ts';
import type { RunResult } from './runner/result.ts';
import { runWorkflow, type RunOptions } from './runner/runner.ts';

/** The services of tests and the demo: an account with a hub role, a customer's account, GitHub, and a runner. */

export const hubAccount = '111111111111';
export const customerAccount = '222222222222';
export const hubRole = `arn:aws:iam::${hubAccount}:role/deployment-hub`;
export const customerRole = `arn:aws:iam::${customerAccount}:role/deploy/customer-deployment`;
export const externalId = 'customer-7f3a';

/** An IAM user of the hub's account, for chains that start from access keys. */
export const user = {
  name: 'ci',
  accessKeyId: 'AKIAIOSFODNN7LOCAL00',
  secretAccessKey: 'b9K+local/secret/of/the/ci/user/7f3aQ2xZ8',
} as const;

/**
 * Both accounts, as the templates set them up. `user` may assume the hub role too.
 * @param customers path and name of the roles that the hub role may assume
 */
export function defaultAccounts(
  repository = 'acme/shop',
  customers = 'deploy/customer-deployment',
): AccountSpec[] {
  const hub = deployed(
    'hub',
    { Subjects: `repo:${repository}:*`, MaxSessionSeconds: '7200', CustomerRolePattern: customers },
    { id: hubAccount, users: [user] },
  );
  const admitsUser = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${hubAccount}:user/ci` },
    Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
  };
  const roles = (hub.roles ?? []).map((role): RoleSpec => {
    const Statement = [role.trustPolicy.Statement, admitsUser].flat();
    return { ...role, trustPolicy: { ...role.trustPolicy, Statement } };
  });
  const names = { HubAccountId: hubAccount, HubRoleName: 'deployment-hub', ExternalId: externalId };
  return [{ ...hub, roles }, deployed('customer', names, { id: customerAccount })];
}

export interface LocalServicesOptions extends Omit<LocalAwsOptions, 'identityProviders'> {
  readonly spec?: AwsSpec;
  readonly github?: GitHubFacts;
  /** What goes wrong when AWS asks GitHub for its keys. */
  readonly issuerProblem?: IdentityProvider['problem'];
}

/** A running AWS and GitHub, and a way to run workflows against them. */
export interface LocalServices {
  readonly aws: LocalAws;
  readonly github: LocalGitHub;
  /** Runs a workflow against this AWS and this GitHub, and searches for all their secrets. */
  run(options: Omit<RunOptions, 'actionRoot'> & { actionRoot?: string }): Promise<RunResult>;
  /** Stops both and removes the machines of all runs. */
  close(): Promise<void>;
}

export async function startLocalServices(options: LocalServicesOptions = {}): Promise<LocalServices> {
  const github = await startLocalGitHub(options.github);
  const spec = options.spec ?? { accounts: defaultAccounts(options.github?.repository) };
  const { issuerProblem: problem } = options;
  const identityProviders = [{ issuer: github.issuer, jwks: github.jwks, ...(problem ? { problem } : {}) }];
  const aws = await startLocalAws(spec, { ...options, identityProviders });
  const runs: RunResult[] = [];
  return {
    aws,
    github,
    run: async (run) => {
      const result = await runWorkflow({
        actionRoot: join(import.meta.dirname, '..'),
        idToken: { requestUrl: github.requestUrl, requestToken: github.requestToken },
        watch: () => [...aws.secrets(), ...github.issuedTokens, github.requestToken],
        secrets: { CUSTOMER_EXTERNAL_ID: externalId },
        ...run,
        machineEnv: { AWS_ENDPOINT_URL: aws.url, AWS_EC2_METADATA_DISABLED: 'true', ...run.machineEnv },
      });
      runs.push(result);
      return result;
    },
    close: async () => {
      for (const run of runs) run.cleanUp();
      await Promise.all([aws.close(), github.close()]);
    },
  };
}

import {
  runnerAccount,
  startRunnerIdentities,
  type RunnerIdentities,
} from '../../local/runner-identities.ts';
import {
  customerRole,
  defaultAccounts,
  externalId,
  hubRole,
  startLocalServices,
  type LocalServices,
} from '../../local/services.ts';
import type { StepSpec } from '../../local/runner/workflow.ts';
import { chain } from '../workflows.ts';

/** A runner with identities of its own, and the ways in which a step delivers profiles. */

export const customer = 'arn:aws:sts::222222222222:assumed-role/customer-deployment/acme.shop@42';
const accounts = JSON.stringify({ customer: { 'role-arn': customerRole, 'external-id': externalId } });
export const accountsInputs = { 'role-arn': hubRole, accounts };

/** A way to deliver credentials, and how a step uses them. */
export interface Way {
  readonly name: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly step: (script: string) => Partial<StepSpec>;
}

export const profileWays: readonly Way[] = [
  { name: 'a profile', inputs: { ...chain, profile: 'customer' }, step: (run) => ({ run }) },
  {
    name: 'accounts',
    inputs: accountsInputs,
    step: (run) => ({ run, env: { AWS_PROFILE: 'customer' } }),
  },
];

/** Local services, and a runner with an instance role, a pod's role (IRSA) and a container endpoint. */
export interface Surroundings {
  readonly local: LocalServices;
  readonly runner: RunnerIdentities;
  readonly machineEnv: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

/** @param sessionSeconds how long every session is valid; default: as asked */
export async function startSurroundings(sessionSeconds?: number): Promise<Surroundings> {
  const local = await startLocalServices({
    spec: { accounts: [...defaultAccounts(), runnerAccount()] },
    ...(sessionSeconds === undefined ? {} : { sessionSeconds }),
  });
  const runner = await startRunnerIdentities(local.aws, local.github);
  const { instance, container, pod } = runner.environment;
  return {
    ...{ local, runner },
    machineEnv: { PYENV_ROOT: process.env['PYENV_ROOT'] ?? '', ...instance, ...container, ...pod },
    close: async () => {
      await runner.close();
      await local.close();
    },
  };
}

/** The SDK for Ruby treats a blank AWS_ROLE_ARN as a role, and fails. docs/tools.md unsets these variables for it. */
export const withoutBlankRole = (name: string, script: string): string =>
  name === 'AWS SDK for Ruby' ? `unset AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE\n${script}` : script;

import { ActionError } from '../text/action-error.ts';
import type { AssumedTarget, FailedTarget } from '../chain/assume-targets.ts';
import type { Delivery } from '../request/delivery.ts';
import type { RoleSession } from '../aws/session.ts';
import { say, warn } from '../github/log.ts';
import { fingerprintOf, keyChanges, profileChanges, regionChanges } from './environment.ts';
import { factsOf } from './outputs.ts';
import { prepareProfiles } from './prepare.ts';
import { put, type DeliveryContext } from './put.ts';
import { blankedVariables, variableWarnings } from './variables.ts';

/** Delivery: what the job gets, all of it or nothing, and only after every check. */

type DeliveryOf<Kind> = Extract<Delivery, { readonly kind: Kind }>;

/** What became of the targets. */
export interface Outcome {
  readonly assumed: readonly AssumedTarget[];
  readonly failed: readonly FailedTarget[];
}

/**
 * Delivers what was assumed, as the request asks.
 * @throws the error of a target that failed; ActionError account-not-allowed; Error when a file cannot be written
 */
export async function deliver({ assumed, failed }: Outcome, context: DeliveryContext): Promise<void> {
  const { delivery } = context.request;
  if (delivery.kind === 'accounts') {
    const { deliverAccounts } = await import(
      /* webpackChunkName: 'deliver-accounts' */ './deliver-accounts.ts'
    );
    await deliverAccounts({ assumed, failed }, context);
    return;
  }
  for (const { error } of failed) throw error;
  for (const { session } of assumed) {
    checkAccount(session, context);
    if (delivery.kind === 'keys') await deliverKeys(session, delivery, context);
    else await deliverProfile(session, delivery, context);
  }
}

/** @throws ActionError account-not-allowed */
function checkAccount({ accountId, assumedRoleArn }: RoleSession, { request }: DeliveryContext): void {
  const { allowedAccountIds } = request.step;
  if (!allowedAccountIds || allowedAccountIds.includes(accountId)) return;
  const text = `${assumedRoleArn} is in account ${accountId}, which is not one of allowed-account-ids: correct role-arn, or add the account`;
  throw new ActionError('account-not-allowed', text);
}

async function deliverKeys(
  session: RoleSession,
  { exportEnv, outputCredentials, region }: DeliveryOf<'keys'>,
  context: DeliveryContext,
): Promise<void> {
  const { environment, request } = context;
  const { credentials, accountId } = session;
  const facts = factsOf(session, request.base.kind);
  const outputs = {
    source: facts.credentialSource,
    facts,
    credentials: outputCredentials ? credentials : undefined,
  };
  const keys = exportEnv
    ? [...keyChanges(credentials), ...blankedVariables('keys', environment, accountId)]
    : [];
  const changes = [...keys, ...regionChanges(region)];
  // Before the export, which changes this process's environment, too.
  const warnings = variableWarnings('keys', environment, changes, accountId);
  await put(context, {
    outputs,
    changes,
    exported: exportEnv ? { facts, keys: fingerprintOf(credentials) } : undefined,
  });
  if (!exportEnv) return;
  for (const warning of warnings) warn(warning);
  await warnOfProfiles(context);
  if (environment['RUNNER_OS'] === 'Windows' && credentials.secretAccessKey.startsWith('/')) {
    warn(
      'The secret key begins with a slash, even after five more requests: Git Bash on Windows may change it.',
    );
  }
}

/** Keys outrank the profiles of an earlier step in some clients. */
async function warnOfProfiles({ environment }: DeliveryContext): Promise<void> {
  const path = environment['AWS_CONFIG_FILE'] ?? '';
  if (path === '') return;
  const { profilesBeside } = await import(
    /* webpackChunkName: 'profiles' */ '../profiles/stored-profiles.ts'
  );
  const names = profilesBeside(path).map(({ name }) => name);
  if (names.length === 0) return;
  const some = names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '');
  warn(
    `An earlier step created profiles (${some}), and this step exports keys. The AWS CLI, boto3 and Terraform use the keys, even if AWS_PROFILE is set. Name a profile with --profile, or run the tool with "assume-role-chain exec --profile NAME --".`,
  );
}

async function deliverProfile(
  session: RoleSession,
  { name, outputCredentials, region }: DeliveryOf<'profile'>,
  context: DeliveryContext,
): Promise<void> {
  const { environment, request } = context;
  const facts = factsOf(session, request.base.kind);
  const credentials = outputCredentials ? session.credentials : undefined;
  await put(context, {
    outputs: { source: facts.credentialSource, facts, credentials, profile: name },
    changes: [
      ...profileChanges(name, environment),
      ...blankedVariables('profile', environment),
      ...regionChanges(region),
    ],
    profiles: {
      list: [{ name, index: 0, plan: request.targets[0].plan, session }],
      prepared: await (context.prepared ?? prepareProfiles(context)),
    },
  });
  say(`Profile ${name} renews itself while the job runs. Later steps use it through AWS_PROFILE.`);
}

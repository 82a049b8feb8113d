import { sharedKey, targetLine, type AssumedTarget, type FailedTarget } from '../chain/assume-targets.ts';
import { accountsOutput } from './accounts-output.ts';
import { blankedVariables } from './variables.ts';
import { put, type DeliveryContext } from './put.ts';
import { say, sayGroup } from '../github/log.ts';

/** The accounts of a step: all of them as profiles, or, where the user says so, those that could be assumed. */

/**
 * Delivers the profiles of the accounts whose role was assumed.
 * @param reasons why the others failed, by the name of the profile
 * @throws ActionError outputs-too-large; what `put` throws
 */
export async function deliverAccounts(
  { assumed, failed }: { assumed: readonly AssumedTarget[]; failed: readonly FailedTarget[] },
  reasons: ReadonlyMap<string, string>,
  context: DeliveryContext,
): Promise<void> {
  const { request, environment } = context;
  const listed = accountsOutput({ targets: request.targets, assumed, failed, reasons });
  sayGroup(
    `Assumed a role in ${assumed.length} ${assumed.length === 1 ? 'account' : 'accounts'}`,
    assumed.map(targetLine),
  );
  const shares = Map.groupBy(assumed, ({ target }) => sharedKey(target));
  const profiles = assumed.map(({ target, session }) => ({
    ...{ name: target.name ?? '', plan: target.plan, session },
    sharedHops: (shares.get(sharedKey(target)) ?? []).length > 1 ? target.sharedHops : 0,
  }));
  await put(context, {
    outputs: { source: request.base.kind, accounts: listed },
    changes: blankedVariables('accounts', environment),
    profiles,
  });
  say(
    `${assumed.length} ${assumed.length === 1 ? 'profile renews itself' : 'profiles renew themselves'} while the job runs. Use --profile or AWS_PROFILE.`,
  );
}

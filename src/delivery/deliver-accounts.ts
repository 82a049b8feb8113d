import { sharedKey, targetLine, type AssumedTarget, type FailedTarget } from '../chain/targets.ts';
import { isoTime } from '../text/time.ts';
import { blankedVariables } from './variables.ts';
import { put, type DeliveryContext } from './put.ts';
import { say, sayGroup } from '../github/log.ts';

/** The accounts of a step: all of them as profiles, or, where the user says so, those that could be assumed. */

/**
 * Delivers the profiles of the accounts whose role was assumed.
 * @param reasons why the others failed, by the name of the profile
 */
export async function deliverAccounts(
  { assumed, failed }: { assumed: readonly AssumedTarget[]; failed: readonly FailedTarget[] },
  reasons: ReadonlyMap<string, string>,
  context: DeliveryContext,
): Promise<void> {
  const { request, environment } = context;
  sayGroup(
    `Assumed a role in ${assumed.length} ${assumed.length === 1 ? 'account' : 'accounts'}`,
    assumed.map(targetLine),
  );
  const shares = Map.groupBy(assumed, ({ target }) => sharedKey(target));
  const profiles = assumed.map(({ target, session }) => ({
    ...{ name: target.name ?? '', plan: target.plan, session },
    sharedHops: (shares.get(sharedKey(target)) ?? []).length > 1 ? target.sharedHops : 0,
  }));
  const listed = request.targets.flatMap(({ name = '' }) => entryFor(name, assumed, failed, reasons));
  await put(context, {
    outputs: { source: request.base.kind, accounts: listed },
    changes: blankedVariables('accounts', environment),
    profiles,
  });
  say(
    `${assumed.length} ${assumed.length === 1 ? 'profile renews itself' : 'profiles renew themselves'} while the job runs. Use --profile or AWS_PROFILE.`,
  );
}

/** An account as the output `accounts` has it. */
function entryFor(
  name: string,
  assumed: readonly AssumedTarget[],
  failed: readonly FailedTarget[],
  reasons: ReadonlyMap<string, string>,
): object[] {
  const good = assumed.find(({ target }) => target.name === name);
  if (good) {
    const { accountId, assumedRoleArn, expiration } = good.session;
    return [
      {
        profile: name,
        'account-id': accountId,
        'assumed-role-arn': assumedRoleArn,
        expiration: isoTime(expiration),
      },
    ];
  }
  return failed
    .filter(({ target }) => target.name === name)
    .map((one) => ({
      profile: name,
      'role-arn': one.target.plan.hops.at(-1)?.role.text,
      error: reasons.get(name),
    }));
}

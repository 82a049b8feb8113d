import { targetLine, type AssumedTarget, type FailedTarget } from '../chain/assume-targets.ts';
import type { Target } from '../aws/plan.ts';
import { accountsOutput } from './accounts-output.ts';
import { blankedVariables } from './variables.ts';
import { prepareProfiles } from './prepare.ts';
import { put, type DeliveryContext } from './put.ts';
import { say, sayGroup } from '../github/log.ts';
import { destroyAll } from '../profiles/destroy.ts';

/** The accounts of a step: all of them as profiles, or, where the user says so, those that could be assumed. */

/**
 * Delivers the profiles of the accounts whose role was assumed.
 * @throws what `leaveOut` throws where the others may not be left out; ActionError outputs-too-large; what `put` throws
 */
export async function deliverAccounts(
  { assumed, failed }: { assumed: readonly AssumedTarget[]; failed: readonly FailedTarget[] },
  context: DeliveryContext,
): Promise<void> {
  const { request, environment } = context;
  const reasons = failed.length > 0 ? await reasonsOf(failed, context) : new Map<string, string>();
  const listed = accountsOutput({ targets: request.targets, assumed, failed, reasons });
  sayGroup(
    `Assumed a role in ${assumed.length} ${assumed.length === 1 ? 'account' : 'accounts'}`,
    assumed.map(targetLine),
  );
  const places = new Map(request.targets.map((target, index) => [target, index]));
  const placeOf = ({ target }: { readonly target: Target }): number => places.get(target) ?? -1;
  const prepared = await (context.prepared ?? prepareProfiles(context));
  if (failed.length > 0) {
    const { planFiles } = await import(/* webpackChunkName: 'profiles' */ '../profiles/plan-files.ts');
    await destroyAll(planFiles(prepared.folder, failed.map(placeOf)));
  }
  const list = assumed.map((one) => ({
    ...{ name: one.target.name ?? '', index: placeOf(one) },
    ...{ plan: one.target.plan, session: one.session },
  }));
  await put(context, {
    outputs: { source: request.base.kind, accounts: listed },
    changes: blankedVariables('accounts', environment),
    profiles: { list, prepared },
  });
  say(
    `${assumed.length} ${assumed.length === 1 ? 'profile renews itself' : 'profiles renew themselves'} while the job runs. Use --profile or AWS_PROFILE.`,
  );
}

/** Why each of these is left out, by the name of its profile. */
async function reasonsOf(
  failed: readonly FailedTarget[],
  { request, environment }: DeliveryContext,
): Promise<ReadonlyMap<string, string>> {
  const { leaveOut } = await import(/* webpackChunkName: 'failures' */ '../failures/failures.ts');
  return leaveOut(failed, request, environment);
}

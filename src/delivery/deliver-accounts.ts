import { targetLine, type AssumedTarget, type FailedTarget } from '../chain/targets.ts';
import { isoTime } from '../text/time.ts';
import { blankedVariables } from './variables.ts';
import { put, type DeliveryContext } from './put.ts';
import { say, warn } from '../github/log.ts';
import { partsAsLines } from '../failures/render.ts';
import { secretAccounts } from '../github/secrets.ts';
import { isInterrupted } from '../sts/errors.ts';

/** The accounts of a step: all of them as profiles, or, where the user says so, those that could be assumed. */

/**
 * Delivers the profiles of the accounts that were assumed.
 * @throws AccountsFailure; Interrupted
 */
export async function deliverAccounts(
  { assumed, failed }: { assumed: readonly AssumedTarget[]; failed: readonly FailedTarget[] },
  context: DeliveryContext,
): Promise<void> {
  const { request, environment } = context;
  const stopped = failed.find(({ error }) => isInterrupted(error));
  if (stopped) throw stopped.error;
  for (const one of assumed) say(targetLine(one));
  const reports = failed.length > 0 ? await import('../failures/report.ts') : undefined;
  if (reports) {
    const failure = reports.accountsReport(failed, request.targets.length, environment);
    const { report } = failure;
    if (request.step.maskAccountId) secretAccounts(JSON.stringify(report));
    if (!request.step.continueOnAccountError || assumed.length === 0) throw failure;
    warn(`${report.message}\nThey are left out.`);
    for (const line of partsAsLines(report.parts)) say(line);
  }
  const profiles = assumed.map(({ target: { name = '', plan }, session }) => ({ name, plan, session }));
  const listed = request.targets.flatMap(({ name = '' }) =>
    entryFor(name, assumed, failed, (one) => reports?.reasonOf(one, environment)),
  );
  await put(context, {
    outputs: { source: request.base.kind, accounts: listed },
    changes: blankedVariables('accounts', environment),
    profiles,
  });
  say(
    `${assumed.length} ${assumed.length === 1 ? 'profile renews its' : 'profiles renew their'} own credentials: use --profile or AWS_PROFILE.`,
  );
}

/** An account as the output `accounts` has it. */
function entryFor(
  name: string,
  assumed: readonly AssumedTarget[],
  failed: readonly FailedTarget[],
  reasonOf: (one: FailedTarget) => string | undefined,
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
      error: reasonOf(one),
    }));
}

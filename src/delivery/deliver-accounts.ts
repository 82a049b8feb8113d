import {
  accountLine,
  assumeTargets,
  type TargetsDependencies,
  type AssumedAccount,
  type FailedAccount,
} from '../chain/targets.ts';
import { isoTime } from '../text/time.ts';
import { put, type Delivery } from './deliver.ts';
import { say, warn } from '../github/log.ts';
import { logLines } from '../failures/render.ts';
import { secretAccounts } from '../github/secrets.ts';
import type { AccountPlan } from '../request/accounts.ts';
import { isInterrupted } from '../sts/errors.ts';

/** The accounts of a step: all of them as profiles, or, where the user says so, those that could be assumed. */

/**
 * Enters all accounts and delivers their profiles.
 * @throws AccountsFailure; Interrupted; what fails for all of them alike
 */
export async function deliverAccounts(
  accounts: readonly AccountPlan[],
  means: TargetsDependencies,
  delivery: Delivery,
): Promise<AssumedAccount[]> {
  const { request, environment } = delivery;
  const { assumed, failed } = await assumeTargets(accounts, means);
  const stopped = failed.find(({ error }) => isInterrupted(error));
  if (stopped) throw stopped.error;
  for (const one of assumed) say(accountLine(one));
  const reports = failed.length > 0 ? await import('../failures/report.ts') : undefined;
  if (reports) {
    const failure = reports.accountsReport(failed, accounts.length, environment);
    const { report } = failure;
    if (request.maskAccountId) secretAccounts(JSON.stringify(report));
    if (!request.continueOnAccountError || assumed.length === 0) throw failure;
    warn(`${report.message}\nThey are left out.`);
    for (const line of logLines(report.parts)) say(line);
  }
  const profiles = assumed.map(({ account: { name, plan }, session }) => ({ name, plan, session }));
  const listed = accounts.flatMap(({ name }) =>
    entryFor(name, assumed, failed, (one) => reports?.reasonOf(one, environment)),
  );
  await put(delivery, {
    outputs: { source: request.plan.base.kind, accounts: listed },
    changes: [],
    profiles,
  });
  say(
    `${assumed.length} ${assumed.length === 1 ? 'profile renews its' : 'profiles renew their'} own credentials: use --profile or AWS_PROFILE.`,
  );
  return assumed;
}

/** An account as the output `accounts` has it. */
function entryFor(
  name: string,
  assumed: readonly AssumedAccount[],
  failed: readonly FailedAccount[],
  reasonOf: (one: FailedAccount) => string | undefined,
): object[] {
  const good = assumed.find(({ account }) => account.name === name);
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
    .filter(({ account }) => account.name === name)
    .map((one) => ({
      profile: name,
      'role-arn': one.account.plan.hops.at(-1)?.role.text,
      error: reasonOf(one),
    }));
}

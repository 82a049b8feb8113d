import {
  accountLine,
  enterAccounts,
  type AccountsMeans,
  type EnteredAccount,
  type FailedAccount,
} from './accounts.ts';
import { isoTime } from './clock.ts';
import { put, type Delivery } from './deliver.ts';
import { say, warn } from './github/log.ts';
import { logLines } from './github/render.ts';
import { secretAccounts } from './github/secrets.ts';
import type { AccountPlan } from './request/accounts.ts';
import { Interrupted } from './sts/failure.ts';

/** The accounts of a step: all of them as profiles, or, where the user says so, those that could be entered. */

/**
 * Enters all accounts and delivers their profiles.
 * @throws Reported; Interrupted; what fails for all of them alike
 */
export async function deliverAccounts(
  accounts: readonly AccountPlan[],
  means: AccountsMeans,
  delivery: Delivery,
): Promise<EnteredAccount[]> {
  const { request, environment } = delivery;
  const { entered, failed } = await enterAccounts(accounts, means);
  const stopped = failed.find(({ error }) => error instanceof Interrupted);
  if (stopped) throw stopped.error;
  for (const one of entered) say(accountLine(one));
  const reports = failed.length > 0 ? await import('./report.ts') : undefined;
  if (reports) {
    const failure = reports.accountsReport(failed, accounts.length, environment);
    const { report } = failure;
    if (request.maskAccountId) secretAccounts(JSON.stringify(report));
    if (!request.continueOnAccountError || entered.length === 0) throw failure;
    warn(`${report.message}\nThey are left out.`);
    for (const line of logLines(report.parts)) say(line);
  }
  const profiles = entered.map(({ account: { name, plan }, session }) => ({ name, plan, session }));
  const listed = accounts.flatMap(({ name }) =>
    entryFor(name, entered, failed, (one) => reports?.reasonOf(one, environment)),
  );
  await put(delivery, {
    outputs: { source: request.plan.base.kind, accounts: listed },
    changes: [],
    profiles,
  });
  say(
    `${entered.length} ${entered.length === 1 ? 'profile renews its' : 'profiles renew their'} own credentials: use --profile or AWS_PROFILE.`,
  );
  return entered;
}

/** An account as the output `accounts` has it. */
function entryFor(
  name: string,
  entered: readonly EnteredAccount[],
  failed: readonly FailedAccount[],
  reasonOf: (one: FailedAccount) => string | undefined,
): object[] {
  const good = entered.find(({ account }) => account.name === name);
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

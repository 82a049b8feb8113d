import pLimit from 'p-limit';
import { isoTime, untilThen } from '../text/time.ts';
import { isWebIdentity, type StsSettings } from '../aws/plan.ts';
import type { AccountPlan } from '../request/accounts.ts';
import type { StsRequests } from '../sts/client.ts';
import { assumeChain, reach, type ChainDependencies, type Reached } from './chain.ts';
import type { RoleSession } from '../aws/session.ts';

/** Many accounts at once: one base, the shared roles once, then every account. */

/** An account that was assumed. */
export interface AssumedAccount {
  readonly account: AccountPlan;
  readonly session: RoleSession;
}

/** An account that was not. */
export interface FailedAccount {
  readonly account: AccountPlan;
  readonly error: unknown;
}

/** What it takes, beside what each chain does: the way to the STS that an account asks for. */
export interface TargetsDependencies extends ChainDependencies {
  readonly stsOf: (settings: StsSettings) => StsRequests;
}

/** Requests at once, and how far throttling may slow them. */
const pace = { most: 16, least: 1 } as const;

/**
 * Enters all accounts; whatever is wrong with one does not stop the others.
 * @throws what fails before any account comes to its turn: the base, or a role that they share
 */
export async function assumeTargets(
  accounts: readonly AccountPlan[],
  means: TargetsDependencies,
): Promise<{ assumed: AssumedAccount[]; failed: FailedAccount[] }> {
  const [first] = accounts;
  if (!first) throw new TypeError('there is no account');
  await (isWebIdentity(first.plan.base.kind) ? means.base.token() : means.base.credentials());
  const begun = await sharedRoles(accounts, means);
  const assumed: AssumedAccount[] = [];
  const failed: FailedAccount[] = [];
  const limit = pLimit(pace.most);
  const patient = {
    ...means,
    retryOptions: { ...means.retryOptions, retrying: slowDown(limit) },
    arrived: () => undefined,
  };
  const enter = async (account: AccountPlan): Promise<void> => {
    try {
      const own = { ...patient, sts: means.stsOf(account.plan.sts) };
      const session = await assumeChain(account.plan, own, begun.get(sharedKey(account)));
      assumed.push({ account, session });
      limit.concurrency = Math.min(pace.most, limit.concurrency + 1);
    } catch (error) {
      failed.push({ account, error });
    }
  };
  await Promise.all(accounts.map((account) => limit(() => enter(account))));
  const place = new Map(accounts.map(({ name }, index) => [name, index]));
  const order = (a: { account: AccountPlan }, b: { account: AccountPlan }): number =>
    (place.get(a.account.name) ?? 0) - (place.get(b.account.name) ?? 0);
  return { assumed: assumed.sort(order), failed: failed.sort(order) };
}

/** Throttling halves what goes on at once; each success allows one more again. */
function slowDown(limit: { concurrency: number }): ChainDependencies['retryOptions']['retrying'] {
  return ({ throttled }) => {
    if (throttled) limit.concurrency = Math.max(pace.least, Math.floor(limit.concurrency / 2));
  };
}

const sharedKey = ({ plan, shared }: AccountPlan): string => JSON.stringify(plan.hops.slice(0, shared));

/** The roles at the beginning are assumed once for all accounts whose requests for them are the same. */
async function sharedRoles(
  accounts: readonly AccountPlan[],
  means: ChainDependencies,
): Promise<Map<string, Reached | undefined>> {
  const begun = new Map<string, Reached | undefined>();
  for (const account of accounts) {
    const key = sharedKey(account);
    if (!begun.has(key)) begun.set(key, await reach(account.plan, account.shared, means));
  }
  return begun;
}

/** `staging: arn:…, until … (60 min)` */
export function accountLine({ account, session }: AssumedAccount): string {
  const { assumedRoleArn, expiration } = session;
  return `${account.name}: ${assumedRoleArn}, until ${isoTime(expiration)} (${untilThen(expiration, new Date())})`;
}

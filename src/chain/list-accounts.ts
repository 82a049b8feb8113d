import pLimit from 'p-limit';
import type { MemberAccount, OrganizationQuery } from '../aws/organization.ts';
import type { Attempt, OrganizationsOperation } from '../sts/errors.ts';
import type { Item, OrganizationsRequests } from '../sts/organizations.ts';
import { retry, type RetryOptions } from '../sts/retry.ts';

/** The accounts of an organization: unit by unit, page by page. */

/** What the organization is read with. */
export interface ListDependencies {
  readonly organizations: OrganizationsRequests;
  readonly retryOptions: RetryOptions;
  /** The ARN of the caller, where it is known. */
  readonly callerArn: string | undefined;
}

/** What was found. */
export interface FoundAccounts {
  /** Those that are meant, in the order of their names, then of their ids. */
  readonly accounts: readonly MemberAccount[];
  /** How many accounts there are that are not ACTIVE. */
  readonly inactive: number;
  /** How many have not all of the tags. */
  readonly untagged: number;
  /** Ids of `except` that are no account of the listed ones. */
  readonly unknownExcept: readonly string[];
}

/** Requests at once. The limits of Organizations are those of the whole organization, and low: AWS documents few a second. */
const pace = { most: 8, least: 1 } as const;

/** All pages of one list. */
type ListAll = (operation: OrganizationsOperation, subject?: string) => Promise<Item[]>;

/**
 * Lists the accounts that a query means: at most one ListTagsForResource an account (but for tags on several pages), and
 * only where the query asks for tags.
 * @throws RequestFailure with AWS's answer; Interrupted
 */
export async function listAccounts(
  query: OrganizationQuery,
  dependencies: ListDependencies,
): Promise<FoundAccounts> {
  const { retryOptions } = dependencies;
  // What is wrong with one request ends those that are made beside it.
  const failed = new AbortController();
  const signal = AbortSignal.any([retryOptions.signal, failed.signal]);
  try {
    return await listWith(query, pacedLists({ ...dependencies, retryOptions: { ...retryOptions, signal } }));
  } catch (error) {
    failed.abort();
    throw error;
  }
}

async function listWith(query: OrganizationQuery, listAll: ListAll): Promise<FoundAccounts> {
  const roots = query.under.length > 0 ? query.under : (await listAll('ListRoots')).map(idOf);
  const members = await membersBelow(roots, listAll);
  const active = members
    .filter(isActive)
    .map((one): MemberAccount => ({ id: idOf(one), name: one['Name'] ?? '' }));
  const asked = active.filter(({ id }) => !query.except.includes(id));
  const accounts = await withTags(asked, query.tags, listAll);
  const ids = new Set(members.map(idOf));
  return {
    accounts: accounts.sort((a, b) => (a.name === b.name ? order(a.id, b.id) : order(a.name, b.name))),
    inactive: members.length - active.length,
    untagged: asked.length - accounts.length,
    unknownExcept: query.except.filter((id) => !ids.has(id)),
  };
}

/** The order of characters, which is the same on every machine. */
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `State` replaces `Status`, which AWS stops answering (AWS Organizations API Reference, Account). */
const isActive = (account: Item): boolean => (account['State'] ?? account['Status']) === 'ACTIVE';

/** Every entry has an id: see `OrganizationsRequests`. */
const idOf = ({ Id: id = '' }: Item): string => id;

/** The accounts of these parents and of all units below them, each once. */
async function membersBelow(parents: readonly string[], listAll: ListAll): Promise<Item[]> {
  const seen = new Set<string>();
  const found = new Map<string, Item>();
  const visit = async (parent: string): Promise<void> => {
    if (seen.has(parent)) return;
    seen.add(parent);
    const [accounts, units] = await Promise.all([
      listAll('ListAccountsForParent', parent),
      listAll('ListOrganizationalUnitsForParent', parent),
    ]);
    for (const account of accounts) found.set(idOf(account), account);
    await Promise.all(units.map((unit) => visit(idOf(unit))));
  };
  await Promise.all(parents.map(visit));
  return [...found.values()];
}

/** The accounts that have all of these tags. */
async function withTags(
  accounts: readonly MemberAccount[],
  wanted: OrganizationQuery['tags'],
  listAll: ListAll,
): Promise<MemberAccount[]> {
  if (wanted.length === 0) return [...accounts];
  const left = await Promise.all(
    accounts.map(async (account) => {
      const tags = await listAll('ListTagsForResource', account.id);
      const values = new Map(tags.map(({ Key: key, Value: value }) => [key, value]));
      return wanted.every(([key, value]) => values.get(key) === value) ? [account] : [];
    }),
  );
  return left.flat();
}

/** By which an error is the fault of an answer, not of this program. */
const answered = { $metadata: { httpStatusCode: 200 } };

/** Throttling halves the requests that are made at once; as many successes as there are at once allow one more. */
function pacedLists({ organizations, retryOptions, callerArn }: ListDependencies): ListAll {
  const limit = pLimit(pace.most);
  let allowed: number = pace.most;
  const allow = (count: number): void => {
    allowed = Math.min(pace.most, Math.max(pace.least, count));
    limit.concurrency = Math.floor(allowed);
  };
  const options: RetryOptions = {
    ...retryOptions,
    retrying: (answer) => {
      retryOptions.retrying?.(answer);
      if (answer.throttled) allow(allowed / 2);
    },
  };
  return async (operation, subject) => {
    const attempt: Attempt = { operation, subject, callerArn };
    const all: Item[] = [];
    // Pages in a circle would use up the requests of the whole organization (botocore's paginator refuses them, too).
    const tokens = new Set<string>();
    for (let next: string | undefined, more = true; more; more = next !== undefined) {
      const token = next;
      const page = await limit(() =>
        retry(attempt, options, async (signal) => {
          const asked = await organizations.page(operation, subject, token, signal);
          if (asked.next === undefined || !tokens.has(asked.next)) return asked;
          throw Object.assign(new SyntaxError('a page names an earlier page as the next one'), answered);
        }),
      );
      allow(allowed + 1 / allowed);
      all.push(...page.items);
      ({ next } = page);
      if (next !== undefined) tokens.add(next);
    }
    return all;
  };
}

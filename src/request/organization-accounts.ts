import { accountIdPattern } from '../aws/arn.ts';
import type { MemberAccount } from '../aws/organization.ts';
import { profileNamePattern } from '../aws/profile-name.ts';
import type { AccountEntry } from './account-list.ts';
import { accountKeys, type AccountKey, type Inputs } from './inputs.ts';
import type { Problems } from './problems.ts';
import { readLinesOrCommas } from './values.ts';

/** The accounts of an organization as entries, as a list would have them: a profile's name, and an account's id. */

const entryOf = (name: string, id: string): AccountEntry => {
  const nothing = Object.fromEntries(accountKeys.map((key) => [key, ''])) as Record<AccountKey, string>;
  return { name, given: { ...nothing, 'role-arn': id } };
};

/** Before the organization was asked: an entry for any of its accounts, so that all other inputs can be checked. */
export function anyAccount(inputs: Inputs): AccountEntry {
  const allowed = readLinesOrCommas(inputs['allowed-account-ids']);
  return entryOf('organization', allowed.find((id) => accountIdPattern.test(id)) ?? '000000000000');
}

/** Names in a message. */
const mostNamed = 10;

/**
 * The entries of accounts that were found. None at all is reported, and so are those that `allowed-account-ids` excludes.
 * @param isTaken whether there is a profile of this name that this action did not write
 */
export function entriesFor(
  accounts: readonly MemberAccount[],
  inputs: Inputs,
  isTaken: (name: string) => boolean,
  problems: Problems,
): AccountEntry[] {
  if (accounts.length === 0) {
    problems.say(
      'organization',
      'matches no active account: check under, tags and except. The log of the step has the counts',
    );
  }
  const allowed = readLinesOrCommas(inputs['allowed-account-ids']);
  const others = accounts.filter(({ id }) => allowed.length > 0 && !allowed.includes(id));
  if (others.length > 0) {
    const named = others
      .slice(0, mostNamed)
      .map(({ id, name }) => `${id} (${profileName(name) || 'no name'})`);
    const more = others.length > mostNamed ? ` and ${others.length - mostNamed} more` : '';
    problems.say(
      'allowed-account-ids',
      `does not contain ${named.join(', ')}${more} of the organization: add them, or list them in except of organization`,
    );
  }
  const names = profileNames(accounts, isTaken);
  return accounts.flatMap(({ id }) =>
    others.some((one) => one.id === id) ? [] : [entryOf(names.get(id) ?? id, id)],
  );
}

/** Characters of a profile's name. */
const longestName = 64;

/** An account's name as a profile's: characters that no profile may have become `-`. */
const profileName = (name: string): string =>
  name
    .replace(/[^A-Za-z0-9_.@+-]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, longestName)
    .replace(/-+$/, '');

/**
 * A name for the profile of each account. Where two are the same, both have the account's id appended, whatever the order;
 * and so has one that is taken, `default`, which tools would use that name no profile, one that no profile may have, and
 * the id of some other account.
 */
function profileNames(
  accounts: readonly MemberAccount[],
  isTaken: (name: string) => boolean,
): ReadonlyMap<string, string> {
  const names = new Map(accounts.map(({ id, name }) => [id, profileName(name) || id]));
  // A name with an id may be that of another account, which then gets its own: at most one round for each account.
  const withId = new Set<string>();
  for (let again = true; again;) {
    const owners = Map.groupBy(names.keys(), (id) => names.get(id) ?? id);
    const unclear = [...owners].filter(
      ([name, ids]) =>
        ids.length > 1 ||
        name === 'default' ||
        !profileNamePattern.test(name) ||
        (accountIdPattern.test(name) && ids[0] !== name) ||
        isTaken(name),
    );
    const ids = unclear.flatMap(([, all]) => all).filter((id) => !withId.has(id));
    for (const id of ids) {
      names.set(id, `${(names.get(id) ?? '').slice(0, longestName - id.length - 1)}-${id}`);
      withId.add(id);
    }
    again = ids.length > 0;
  }
  return names;
}

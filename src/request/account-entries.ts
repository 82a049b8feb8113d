import { profileNamePattern } from '../aws/profile-name.ts';
import { quoted } from '../text/quote.ts';
import type { AccountEntry, readAccountList } from './account-list.ts';
import { isAccountId, readAccountRole, roleInAccount } from './account-role.ts';
import type { Environment } from './endpoint.ts';
import type { AccountKey, Inputs } from './inputs.ts';
import { Problems } from './problems.ts';
import type { SharedRoles } from './shared-roles.ts';

/** The entries of `accounts` or `accounts-file`, each with the ARN of its role. */

/** The text of a file, or what is wrong with it, in words that follow its path in quotes. */
export type AccountsFile = { readonly text: string } | { readonly wrong: string };

/** What a list is read from. */
export interface ListBasis {
  readonly inputs: Inputs;
  readonly environment: Environment;
  /** Reads a list of accounts; absent where none was given. */
  readonly readAccountList: typeof readAccountList | undefined;
  /** The file of `accounts-file`, or why it cannot be read; absent where it was not given. */
  readonly accountsFile: AccountsFile | undefined;
}

/** One target as it was written: an entry of `accounts`, or the inputs themselves. */
export type Entry = Omit<AccountEntry, 'name'> & { readonly name: string | undefined };

interface List {
  readonly input: 'accounts' | 'accounts-file';
  readonly entries: readonly AccountEntry[];
}

/** The list of `accounts` or of `accounts-file`; undefined where neither was given. */
export function readList(
  { inputs, accountsFile, readAccountList: read }: ListBasis,
  problems: Problems,
): List | undefined {
  const path = inputs['accounts-file'].trim();
  if (path !== '' && inputs.accounts.trim() !== '') {
    problems.say('accounts-file', 'cannot be combined with accounts: leave one out');
  }
  if (!read) return undefined;
  if (inputs.accounts.trim() !== '') return { input: 'accounts', entries: read(inputs.accounts, problems) };
  if (path === '' || !accountsFile) return undefined;
  if ('wrong' in accountsFile) {
    problems.add('accounts-file', path, accountsFile.wrong);
    return { input: 'accounts-file', entries: [] };
  }
  const origin = { input: 'accounts-file', file: path } as const;
  return { input: 'accounts-file', entries: read(accountsFile.text, problems, origin) };
}

/** The entries, with the ARN of the role in place of an account's id. */
export function withRoles(
  entries: readonly AccountEntry[],
  { inputs, environment }: ListBasis,
  shared: SharedRoles,
  problems: Problems,
): AccountEntry[] {
  const role = readAccountRole(inputs, problems);
  const ids = entries.filter(({ given }) => isAccountId(given['role-arn']));
  if (ids.length > 0 && inputs['account-role'].trim() === '') {
    const rule =
      'is required if an account is given by its id: the name of the role in that account, with its path';
    problems.say('account-role', rule);
  }
  if (ids.length === 0 && entries.length > 0 && inputs['account-role'].trim() !== '')
    problems.say('account-role', 'is not used: no account is given by its id');
  return entries.flatMap((entry) => {
    if (!ids.includes(entry)) return [entry];
    const region = entry.given.region || inputs.region || environment['AWS_REGION'];
    const own = new Problems();
    const home = { partition: shared.roles[0]?.partition, region };
    const arn = roleInAccount(entry.given['role-arn'], role, home, own);
    for (const { text } of own.all) problems.say(nameFor(entry, 'role-arn'), text);
    return arn === '' ? [] : [{ ...entry, given: { ...entry.given, 'role-arn': arn } }];
  });
}

/** What an entry says itself is reported by its place there; what it has from the inputs, by the input. */
export function nameFor({ name, given }: Entry, input: string, list = 'accounts'): string {
  if (name === undefined) return input;
  const shown = profileNamePattern.test(name) ? name : quoted(name);
  // Its own tags replace those of the input, which may have the key that is missing.
  if (input === 'transitive-tag-keys' && given['session-tags']) return `${input}, for ${list}.${shown}`;
  if (input === 'external-id' && !given['external-id']) return 'account-external-id';
  return given[input as AccountKey] || input === 'role-arn' ? `${list}.${shown}.${input}` : input;
}

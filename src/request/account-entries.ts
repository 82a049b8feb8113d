import { profileNamePattern } from '../aws/profile-name.ts';
import { quoted } from '../text/quote.ts';
import type { MemberAccount, OrganizationRequest } from '../aws/organization.ts';
import { partitionOfRegion, publicPartition } from '../aws/partitions.ts';
import type { AccountEntry, readAccountList } from './account-list.ts';
import { isAccountId, readAccountRole, roleInAccount } from './account-role.ts';
import type { Variables } from './sourced.ts';
import { listInputs, type AccountKey, type Inputs } from './inputs.ts';
import type { anyAccount, entriesFor } from './organization-accounts.ts';
import type { readOrganizationInput } from './organization-input.ts';
import { Problems } from './problems.ts';
import type { ProfileFacts } from './profile.ts';
import type { SharedRoles } from './shared-roles.ts';

/** The entries of `accounts`, `accounts-file` or `organization`, each with the ARN of its role. */

/** The text of a file, or what is wrong with it, in words that follow its path in quotes. */
export type AccountsFile = { readonly text: string } | { readonly wrong: string };

/** What reads lists of accounts. It is loaded where there is one: a parser comes with it. */
export interface ListReaders {
  readonly readAccountList: typeof readAccountList;
  readonly readOrganizationInput: typeof readOrganizationInput;
  readonly anyAccount: typeof anyAccount;
  readonly entriesFor: typeof entriesFor;
}

/** What a list is read from. */
export interface ListBasis {
  readonly inputs: Inputs;
  readonly environment: Variables;
  /** Absent where no list of accounts was given. */
  readonly lists: ListReaders | undefined;
  /** The file of `accounts-file`, or why it cannot be read; absent where it was not given. */
  readonly accountsFile: AccountsFile | undefined;
  /** The accounts of `organization`; absent until it was asked. */
  readonly members: readonly MemberAccount[] | undefined;
  readonly profiles: ProfileFacts | undefined;
}

/** One target as it was written: an entry of `accounts`, or the inputs themselves. */
export type Entry = Omit<AccountEntry, 'name'> & { readonly name: string | undefined };

/** The input that a list of accounts is from. */
export type ListInput = (typeof listInputs)[number];

interface List {
  readonly input: ListInput;
  readonly entries: readonly AccountEntry[];
  /**
   * What the organization of a partition is asked; undefined where anything is wrong. Then the one entry stands for any of
   * its accounts.
   */
  readonly organization?: (partition: string) => OrganizationRequest | undefined;
}

/**
 * The list of `accounts`, of `accounts-file` or of `organization`; undefined where none was given. Where several were
 * given, what is wrong in the others is reported too.
 */
export function readList(basis: ListBasis, problems: Problems): List | undefined {
  const [input, ...others] = listInputs.filter((one) => basis.inputs[one].trim() !== '');
  const { lists } = basis;
  if (!lists || input === undefined) return undefined;
  const list = readListOf(input, basis, lists, problems);
  for (const other of others) {
    problems.say(other, `cannot be combined with ${input}: leave one out`);
    readListOf(other, basis, lists, problems).organization?.(publicPartition.id);
  }
  return list;
}

function readListOf(input: ListInput, basis: ListBasis, lists: ListReaders, problems: Problems): List {
  const { inputs, accountsFile, environment, members } = basis;
  switch (input) {
    case 'accounts':
      return { input, entries: lists.readAccountList(inputs.accounts, problems) };
    case 'accounts-file':
      return { input, entries: entriesOfFile(inputs['accounts-file'].trim(), accountsFile, lists, problems) };
    case 'organization': {
      const isTaken = (name: string): boolean => basis.profiles?.placeOf(name) !== undefined;
      if (members) return { input, entries: lists.entriesFor(members, inputs, isTaken, problems) };
      const organization = (partition: string): OrganizationRequest | undefined =>
        lists.readOrganizationInput(inputs.organization, { partition, environment }, problems);
      return { input, entries: [lists.anyAccount(inputs)], organization };
    }
  }
}

function entriesOfFile(
  path: string,
  file: AccountsFile | undefined,
  { readAccountList: read }: ListReaders,
  problems: Problems,
): AccountEntry[] {
  if (file && 'text' in file) return read(file.text, problems, { input: 'accounts-file', file: path });
  if (file) problems.add('accounts-file', path, file.wrong);
  return [];
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
  const isUsed = ids.length > 0 || inputs.organization.trim() !== '';
  const areRoles = entries.length > 0 && entries.every(({ given }) => given['role-arn'].startsWith('arn:'));
  if (!isUsed && areRoles && inputs['account-role'].trim() !== '')
    problems.say('account-role', 'is not used: no account is given by its id');
  return entries.flatMap((entry) => {
    if (!ids.includes(entry)) return [entry];
    const own = new Problems();
    const home = partitionFor(shared, entry.given.region || inputs.region, environment);
    const arn = roleInAccount(entry.given['role-arn'], role, home, own);
    for (const { text } of own.all) problems.say(nameFor(entry, 'role-arn'), text);
    return arn === '' ? [] : [{ ...entry, given: { ...entry.given, 'role-arn': arn } }];
  });
}

/** The partition of accounts that are given by their id: that of the chain, or else of the region. */
export function partitionFor(
  { roles: [first] }: SharedRoles,
  region: string,
  environment: Variables,
): string {
  const places = [region, environment['AWS_REGION'], environment['AWS_DEFAULT_REGION']];
  const text = places.map((one) => one?.trim() ?? '').find((one) => one !== '') ?? '';
  return first?.partition ?? partitionOfRegion(text)?.id ?? publicPartition.id;
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

import { isWebIdentity, type Hop, type Plan, type StsSettings, type Tag } from '../aws/plan.ts';
import { profileNamePattern } from '../profiles/config.ts';
import { quoted } from '../text/quote.ts';
import type { RoleArn } from '../aws/arn.ts';
import type { BaseChoice } from './base.ts';
import { readAccountList, type AccountEntry, type AccountKey } from './account-list.ts';
import { readSts, type Environment } from './endpoint.ts';
import {
  checkCarriers,
  makeHops,
  readDuration,
  readMfa,
  readSourceIdentity,
  type ChainSettings,
} from './hops.ts';
import { readPolicyArns, readSessionPolicy } from './policies.ts';
import { Problems } from './problems.ts';
import { checkProfileName, type ProfileFacts } from './profile.ts';
import { countRoles, readAllowedAccounts, readExternalIds, readRoles, readSessionName } from './roles.ts';
import type { Inputs } from './settings.ts';
import { readTags } from './tags.ts';

/** Many accounts: a plan for each, all from one base and, where `role-arn` is given, over the same first roles. */

/** One account. */
export interface AccountPlan {
  /** Of the profile. */
  readonly name: string;
  /** The whole chain, so that a profile can renew by itself. */
  readonly plan: Plan;
  /** How many roles at its beginning are the ones of `role-arn`, and so the same for all. */
  readonly shared: number;
}

/** What all accounts have in common. */
export interface AccountsBasis {
  readonly inputs: Inputs;
  readonly choice: BaseChoice;
  readonly sessionName: string;
  readonly workflowTags: readonly Tag[];
  readonly environment: Environment;
  readonly profiles: ProfileFacts;
}

/** All of them. */
export interface AccountsRequest {
  readonly accounts: readonly AccountPlan[];
  /** For the roles that they share, in the step's own region; each account has its own beside it. */
  readonly sts: StsSettings;
}

/** `accounts`, with `role-arn` and the other inputs as what all of them start from. */
export function readAccounts(basis: AccountsBasis, problems: Problems): AccountsRequest {
  const { inputs, profiles } = basis;
  const blocker = profiles.blocker();
  if (blocker) problems.say('accounts', blocker);
  const shared = inputs['role-arn'].trim() === '' ? [] : readRoles(inputs['role-arn'], problems);
  const count = countRoles(inputs['role-arn']);
  const sharedIds = count === 0 ? [] : readExternalIds(inputs['external-id'], count, problems);
  if (count === 0 && inputs['external-id'].trim() !== '') {
    problems.say(
      'external-id',
      'belongs to role-arn, which is not given: set external-id in the entries of accounts',
    );
  }
  const entries = readAccountList(inputs.accounts, problems);
  // Each entry reads them with its own: where there is none, what is wrong with them is told all the same.
  if (entries.length === 0) readDefaults(inputs, problems);
  const accounts = entries.flatMap((entry) => {
    const own = new Problems();
    const plan = readPlan(entry, basis, { roles: shared, count, ids: sharedIds }, own);
    for (const { input, text, topic } of own.all) problems.say(nameFor(entry, input), text, topic);
    checkProfileName('accounts', entry.name, profiles, problems);
    return plan ? [{ name: entry.name, plan, shared: shared.length }] : [];
  });
  return { accounts, sts: stsOf(inputs.region, basis, shared[0]?.partition, problems) };
}

function stsOf(
  region: string,
  { inputs, environment }: AccountsBasis,
  partition: string | undefined,
  problems: Problems,
): StsSettings {
  return readSts({ region, endpoint: inputs['sts-endpoint'] }, environment, partition, problems);
}

function readDefaults(inputs: Inputs, problems: Problems): void {
  readDuration(inputs['duration-seconds'], 1, problems);
  readTags({ tags: inputs['session-tags'], transitive: '' }, [], problems);
  readSourceIdentity(inputs['source-identity'], problems);
  readSessionPolicy(inputs['session-policy'], problems);
  readPolicyArns(inputs['session-policy-arns'], undefined, problems);
  readAllowedAccounts(inputs['allowed-account-ids'], [], problems);
}

/** What an entry says itself is told by its place there; what it has from the inputs, by the input. */
function nameFor({ name, given }: AccountEntry, input: string): string {
  const shown = profileNamePattern.test(name) ? name : quoted(name);
  // Its own tags take the place of those of the input, which may have the key that is missed.
  if (input === 'transitive-tag-keys' && given['session-tags']) return `${input}, for accounts.${shown}`;
  return given[input as AccountKey] || input === 'role-arn' ? `accounts.${shown}.${input}` : input;
}

interface Shared {
  readonly roles: readonly RoleArn[];
  readonly count: number;
  readonly ids: readonly (string | undefined)[];
}

function readPlan(
  entry: AccountEntry,
  basis: AccountsBasis,
  shared: Shared,
  problems: Problems,
): Plan | undefined {
  const { inputs, choice } = basis;
  const given = (key: AccountKey): string =>
    entry.given[key] || (key === 'external-id' || key === 'role-arn' ? '' : inputs[key]);
  const roles = readRoles(given('role-arn'), problems);
  const all = [...shared.roles, ...roles];
  const stranger = roles.find(({ partition }) => partition !== all[0]?.partition);
  if (stranger && shared.roles[0]) {
    problems.add(
      'role-arn',
      stranger.text,
      `is in partition ${stranger.partition}, and role-arn in ${shared.roles[0].partition}`,
    );
  }
  const sts = stsOf(given('region'), basis, roles[0]?.partition, problems);
  readAllowedAccounts(inputs['allowed-account-ids'], roles, problems);
  const [first, ...others] = readHops(entry, basis, { ...shared, own: roles }, problems);
  return first && problems.all.length === 0
    ? { base: choice.base, hops: [first, ...others], sts }
    : undefined;
}

function readHops(
  entry: AccountEntry,
  { inputs, choice, sessionName, workflowTags }: AccountsBasis,
  shared: Shared & { readonly own: readonly RoleArn[] },
  problems: Problems,
): Hop[] {
  const given = (key: AccountKey): string => entry.given[key] || inputs[key];
  const count = countRoles(entry.given['role-arn']);
  const total = shared.count + count;
  const tags = { tags: given('session-tags'), transitive: inputs['transitive-tag-keys'] };
  const chain: ChainSettings = {
    base: choice.base.kind,
    roles: [...shared.roles, ...shared.own],
    count: total,
    sessionName:
      entry.given['session-name'] === ''
        ? sessionName
        : readSessionName(entry.given['session-name'], '', problems),
    durationSeconds: readDuration(given('duration-seconds'), total, problems),
    externalIds: [...shared.ids, ...readExternalIds(entry.given['external-id'], count, problems)],
    tags: readTags(tags, workflowTags, problems),
    sourceIdentity: readSourceIdentity(inputs['source-identity'], problems),
    mfa: readMfa(inputs['mfa-serial-number'], inputs['mfa-token-code'], problems),
    policy: readSessionPolicy(given('session-policy'), problems),
    policyArns: readPolicyArns(given('session-policy-arns'), shared.own.at(-1), problems),
  };
  checkCarriers(chain, carried(entry, inputs, isWebIdentity(choice.base.kind)), problems);
  // The roles that all accounts share are one session for all of them, whatever an account calls its own.
  return makeHops(chain).map((hop, index) => (index < shared.roles.length ? { ...hop, sessionName } : hop));
}

/** Which settings say something that a hop must carry. */
function carried({ given }: AccountEntry, inputs: Inputs, byToken: boolean): string[] {
  const silent = inputs['workflow-tags'].trim().toLowerCase() === 'true' ? [] : ['workflow-tags'];
  const names = Object.entries({
    ...inputs,
    'session-tags': given['session-tags'] || inputs['session-tags'],
  });
  return byToken
    ? names.flatMap(([name, text]) => (text.trim() === '' || silent.includes(name) ? [] : [name]))
    : [];
}

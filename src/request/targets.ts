import type { RoleArn } from '../aws/arn.ts';
import {
  isWebIdentity,
  type Base,
  type Hop,
  type Plan,
  type StsSettings,
  type Tag,
  type Target,
} from '../aws/plan.ts';
import { profileNamePattern } from '../aws/profile-name.ts';
import { quoted } from '../text/quote.ts';
import type { AccountEntry, AccountKey, readAccountList } from './account-list.ts';
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
import { noRoles, readShared, type SharedRoles } from './shared-roles.ts';
import type { Inputs } from './settings.ts';
import { readTags } from './tags.ts';

/** The roles that the step is asked for: the one of `role-arn`, or one for each entry of `accounts`. */

/** What all targets have in common. */
export interface TargetsBasis {
  readonly inputs: Inputs;
  readonly base: Base;
  readonly sessionName: string;
  readonly workflowTags: readonly Tag[];
  readonly environment: Environment;
  readonly profiles: ProfileFacts | undefined;
  /** Reads the input `accounts`; absent where it was not given. */
  readonly readAccountList: typeof readAccountList | undefined;
}

/** What was asked for. */
export interface Targets {
  /** Those without a problem: all of them, or the step fails. */
  readonly targets: readonly Target[];
  /** The step's own: for hops that targets share. Each plan has its own beside it. */
  readonly sts: StsSettings;
}

/** One target as it was written: an entry of `accounts`, or the inputs themselves. */
type Entry = Omit<AccountEntry, 'name'> & { readonly name: string | undefined };

/** Reads all of them. One role is one target without a name, whose entry is the inputs. */
export function readTargets(basis: TargetsBasis, problems: Problems): Targets {
  const { inputs, profiles, readAccountList: list } = basis;
  if (!list || inputs.accounts.trim() === '') return readOne(basis, problems);
  const shared = readShared(inputs, problems);
  const entries = list(inputs.accounts, problems);
  // Each entry reads them with its own: where there is none, what is wrong with them is told all the same.
  if (entries.length === 0) readDefaults(inputs, problems);
  const targets = entries.flatMap((entry) => {
    if (profiles) checkProfileName('accounts', entry.name, profiles, problems);
    return readTarget(entry, basis, shared, problems);
  });
  return { targets, sts: stsOf(inputs.region, basis, shared.roles[0]?.partition, problems) };
}

function readOne(basis: TargetsBasis, problems: Problems): Targets {
  const { inputs } = basis;
  const given = { ...noSettings, 'role-arn': inputs['role-arn'], 'external-id': inputs['external-id'] };
  const targets = readTarget({ name: undefined, given }, basis, noRoles, problems);
  return { targets, sts: targets[0]?.plan.sts ?? stsOf(inputs.region, basis, undefined, problems) };
}

/** An entry that leaves everything to the inputs. */
const noSettings: AccountEntry['given'] = {
  'role-arn': '',
  'external-id': '',
  'session-name': '',
  'duration-seconds': '',
  region: '',
  'session-policy': '',
  'session-policy-arns': '',
  'session-tags': '',
};

function stsOf(
  region: string,
  { inputs, environment }: TargetsBasis,
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
}

/** @returns nothing where anything is wrong with it */
function readTarget(entry: Entry, basis: TargetsBasis, shared: SharedRoles, problems: Problems): Target[] {
  const own = new Problems();
  const plan = readPlan(entry, basis, shared, own);
  for (const { input, text, topic } of own.all) problems.say(nameFor(entry, input), text, topic);
  return plan ? [{ name: entry.name, plan, sharedHops: shared.roles.length }] : [];
}

/** What an entry says itself is told by its place there; what it has from the inputs, by the input. */
function nameFor({ name, given }: Entry, input: string): string {
  if (name === undefined) return input;
  const shown = profileNamePattern.test(name) ? name : quoted(name);
  // Its own tags take the place of those of the input, which may have the key that is missed.
  if (input === 'transitive-tag-keys' && given['session-tags']) return `${input}, for accounts.${shown}`;
  return given[input as AccountKey] || input === 'role-arn' ? `accounts.${shown}.${input}` : input;
}

function readPlan(
  entry: Entry,
  basis: TargetsBasis,
  shared: SharedRoles,
  problems: Problems,
): Plan | undefined {
  const { inputs, base } = basis;
  const roles = readRoles(entry.given['role-arn'], problems);
  const begins = shared.roles[0];
  const stranger = roles.find(({ partition }) => begins && partition !== begins.partition);
  if (stranger && begins) {
    problems.add(
      'role-arn',
      stranger.text,
      `is in partition ${stranger.partition}, and role-arn in ${begins.partition}`,
    );
  }
  const [first, ...others] = readHops(entry, basis, { ...shared, own: roles }, problems);
  const sts = stsOf(entry.given.region || inputs.region, basis, roles[0]?.partition, problems);
  readAllowedAccounts(inputs['allowed-account-ids'], roles, problems);
  return first && problems.all.length === 0 ? { base, hops: [first, ...others], sts } : undefined;
}

function readHops(
  entry: Entry,
  { inputs, base, sessionName, workflowTags }: TargetsBasis,
  shared: SharedRoles & { readonly own: readonly RoleArn[] },
  problems: Problems,
): Hop[] {
  const given = (key: AccountKey): string => entry.given[key] || inputs[key];
  // Settings are judged by the roles that were meant, so that one wrong ARN does not make other inputs wrong.
  const count = countRoles(entry.given['role-arn']);
  const total = shared.count + count;
  const tags = { tags: given('session-tags'), transitive: inputs['transitive-tag-keys'] };
  const last = shared.own.length === count ? shared.own.at(-1) : undefined;
  const chain: ChainSettings = {
    base: base.kind,
    roles: [...shared.roles, ...shared.own],
    count: total,
    sessionName: readSessionName(entry.given['session-name'], sessionName, problems),
    durationSeconds: readDuration(given('duration-seconds'), total, problems),
    externalIds: [...shared.externalIds, ...readExternalIds(entry.given['external-id'], count, problems)],
    tags: readTags(tags, workflowTags, problems),
    sourceIdentity: readSourceIdentity(inputs['source-identity'], problems),
    mfa: readMfa(inputs['mfa-serial-number'], inputs['mfa-token-code'], problems),
    policy: readSessionPolicy(given('session-policy'), problems),
    policyArns: readPolicyArns(given('session-policy-arns'), last, problems),
  };
  checkCarriers(chain, carried(entry, inputs, isWebIdentity(base.kind)), problems);
  // The roles that all accounts share are one session for all of them, whatever an account calls its own.
  return makeHops(chain).map((hop, index) => (index < shared.roles.length ? { ...hop, sessionName } : hop));
}

/** Which settings say something that a hop must carry. */
function carried({ given }: Entry, inputs: Inputs, byToken: boolean): string[] {
  const silent = inputs['workflow-tags'].trim().toLowerCase() === 'true' ? [] : ['workflow-tags'];
  const names = Object.entries({
    ...inputs,
    'session-tags': given['session-tags'] || inputs['session-tags'],
  });
  return byToken
    ? names.flatMap(([name, text]) => (text.trim() === '' || silent.includes(name) ? [] : [name]))
    : [];
}

import type { RoleArn } from '../aws/arn.ts';
import { partsAt, type ChainSettings } from '../aws/hop-settings.ts';
import { isWebIdentity, type Base, type Hop, type Plan, type StsSettings, type Target } from '../aws/plan.ts';
import { sessionNameRule } from '../aws/limits.ts';
import type { OrganizationRequest } from '../aws/organization.ts';
import {
  nameFor,
  partitionFor,
  readList,
  withRoles,
  type Entry,
  type ListBasis,
  type ListInput,
} from './account-entries.ts';
import { checkCarriers } from './carriers.ts';
import { readSts } from './endpoint.ts';
import { defaultName, readChainSettings } from './hop-readers.ts';
import { accountKeys, rowOf, valueOf, type InputName, type Inputs } from './inputs.ts';
import { readName } from './names.ts';
import type { WorkflowFacts } from './placeholders.ts';
import { Problems } from './problems.ts';
import { checkProfileName } from './profile.ts';
import { countRoles, readAllowedAccounts, readRoles } from './roles.ts';
import { noRoles, readSharedRoles, type SharedRoles } from './shared-roles.ts';

/** The roles that the step is asked for: the one of `role-arn`, or one for each account of a list. */

/** What all targets have in common. */
export interface TargetsBasis extends ListBasis {
  readonly base: Base;
  /** Looked up where they are needed. */
  readonly facts: () => WorkflowFacts;
  /** The input that the list is from. */
  readonly list?: ListInput;
}

/** What was asked for. */
export interface Targets {
  /** Those without a problem: all of them, or the step fails. */
  readonly targets: readonly Target[];
  /** The step's own: for hops that targets share. Each plan has its own beside it. */
  readonly sts: StsSettings;
  /** Set where the accounts are still to be asked for: `targets` has one, which stands for any of them. */
  readonly organization?: OrganizationRequest | undefined;
  /** The input that lists them; undefined for the one role of `role-arn`. */
  readonly list?: ListInput;
}

/** Reads all of them. One role is one target without a name, whose entry is the inputs. */
export function readTargets(basis: TargetsBasis, problems: Problems): Targets {
  const { inputs, profiles } = basis;
  const list = readList(basis, problems);
  if (!list) return readOne(basis, problems);
  const shared = readSharedRoles(inputs, problems);
  if (list.input === 'organization') checkReader(shared, basis.base, problems);
  const partition = partitionFor(shared, inputs.region, basis.environment);
  const organization = list.organization?.(partition);
  const entries = withRoles(list.entries, basis, shared, problems);
  const targets = entries.flatMap((entry) => {
    // Those of an organization are made to be valid.
    if (profiles && list.input !== 'organization')
      checkProfileName(list.input, entry.name, profiles, problems);
    return readTarget(entry, { ...basis, list: list.input }, shared, problems);
  });
  // Each entry reads the inputs with its own settings: where there is none, what is wrong with them is reported all the same.
  if (entries.length === 0) readDefaults(basis, problems);
  const sts = stsOf(inputs.region, basis, shared.roles[0]?.partition, problems);
  return { targets, sts, organization, list: list.input };
}

/** The organization is read by the shared roles, which a token cannot replace. */
function checkReader(shared: SharedRoles, base: Base, problems: Problems): void {
  if (shared.count > 0 || !isWebIdentity(base.kind)) return;
  const why = 'the organization is read with the credentials of its last role';
  problems.say('role-arn', `is required with organization: ${why}`);
}

function readOne(basis: TargetsBasis, problems: Problems): Targets {
  const { inputs } = basis;
  const targets = readTarget({ name: undefined, given: inputs }, basis, noRoles, problems);
  return { targets, sts: targets[0]?.plan.sts ?? stsOf(inputs.region, basis, undefined, problems) };
}

function readDefaults(basis: TargetsBasis, problems: Problems): void {
  const { inputs, facts } = basis;
  // As if for one role, whose id and external id belong to the chain of role-arn.
  const text = (input: InputName): string =>
    input === 'external-id' || input === 'transitive-tag-keys' ? '' : inputs[input];
  const context = { shared: noRoles, own: [], ownCount: 1, sharedSessionName: '', facts };
  readChainSettings(text, context, problems);
}

function stsOf(
  region: string,
  { inputs, environment }: TargetsBasis,
  partition: string | undefined,
  problems: Problems,
): StsSettings {
  return readSts({ region, endpoint: inputs['sts-endpoint'] }, environment, partition, problems);
}

/** @returns nothing where anything is wrong with it */
function readTarget(entry: Entry, basis: TargetsBasis, shared: SharedRoles, problems: Problems): Target[] {
  const own = new Problems();
  const plan = planFor(entry, basis, shared, own);
  for (const { input, text, topic } of own.all) problems.say(nameFor(entry, input, basis.list), text, topic);
  for (const { input, text } of own.warnings) problems.warn(nameFor(entry, input, basis.list), text);
  return plan ? [{ name: entry.name, plan, sharedHops: shared.roles.length }] : [];
}

function planFor(
  entry: Entry,
  basis: TargetsBasis,
  shared: SharedRoles,
  problems: Problems,
): Plan | undefined {
  const { inputs, base } = basis;
  const text = entryText(entry, inputs);
  const roles = readRoles(text('role-arn'), problems);
  checkPartition(shared.roles[0], roles, problems);
  const [first, ...others] = readHops(text, basis, shared, roles, problems);
  const sts = stsOf(text('region'), basis, roles[0]?.partition, problems);
  readAllowedAccounts(inputs['allowed-account-ids'], roles, problems);
  return first && problems.all.length === 0 ? { base, hops: [first, ...others], sts } : undefined;
}

/** What an entry says, or else the input. */
function entryText({ given, name }: Entry, inputs: Inputs): (input: InputName) => string {
  return (input) => {
    const key = accountKeys.find((one) => one === input);
    if (name === undefined || key === undefined) return inputs[input];
    // `none` in an entry outranks the input, as in the input itself.
    if (given[key] !== '' && rowOf(key).empty === 'is an error') return valueOf(key, given[key]);
    if (key === 'external-id') return inputs['account-external-id'];
    return given[key] || (rowOf(input).account === 'default' ? inputs[input] : '');
  };
}

function checkPartition(first: RoleArn | undefined, roles: readonly RoleArn[], problems: Problems): void {
  const other = roles.find(({ partition }) => first && partition !== first.partition);
  if (!other || !first) return;
  const rule = `is in partition ${other.partition}, and role-arn in ${first.partition}`;
  problems.add('role-arn', other.text, rule);
}

function readHops(
  text: (input: InputName) => string,
  { inputs, base, facts }: TargetsBasis,
  shared: SharedRoles,
  own: readonly RoleArn[],
  problems: Problems,
): Hop[] {
  const ownCount = countRoles(text('role-arn'));
  const stepName = inputs['session-name'] || defaultName(facts);
  // What is wrong with it is reported with the settings below.
  const sharedSessionName =
    shared.count > 0 ? readName('session-name', stepName, sessionNameRule, facts, new Problems()) : '';
  const context = { shared, own, ownCount, sharedSessionName, facts };
  const chain = readChainSettings(text, context, problems);
  checkCarriers(base.kind, shared.count + ownCount, chain, text, problems);
  return makeHops(base.kind, [...shared.roles, ...own], chain);
}

/** One hop a role. */
function makeHops(base: Base['kind'], roles: readonly RoleArn[], chain: ChainSettings): Hop[] {
  const first = isWebIdentity(base) ? 1 : 0;
  return roles.map((role, index) => ({
    role,
    ...partsAt(chain, { index, isFirstAssumeRole: index === first, isLast: index === roles.length - 1 }),
  }));
}

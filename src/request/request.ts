import type { Hop, Plan, Tag } from '../aws/plan.ts';
import type { RoleArn } from '../aws/arn.ts';
import { mended, sessionNameRule } from '../aws/limits.ts';
import { partitionById } from '../aws/partitions.ts';
import type { AccountPlan, readAccounts } from './accounts.ts';
import { readBase, type BaseChoice, type SourceFacts } from './base.ts';
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
import { InputError, Problems, type Problem } from './problems.ts';
import type { ProfileFacts } from './profile.ts';
import { countRoles, readAllowedAccounts, readExternalIds, readRoles, readSessionName } from './roles.ts';
import { readSettings, warningsFor, type Inputs, type Settings } from './settings.ts';
import { madeTag, readTags } from './tags.ts';
import { readBoolean } from './values.ts';

/** What the user asks for, typed and fully checked: nothing after this looks at an input again. */
export interface Request extends Settings {
  /** With accounts, the plan of the first: the base is the same for all, and STS is the step's own. */
  readonly plan: Plan;
  readonly accounts: readonly AccountPlan[] | undefined;
  /** For the log: where the base credentials come from, and why. */
  readonly baseLine: string;
  /** Undefined: any account. */
  readonly allowedAccounts: readonly string[] | undefined;
  /** Exported as AWS_REGION and AWS_DEFAULT_REGION; undefined where the input was not given. */
  readonly exportRegion: string | undefined;
  /** What is not wrong, but will not do what it seems to say. */
  readonly warnings: readonly string[];
}

/** What is known of the workflow that this step belongs to. */
export interface WorkflowFacts {
  /** `<owner>.<repo>@<run id>`, as it is. */
  readonly sessionName: string;
  /** For `workflow-tags`: key and value as they are. */
  readonly tags: readonly Tag[];
}

/** What the checks may look at beside the inputs. */
export interface Surroundings extends SourceFacts {
  readonly environment: Environment;
  /** Looked up when needed: it costs a file. */
  readonly facts: () => WorkflowFacts;
  /** What is known of profiles; absent where none is asked for. */
  readonly profiles: ProfileFacts | undefined;
  /** Reads many accounts; absent where none are given. */
  readonly readAccounts: typeof readAccounts | undefined;
  /** What is wrong with the runner itself, such as a missing GITHUB_ENV. */
  readonly problems: readonly Problem[];
}

/**
 * Reads and checks every input. No request is made.
 * @throws InputError with all that is wrong
 */
export function readRequest(inputs: Inputs, surroundings: Surroundings): Request {
  const problems = new Problems();
  for (const problem of surroundings.problems) problems.say(problem.input, problem.text);
  const audience = inputs.audience.trim() || audienceFor(inputs);
  const choice = readBase(inputs, audience, surroundings, problems);
  const { plan, ...goal } =
    inputs.accounts.trim() === ''
      ? readOne(inputs, choice, surroundings, problems)
      : readMany(inputs, choice, surroundings, problems);
  const settings = readSettings(inputs, surroundings.profiles, problems);
  if (problems.all.length > 0 || !plan) throw new InputError(problems.all);
  return {
    ...goal,
    plan,
    baseLine: choice.line,
    ...settings,
    warnings: warningsFor(inputs, choice, settings),
  };
}

/** By the partition of the first role that is named anywhere; one that AWS does not have is told elsewhere. */
function audienceFor(inputs: Inputs): string {
  const partition = /arn:(aws[a-z-]*):iam:/.exec(inputs['role-arn'] + inputs.accounts)?.[1] ?? 'aws';
  return partitionById(partition)?.audience ?? 'sts.amazonaws.com';
}

type Goal = Pick<Request, 'accounts' | 'allowedAccounts' | 'exportRegion'> & {
  readonly plan: Plan | undefined;
};

function readOne(inputs: Inputs, choice: BaseChoice, surroundings: Surroundings, problems: Problems): Goal {
  const roles = readRoles(inputs['role-arn'], problems);
  const [first, ...others] = readHops(inputs, roles, choice, surroundings, problems);
  const given = { region: inputs.region, endpoint: inputs['sts-endpoint'] };
  const sts = readSts(
    given,
    surroundings.environment,
    partitionById(roles[0]?.partition ?? '')?.id,
    problems,
  );
  return {
    plan: first && { base: choice.base, hops: [first, ...others], sts },
    accounts: undefined,
    allowedAccounts: readAllowedAccounts(inputs['allowed-account-ids'], roles, problems),
    exportRegion: inputs.region.trim() || undefined,
  };
}

function readMany(
  inputs: Inputs,
  choice: BaseChoice,
  { readAccounts: read, facts, environment, profiles }: Surroundings,
  problems: Problems,
): Goal {
  if (!read || !profiles) throw new TypeError('accounts are given, and nobody to read them');
  const basis = { inputs, choice, environment, profiles, ...readNames(inputs, facts, problems) };
  const { accounts, sts } = read(basis, problems);
  const [first] = accounts;
  const ids = inputs['allowed-account-ids'];
  // Each account was compared with the list when its plan was read.
  return {
    plan: first && { ...first.plan, sts },
    accounts,
    allowedAccounts: readAllowedAccounts(ids, [], problems),
    exportRegion: undefined,
  };
}

/** What is made of the workflow's facts, which are looked up only where they are needed. */
function readNames(
  inputs: Inputs,
  facts: Surroundings['facts'],
  problems: Problems,
): { workflowTags: Tag[]; sessionName: string } {
  const withTags = readBoolean('workflow-tags', inputs['workflow-tags'], false, problems);
  const workflowTags = withTags ? facts().tags.map((tag) => madeTag(tag.key, tag.value)) : [];
  const ownName = inputs['session-name'].trim() === '' ? mended(facts().sessionName, sessionNameRule) : '';
  return { workflowTags, sessionName: readSessionName(inputs['session-name'], ownName, problems) };
}

function readHops(
  inputs: Inputs,
  roles: readonly RoleArn[],
  { base }: BaseChoice,
  { facts }: Surroundings,
  problems: Problems,
): Hop[] {
  // Settings are judged by the roles that were meant, so that one wrong ARN does not make other inputs wrong.
  const count = countRoles(inputs['role-arn']);
  const { workflowTags, sessionName } = readNames(inputs, facts, problems);
  const written = { tags: inputs['session-tags'], transitive: inputs['transitive-tag-keys'] };
  const chain: ChainSettings = {
    base: base.kind,
    roles,
    count,
    sessionName,
    durationSeconds: readDuration(inputs['duration-seconds'], count, problems),
    externalIds: readExternalIds(inputs['external-id'], count, problems),
    tags: readTags(written, workflowTags, problems),
    sourceIdentity: readSourceIdentity(inputs['source-identity'], problems),
    mfa: readMfa(inputs['mfa-serial-number'], inputs['mfa-token-code'], problems),
    policy: readSessionPolicy(inputs['session-policy'], problems),
    policyArns: readPolicyArns(
      inputs['session-policy-arns'],
      roles.length === count ? roles.at(-1) : undefined,
      problems,
    ),
  };
  const silent = inputs['workflow-tags'].trim().toLowerCase() === 'true' ? [] : ['workflow-tags'];
  const given = Object.entries(inputs).flatMap(([name, text]) => (text.trim() === '' ? [] : [name]));
  checkCarriers(
    chain,
    given.filter((name) => !silent.includes(name)),
    problems,
  );
  return makeHops(chain);
}

import type { Hop, Plan, Tag } from '../plan.ts';
import type { RoleArn } from '../sts/arn.ts';
import { mended, sessionNameRule } from '../sts/limits.ts';
import { partitionById } from '../sts/partitions.ts';
import { readBase, type BaseChoice, type BaseOffers } from './base.ts';
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
import type { ProfileOffers } from './profile.ts';
import { readAllowedAccounts, readExternalIds, readRoles, readSessionName } from './roles.ts';
import { readSettings, warningsFor, type Inputs, type Settings } from './settings.ts';
import { madeTag, readTags } from './tags.ts';
import { readBoolean, readLines } from './values.ts';

/** What the user asks for, typed and fully checked: nothing after this looks at an input again. */
export interface Request extends Settings {
  readonly plan: Plan;
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
export interface Surroundings extends BaseOffers {
  readonly environment: Environment;
  /** Looked up when needed: it costs a file. */
  readonly facts: () => WorkflowFacts;
  /** What is known of profiles; absent where none is asked for. */
  readonly profiles: ProfileOffers | undefined;
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
  const roles = readRoles(inputs['role-arn'], problems);
  const partition = partitionById(roles[0]?.partition ?? '');
  const audience = inputs.audience.trim() || (partition?.audience ?? 'sts.amazonaws.com');
  const choice = readBase(inputs, audience, surroundings, problems);
  const hops = readHops(inputs, roles, choice, surroundings, problems);
  const given = { region: inputs.region, endpoint: inputs['sts-endpoint'] };
  const sts = readSts(given, surroundings.environment, partition?.id, problems);
  const allowedAccounts = readAllowedAccounts(inputs['allowed-account-ids'], roles, problems);
  const settings = readSettings(inputs, surroundings.profiles, problems);
  const [first, ...others] = hops;
  if (problems.all.length > 0 || !first) throw new InputError(problems.all);
  return {
    plan: { base: choice.base, hops: [first, ...others], sts },
    baseLine: choice.line,
    allowedAccounts,
    exportRegion: inputs.region.trim() || undefined,
    ...settings,
    warnings: warningsFor(inputs, choice, settings),
  };
}

function readHops(
  inputs: Inputs,
  roles: readonly RoleArn[],
  { base }: BaseChoice,
  { facts }: Surroundings,
  problems: Problems,
): Hop[] {
  // Settings are judged by the roles that were meant, so that one wrong ARN does not make other inputs wrong.
  const count = readLines(inputs['role-arn']).length;
  const workflowTags = readBoolean('workflow-tags', inputs['workflow-tags'], false, problems);
  const madeTags = workflowTags ? facts().tags.map((tag) => madeTag(tag.key, tag.value)) : [];
  const ownName = inputs['session-name'].trim() === '' ? mended(facts().sessionName, sessionNameRule) : '';
  const written = { tags: inputs['session-tags'], transitive: inputs['transitive-tag-keys'] };
  const chain: ChainSettings = {
    base: base.kind,
    roles,
    count,
    sessionName: readSessionName(inputs['session-name'], ownName, problems),
    durationSeconds: readDuration(inputs['duration-seconds'], count, problems),
    externalIds: readExternalIds(inputs['external-id'], count, problems),
    tags: readTags(written, madeTags, problems),
    sourceIdentity: readSourceIdentity(inputs['source-identity'], problems),
    mfa: readMfa(inputs['mfa-serial-number'], inputs['mfa-token-code'], problems),
    policy: readSessionPolicy(inputs['session-policy'], problems),
    policyArns: readPolicyArns(
      inputs['session-policy-arns'],
      roles.length === count ? roles.at(-1) : undefined,
      problems,
    ),
  };
  const silent = workflowTags ? [] : ['workflow-tags'];
  const given = Object.entries(inputs).flatMap(([name, text]) => (text.trim() === '' ? [] : [name]));
  checkCarriers(
    chain,
    given.filter((name) => !silent.includes(name)),
    problems,
  );
  return makeHops(chain);
}

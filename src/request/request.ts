import { mended, sessionNameRule } from '../aws/limits.ts';
import { partitionById } from '../aws/partitions.ts';
import type { Base, StsSettings, Tag, Target } from '../aws/plan.ts';
import type { readAccountList } from './account-list.ts';
import { readBase, type SourceChoice, type SourceFacts } from './base.ts';
import { readDelivery, type Delivery } from './delivery.ts';
import type { Environment } from './endpoint.ts';
import { inputNames } from './inputs.ts';
import { InputError, Problems, type Problem } from './problems.ts';
import type { ProfileFacts } from './profile.ts';
import { readSessionName } from './roles.ts';
import { readStep, warningsFor, type Inputs, type StepSettings } from './settings.ts';
import { madeTag } from './tags.ts';
import { readTargets } from './targets.ts';
import { readBoolean } from './values.ts';

/** What the user asks for, typed and fully checked: nothing after this looks at an input again. */
export interface Request {
  readonly base: Base;
  readonly choice: SourceChoice;
  /** The step's own. Each target's plan has its own beside it, for an account may be in another region. */
  readonly sts: StsSettings;
  readonly step: StepSettings;
  /** One role is one target without a name. */
  readonly targets: readonly [Target, ...Target[]];
  readonly delivery: Delivery;
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
  /** Reads the input `accounts`; absent where it was not given. */
  readonly readAccountList: typeof readAccountList | undefined;
  /** What is wrong with the runner itself, such as a missing GITHUB_ENV. */
  readonly problems: readonly Problem[];
}

/**
 * Reads and checks every input. No request is made.
 * @throws InputError with all that is wrong
 */
export function readRequest(inputs: Inputs, surroundings: Surroundings): Request {
  const { environment, profiles, readAccountList: list } = surroundings;
  const problems = new Problems();
  for (const problem of surroundings.problems) problems.say(problem.input, problem.text);
  const audience = inputs.audience.trim() || audienceFor(inputs);
  const { base, choice } = readBase(inputs, audience, surroundings, problems);
  const names = readNames(inputs, surroundings.facts, problems);
  const basis = { inputs, base, environment, profiles, readAccountList: list, ...names };
  const { targets, sts } = readTargets(basis, problems);
  const step = readStep(inputs, problems);
  const delivery = readDelivery(inputs, profiles, problems);
  const [first, ...others] = targets;
  if (problems.all.length > 0 || !first) throw new InputError(problems.inOrderOf(inputNames));
  const warnings = warningsFor(inputs, base, step, delivery);
  return { base, choice, sts, step, targets: [first, ...others], delivery, warnings };
}

/** By the partition of the first role that is named anywhere; one that AWS does not have is told elsewhere. */
function audienceFor(inputs: Inputs): string {
  const partition = /arn:(aws[a-z-]*):iam:/.exec(inputs['role-arn'] + inputs.accounts)?.[1] ?? 'aws';
  return partitionById(partition)?.audience ?? 'sts.amazonaws.com';
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

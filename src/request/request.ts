import { partitionById } from '../aws/partitions.ts';
import type { Base, StsSettings, Target } from '../aws/plan.ts';
import type { AccountsFile } from './account-entries.ts';
import type { readAccountList } from './account-list.ts';
import { readBase, type SourceChoice } from './base.ts';
import { readDelivery, type Delivery } from './delivery.ts';
import { endpointNote, type Environment } from './endpoint.ts';
import { readInputs } from './given.ts';
import { inputNames, type GivenInputs, type Inputs } from './inputs.ts';
import type { WorkflowFacts } from './placeholders.ts';
import { InputError, Problems, type Problem } from './problems.ts';
import type { ProfileFacts } from './profile.ts';
import type { SourceFacts } from './source-readers.ts';
import { readStep, type StepSettings } from './step-settings.ts';
import { readTargets } from './targets.ts';
import { warningsFor } from './warnings.ts';

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
  /** For the log: region and endpoint, and what set them. */
  readonly notes: readonly string[];
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
  /** The file of `accounts-file`; absent where it was not given. */
  readonly accountsFile?: AccountsFile | undefined;
  /** What is wrong with the runner itself, such as a missing GITHUB_ENV. */
  readonly problems: readonly Problem[];
}

/**
 * Reads and checks every input. No request is made.
 * @throws InputError with all that is wrong
 */
export function readRequest(given: GivenInputs, surroundings: Surroundings): Request {
  const problems = new Problems();
  return requestFrom(readInputs(given, problems), surroundings, problems);
}

/** As {@link readRequest}, from the texts of the inputs. */
export function requestFrom(inputs: Inputs, surroundings: Surroundings, problems: Problems): Request {
  const { environment, facts, profiles, readAccountList: list, accountsFile } = surroundings;
  for (const problem of surroundings.problems) problems.say(problem.input, problem.text);
  const audience = inputs.audience.trim() || audienceFor(inputs, accountsFile);
  const { base, choice } = readBase(inputs, audience, surroundings, problems);
  const basis = { inputs, base, facts, environment, profiles, readAccountList: list, accountsFile };
  const { targets, sts } = readTargets(basis, problems);
  const step = readStep(inputs, problems);
  const delivery = readDelivery(inputs, profiles, problems);
  const [first, ...others] = targets;
  if (problems.all.length > 0 || !first) throw new InputError(problems.inOrderOf(inputNames));
  const warnings = [...problems.warnings, ...warningsFor(inputs, base, step, delivery)];
  const notes = [endpointNote({ region: inputs.region, endpoint: inputs['sts-endpoint'] }, environment, sts)];
  return { base, choice, sts, step, targets: [first, ...others], delivery, warnings, notes };
}

/** By the partition of the first role that is named anywhere; an unknown partition is reported elsewhere. */
function audienceFor(inputs: Inputs, accountsFile: AccountsFile | undefined): string {
  const listed = accountsFile && 'text' in accountsFile ? accountsFile.text : '';
  const partition = /arn:(aws[a-z-]*):iam:/.exec(inputs['role-arn'] + inputs.accounts + listed)?.[1] ?? 'aws';
  return partitionById(partition)?.audience ?? 'sts.amazonaws.com';
}

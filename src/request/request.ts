import { partitionById } from '../aws/partitions.ts';
import type { MemberAccount, OrganizationRequest } from '../aws/organization.ts';
import { lastHop, type Base, type StsSettings, type Target } from '../aws/plan.ts';
import { partitionFor, type AccountsFile, type ListInput, type ListReaders } from './account-entries.ts';
import { readBase, type SourceChoice } from './base.ts';
import { readDelivery, type Delivery } from './delivery.ts';
import { endpointNote } from './endpoint.ts';
import type { Variables } from './sourced.ts';
import { readInputs } from './given.ts';
import { inputNames, type GivenInputs, type Inputs } from './inputs.ts';
import type { WorkflowFacts } from './placeholders.ts';
import { InputError, Problems, type Problem } from './problems.ts';
import type { ProfileFacts } from './profile.ts';
import { sourceReaders, type SourceFacts } from './source-readers.ts';
import { noRoles } from './shared-roles.ts';
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
  /**
   * Set where AWS Organizations must be asked for the accounts: `targets` then has one, which stands for any of them. With
   * the accounts that were found, the inputs are read again.
   */
  readonly organization?: OrganizationRequest | undefined;
  /** The input that lists the accounts; undefined for one role. */
  readonly list?: ListInput | undefined;
  readonly delivery: Delivery;
  /** What is not wrong, but will not do what it seems to say. */
  readonly warnings: readonly string[];
  /** For the log: region and endpoint, and what set them. */
  readonly notes: readonly string[];
}

/** What the checks may look at beside the inputs. */
export interface RequestFacts extends SourceFacts {
  readonly environment: Variables;
  /** Looked up when needed: it costs a file. */
  readonly facts: () => WorkflowFacts;
  /** What is known of profiles; absent where none is asked for. */
  readonly profiles: ProfileFacts | undefined;
  /**
   * What is wrong with AWS_PROFILE, for a step that exports keys; absent where nothing is. A chain that starts from the
   * profile fails by itself.
   */
  readonly profileFault?: string | undefined;
  /** Reads lists of accounts; absent where none was given. */
  readonly lists: ListReaders | undefined;
  /** The file of `accounts-file`; absent where it was not given. */
  readonly accountsFile?: AccountsFile | undefined;
  /** The accounts of the organization; absent until it was asked. */
  readonly members?: readonly MemberAccount[] | undefined;
  /** What is wrong with the runner itself, such as a missing GITHUB_ENV. */
  readonly problems: readonly Problem[];
}

/**
 * Reads and checks every input. No request is made.
 * @throws InputError with all that is wrong
 */
export function readRequest(given: GivenInputs, surroundings: RequestFacts): Request {
  const problems = new Problems();
  return requestFrom(readInputs(given, problems), surroundings, problems);
}

/** As {@link readRequest}, from the texts of the inputs. */
export function requestFrom(inputs: Inputs, surroundings: RequestFacts, problems: Problems): Request {
  const { environment, facts, profiles, lists, accountsFile, members } = surroundings;
  for (const problem of surroundings.problems) problems.say(problem.input, problem.text);
  const audience = inputs.audience.trim() || audienceFor(inputs, environment, accountsFile);
  const { base, choice } = readBase(inputs, audience, surroundings, problems);
  const basis = { inputs, base, facts, environment, profiles, lists, accountsFile, members };
  const { targets: all, sts, organization, list } = readTargets(basis, problems);
  const step = readStep(inputs, problems);
  const delivery = readDelivery(inputs, profiles, problems);
  const { profileFault, origin } = surroundings;
  const startsFromProfile =
    sourceReaders[base.kind].readsProfile && origin['AWS_PROFILE'] === environment['AWS_PROFILE'];
  if (profileFault !== undefined && !startsFromProfile && delivery.kind === 'keys' && delivery.exportEnv)
    problems.say('AWS_PROFILE', profileFault);
  const [first, ...others] = all;
  if (problems.all.length > 0 || !first) throw new InputError(problems.inOrderOf(inputNames));
  const regions = problems.warnings.map(({ input, text }) => `${input}: ${text}`);
  const warnings = [
    ...regions,
    ...warningsFor(inputs, base, step, delivery, lastHop(first.plan).durationSeconds),
  ];
  const place = { region: inputs.region, endpoint: inputs['sts-endpoint'] };
  const notes = [endpointNote(place, environment, sts), organization?.note].filter(
    (note) => note !== undefined,
  );
  const targets: Request['targets'] = [first, ...others];
  return { base, choice, sts, step, targets, organization, list, delivery, warnings, notes };
}

/**
 * By the partition of the first role that is named anywhere, or else of the region, for accounts that are given by their
 * id; an unknown partition is reported elsewhere.
 */
function audienceFor(inputs: Inputs, environment: Variables, accountsFile: AccountsFile | undefined): string {
  const listed = accountsFile && 'text' in accountsFile ? accountsFile.text : '';
  const named = /arn:(aws[a-z-]*):iam:/.exec(inputs['role-arn'] + inputs.accounts + listed)?.[1];
  const partition = named ?? partitionFor(noRoles, inputs.region, environment);
  return partitionById(partition)?.audience ?? 'sts.amazonaws.com';
}

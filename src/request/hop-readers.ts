import type { RoleArn } from '../aws/arn.ts';
import type { ChainSettings, HopSettingName } from '../aws/hop-settings.ts';
import { sessionNameRule, sourceIdentityRule } from '../aws/limits.ts';
import type { InputName } from './inputs.ts';
import { readDuration, readMfa } from './durations.ts';
import { readName } from './names.ts';
import type { WorkflowFacts } from './placeholders.ts';
import { readPolicyArns, readSessionPolicy } from './session-policies.ts';
import type { Problems } from './problems.ts';
import { readExternalIds } from './roles.ts';
import type { SharedRoles } from './shared-roles.ts';
import { readTags } from './tags.ts';

/** How each setting of a hop is read: a reader for each row of `aws/hop-settings.ts`. */

/** What is settled about a chain before its settings are read. */
export interface ChainContext {
  readonly shared: SharedRoles;
  /** The roles that come after the shared ones. */
  readonly own: readonly RoleArn[];
  /** How many of them were given, right or wrong: settings are judged by what was meant. */
  readonly ownCount: number;
  /** Of the hops that targets share: the step's. */
  readonly sharedSessionName: string;
  readonly facts: () => WorkflowFacts;
}

interface HopReader<Input extends InputName, Value> {
  /** The inputs that say it. */
  readonly inputs: readonly Input[];
  readonly read: (text: (input: Input) => string, context: ChainContext, problems: Problems) => Value;
}

const reader = <Input extends InputName, Value>(
  inputs: readonly Input[],
  read: HopReader<Input, Value>['read'],
): HopReader<Input, Value> => ({ inputs, read });

const readers = {
  sessionName: reader(['session-name'], (text, { shared, ownCount, sharedSessionName, facts }, problems) => {
    const name = readName(
      'session-name',
      text('session-name') || defaultName(facts),
      sessionNameRule,
      facts,
      problems,
    );
    return [...shared.roles.map(() => sharedSessionName), ...Array.from({ length: ownCount }, () => name)];
  }),
  durationSeconds: reader(['duration-seconds'], (text, { shared, ownCount }, problems) =>
    readDuration(text('duration-seconds'), shared.count + ownCount, problems),
  ),
  externalId: reader(['external-id'], (text, { shared, ownCount }, problems) => [
    ...shared.externalIds,
    ...readExternalIds(text('external-id'), ownCount, problems),
  ]),
  tags: reader(['session-tags', 'transitive-tag-keys', 'workflow-tags'], (text, { facts }, problems) =>
    readTags(
      {
        tags: text('session-tags'),
        transitive: text('transitive-tag-keys'),
        workflow: text('workflow-tags'),
      },
      facts,
      problems,
    ),
  ),
  sourceIdentity: reader(['source-identity'], (text, { facts }, problems) =>
    readSourceIdentity(text('source-identity').trim(), facts, problems),
  ),
  policy: reader(['session-policy'], (text, _, problems) =>
    readSessionPolicy(text('session-policy'), problems),
  ),
  policyArns: reader(['session-policy-arns'], (text, { own, ownCount }, problems) =>
    readPolicyArns(text('session-policy-arns'), own.length === ownCount ? own.at(-1) : undefined, problems),
  ),
  mfa: reader(['mfa-serial-number', 'mfa-token-code'], (text, _, problems) =>
    readMfa(text('mfa-serial-number'), text('mfa-token-code'), problems),
  ),
};

interface AnyReader<Value> {
  readonly inputs: readonly InputName[];
  readonly read: (text: (input: InputName) => string, context: ChainContext, problems: Problems) => Value;
}

export const hopReaders = readers satisfies {
  readonly [Name in HopSettingName]: AnyReader<ChainSettings[Name]>;
};

/** `<owner>.<repo>@<run id>`, made of what the runner says. */
export function defaultName(facts: () => WorkflowFacts): string {
  const { repository, run_id: run } = facts();
  if (run === '') return 'github-actions';
  return repository === '' ? 'github-actions@{run_id}' : '{owner}.{repo}@{run_id}';
}

/** `source-identity` */
export function readSourceIdentity(
  text: string,
  facts: () => WorkflowFacts,
  problems: Problems,
): string | undefined {
  if (text === '') return undefined;
  const identity = readName('source-identity', text, sourceIdentityRule, facts, problems);
  if (/^aws:/i.test(text))
    problems.add('source-identity', text, 'begins with "aws:", which is reserved for AWS');
  return identity;
}

/** Reads all settings of a chain. @param text of an input, or of the entry of `accounts` that has it */
export function readChainSettings(
  text: (input: InputName) => string,
  context: ChainContext,
  problems: Problems,
): ChainSettings {
  const values = Object.entries(hopReaders).map(([name, { read }]) => [
    name,
    (read as AnyReader<unknown>['read'])(text, context, problems),
  ]);
  return Object.fromEntries(values) as ChainSettings;
}

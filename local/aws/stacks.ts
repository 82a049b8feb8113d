import { accountAfter } from './stack-changes.ts';
import type { LiveAccount } from './live-accounts.ts';
import type { Parameters } from './parameters.ts';
import { Refusal, validationError } from './refusal.ts';
import { stableId, type AccountSpec } from './spec.ts';
import { evaluateTemplate, parameterNames, type EvaluatedTemplate } from './template.ts';
import { answerXml, element, leaf } from './xml.ts';

/**
 * The actions of CloudFormation (API version 2010-05-15) that `aws cloudformation deploy` calls. A change set is ready
 * at once, and executed at once.
 */

interface Stack {
  readonly name: string;
  readonly template: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly evaluated: EvaluatedTemplate;
  readonly status: string;
}

interface ChangeSet {
  readonly id: string;
  readonly stack: Stack;
  readonly type: 'CREATE' | 'UPDATE';
}

/** The names of all supported actions. */
export const cloudFormationActions = [
  ...['CreateChangeSet', 'DescribeChangeSet', 'ExecuteChangeSet', 'DescribeStacks', 'GetTemplateSummary'],
];

/** The stacks and change sets of one local AWS. */
export class Stacks {
  readonly #stacks = new Map<string, Stack>();
  readonly #changeSets = new Map<string, ChangeSet>();

  /**
   * Answers a request of a caller who is allowed to make it.
   * @throws Refusal with CloudFormation's code and message
   */
  answer(action: string, parameters: Parameters, account: LiveAccount, requestId: string): string {
    return answerXml('cloudformation', action, this.#result(action, parameters, account), requestId);
  }

  #result(action: string, parameters: Parameters, account: LiveAccount): string {
    switch (action) {
      case 'CreateChangeSet':
        return this.#create(parameters, account);
      case 'DescribeChangeSet':
        return this.#describeChangeSet(parameters);
      case 'ExecuteChangeSet':
        return this.#execute(parameters, account);
      case 'GetTemplateSummary':
        return this.#summary(parameters, account);
      default:
        return this.#describe(parameters, account);
    }
  }

  #describe(parameters: Parameters, { current }: LiveAccount): string {
    const stack = this.#find(parameters, current);
    const pairs = (names: readonly [string, string], values: Readonly<Record<string, string>>): string =>
      Object.entries(values)
        .map(([key, value]) => element('member', leaf(names[0], key) + leaf(names[1], value)))
        .join('');
    const content = [
      leaf('StackName', stack.name),
      leaf('StackId', stackId(current, stack.name)),
      leaf('CreationTime', '2026-11-23T12:00:00Z'),
      leaf('StackStatus', stack.status),
      element('Parameters', pairs(['ParameterKey', 'ParameterValue'], stack.parameters)),
      element('Outputs', pairs(['OutputKey', 'OutputValue'], stack.evaluated.outputs)),
    ];
    return element('Stacks', element('member', content.join('')));
  }

  #summary(parameters: Parameters, { current }: LiveAccount): string {
    const { template } = this.#find(parameters, current);
    const names = parameterNames(template).map((name) => element('member', leaf('ParameterKey', name)));
    return element('Parameters', names.join(''));
  }

  #create(parameters: Parameters, account: LiveAccount): string {
    const { StackName: name = '', TemplateBody: template = '', ChangeSetName: set = '' } = parameters;
    const type = parameters['ChangeSetType'] === 'UPDATE' ? 'UPDATE' : 'CREATE';
    const previous = this.#stacks.get(keyOf(account.current, name));
    const given = givenParameters(parameters, previous?.parameters ?? {});
    const evaluated = refusingInvalid(() => evaluateTemplate(template, given, account.current));
    if (!Object.values(parameters).includes('CAPABILITY_NAMED_IAM'))
      throw new Refusal(
        400,
        'InsufficientCapabilitiesException',
        'Requires capabilities : [CAPABILITY_NAMED_IAM]',
      );
    const id = `arn:aws:cloudformation:us-east-1:${account.current.id}:changeSet/${set}/${stableId('', set)}`;
    const status = `${type}_COMPLETE`;
    this.#changeSets.set(id, { id, type, stack: { name, template, parameters: given, evaluated, status } });
    return leaf('Id', id) + leaf('StackId', stackId(account.current, name));
  }

  #describeChangeSet(parameters: Parameters): string {
    const { id, stack } = this.#changeSet(parameters);
    return leaf('ChangeSetId', id) + leaf('StackName', stack.name) + leaf('Status', 'CREATE_COMPLETE');
  }

  /** A stack that cannot be created is rolled back: its account stays as it was. */
  #execute(parameters: Parameters, account: LiveAccount): string {
    const { stack, type } = this.#changeSet(parameters);
    const key = keyOf(account.current, stack.name);
    const previous = this.#stacks.get(key);
    try {
      const resources = { before: previous?.evaluated.resources ?? [], after: stack.evaluated.resources };
      account.change((one) => accountAfter(one, resources, account.spec));
      this.#stacks.set(key, stack);
    } catch {
      const status = type === 'CREATE' ? 'ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_COMPLETE';
      this.#stacks.set(key, {
        ...(previous ?? { ...stack, evaluated: { resources: [], outputs: {} } }),
        status,
      });
    }
    return '';
  }

  #find({ StackName: name = '' }: Parameters, account: AccountSpec): Stack {
    const stack = this.#stacks.get(keyOf(account, name));
    if (stack === undefined) throw validationError(`Stack with id ${name} does not exist`);
    return stack;
  }

  #changeSet({ ChangeSetName: id = '' }: Parameters): ChangeSet {
    const found = this.#changeSets.get(id);
    if (found === undefined) throw new Refusal(404, 'ChangeSetNotFound', `ChangeSet [${id}] does not exist`);
    return found;
  }
}

const keyOf = ({ id }: AccountSpec, stack: string): string => `${id} ${stack}`;

const stackId = ({ id, partition = 'aws' }: AccountSpec, name: string): string =>
  `arn:${partition}:cloudformation:us-east-1:${id}:stack/${name}/${stableId('', name)}`;

/** Those of the request; one that asks for the previous value gets it. */
function givenParameters(
  parameters: Parameters,
  previous: Readonly<Record<string, string>>,
): Record<string, string> {
  const given: Record<string, string> = {};
  for (let place = 1; ; place++) {
    const key = parameters[`Parameters.member.${place}.ParameterKey`];
    if (key === undefined) return given;
    const uses = parameters[`Parameters.member.${place}.UsePreviousValue`] === 'true';
    const value = uses ? previous[key] : parameters[`Parameters.member.${place}.ParameterValue`];
    if (value !== undefined) given[key] = value;
  }
}

function refusingInvalid<T>(attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    throw validationError(error instanceof Error ? error.message : String(error));
  }
}

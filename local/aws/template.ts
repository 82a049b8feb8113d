import { parse, type CollectionTag, type ScalarTag } from 'yaml';
import { roleArn, type AccountSpec, type RoleSpec } from './spec.ts';

/**
 * Evaluates a CloudFormation template: its parameters, conditions and functions. Supports only the features of
 * CloudFormation that the templates of `templates/` use.
 */

/** Values of parameters; lists are separated by commas. */
export type Parameters = Readonly<Record<string, string>>;

interface Template {
  readonly Parameters: Readonly<Record<string, ParameterSpec>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, ResourceSpec>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}
interface ParameterSpec {
  readonly Type: string;
  readonly Default?: string | number;
  readonly AllowedPattern?: string;
  readonly MinLength?: number;
}
interface ResourceSpec {
  readonly Type: string;
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** A CloudFormation function: `!Ref X`. */
class Call {
  readonly name: string;
  readonly argument: unknown;
  constructor(name: string, argument: unknown) {
    this.name = name;
    this.argument = argument;
  }
}

const scalars = ['Ref', 'Sub', 'GetAtt'].map((name): ScalarTag => ({
  tag: `!${name}`,
  resolve: (text) => new Call(name, text),
}));
const lists = ['If', 'Equals', 'Not', 'Join'].map((name): CollectionTag => ({
  tag: `!${name}`,
  collection: 'seq',
  resolve: (node) => new Call(name, (node as { toJSON(): unknown }).toJSON()),
}));

/** A property with this value is left out. */
const noValue = Symbol('AWS::NoValue');

/** A resource as its template describes it, with all functions evaluated. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Whether it stays in the account when the stack no longer has it (`DeletionPolicy: Retain`). */
  readonly isRetained: boolean;
}

/** A template with values for its parameters. */
export interface EvaluatedTemplate {
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, string>>;
}

/** @throws Error for text that is not a template */
export function parameterNames(body: string): string[] {
  return Object.keys(readTemplate(body).Parameters);
}

/**
 * @param body the text of a template
 * @throws Error for parameters that are missing, unknown or invalid, and for what is not supported here
 */
export function evaluateTemplate(
  body: string,
  parameters: Parameters,
  account: AccountSpec,
): EvaluatedTemplate {
  const stack = new Stack(readTemplate(body), parameters, account);
  return { resources: stack.resources(), outputs: stack.outputs() };
}

function readTemplate(body: string): Template {
  const template: unknown = parse(body, { customTags: [...scalars, ...lists] });
  if (typeof template !== 'object' || template === null || !('Resources' in template))
    throw new Error('Template format error: At least one Resources member must be defined.');
  return { Parameters: {}, ...template } as Template;
}

class Stack {
  readonly #template: Template;
  readonly #account: AccountSpec;
  readonly #values = new Map<string, string | string[]>();

  constructor(template: Template, parameters: Parameters, account: AccountSpec) {
    this.#template = template;
    this.#account = account;
    for (const name of Object.keys(parameters))
      if (!(name in template.Parameters)) throw new Error(`The template has no parameter ${name}`);
    for (const [name, spec] of Object.entries(template.Parameters)) {
      const text = parameters[name] ?? spec.Default;
      if (text === undefined) throw new Error(`The parameter ${name} is not given`);
      this.#values.set(name, valueOf(name, spec, String(text)));
    }
  }

  resources(): Resource[] {
    return Object.entries(this.#template.Resources)
      .filter(([, { Condition }]) => Condition === undefined || this.#isTrue(Condition))
      .map(([logicalId, { Type, Properties, DeletionPolicy }]) => ({
        logicalId,
        type: Type,
        properties: this.#evaluate(Properties) as Record<string, unknown>,
        isRetained: DeletionPolicy === 'Retain',
      }));
  }

  outputs(): Record<string, string> {
    const all = Object.entries(this.#template.Outputs ?? {});
    return Object.fromEntries(all.map(([name, { Value }]) => [name, String(this.#evaluate(Value))]));
  }

  #isTrue(condition: string): boolean {
    return this.#evaluate(this.#template.Conditions?.[condition]) === true;
  }

  #evaluate(value: unknown): unknown {
    if (value instanceof Call) return this.#call(value);
    if (Array.isArray(value)) return value.map((one) => this.#evaluate(one)).filter((one) => one !== noValue);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, one]) => [key, this.#evaluate(one)] as const);
    return Object.fromEntries(entries.filter(([, one]) => one !== noValue));
  }

  #call({ name, argument }: Call): unknown {
    const list = Array.isArray(argument) ? (argument as unknown[]) : [];
    switch (name) {
      case 'Ref':
        return this.#reference(String(argument));
      case 'Sub':
        return String(argument).replaceAll(/\$\{([\w:]+)\}/g, (_, one: string) =>
          String(this.#reference(one)),
        );
      case 'Equals':
        return this.#evaluate(list[0]) === this.#evaluate(list[1]);
      case 'Not':
        return this.#evaluate(list[0]) !== true;
      case 'If':
        return this.#evaluate(this.#isTrue(String(list[0])) ? list[1] : list[2]);
      case 'Join':
        return (this.#evaluate(list[1]) as string[]).join(String(list[0]));
      case 'GetAtt':
        return this.#attribute(String(argument));
      default:
        throw new Error(`!${name} is not supported here`);
    }
  }

  /** `DeployRole.Arn` */
  #attribute(path: string): string {
    const [name = '', attribute] = path.split('.');
    const resource = this.#template.Resources[name];
    if (resource?.Type !== 'AWS::IAM::Role' || attribute !== 'Arn')
      throw new Error(`!GetAtt ${path} is not supported here`);
    const { RoleName, Path } = this.#evaluate(resource.Properties) as { RoleName: string; Path?: string };
    const role: Pick<RoleSpec, 'name' | 'path'> = {
      name: RoleName,
      ...(Path === undefined ? {} : { path: Path }),
    };
    return roleArn(this.#account, role);
  }

  #reference(name: string): unknown {
    const { id, partition = 'aws' } = this.#account;
    if (name === 'AWS::NoValue') return noValue;
    if (name === 'AWS::Partition') return partition;
    if (name === 'AWS::Region') return 'us-east-1';
    const value = this.#values.get(name);
    if (value !== undefined) return value;
    const url = this.#template.Resources[name]?.Properties['Url'];
    if (typeof url !== 'string') throw new Error(`!Ref ${name} is not supported here`);
    return `arn:${partition}:iam::${id}:oidc-provider/${url.replace('https://', '')}`;
  }
}

function valueOf(
  name: string,
  { Type, AllowedPattern, MinLength = 0 }: ParameterSpec,
  text: string,
): string | string[] {
  const parts = Type === 'CommaDelimitedList' ? text.split(',') : [text];
  const pattern = new RegExp(AllowedPattern ?? '');
  if (text.length < MinLength || !parts.every((part) => pattern.test(part)))
    throw new Error(`The parameter ${name} cannot be ${text}`);
  return Type === 'CommaDelimitedList' ? parts : text;
}

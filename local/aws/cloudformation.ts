import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, type CollectionTag, type ScalarTag } from 'yaml';
import type { AccountSpec, PolicyDocument, RoleSpec } from './spec.ts';

/**
 * Deploys a CloudFormation template of `templates/` to an account: the file that customers deploy, so that tests prove
 * what it allows. Supports only the features of CloudFormation that those templates use.
 */

/** Values of parameters; lists are separated by commas. */
export type Parameters = Readonly<Record<string, string>>;

interface Template {
  readonly Parameters: Readonly<Record<string, ParameterSpec>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, ResourceSpec>>;
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

/**
 * The account with the resources of a template.
 * @param name of the file in `templates/cloudformation`, without its extension
 * @throws Error for parameters that are missing, unknown or invalid, and for what is not supported here
 */
export function deployed(name: string, parameters: Parameters, account: AccountSpec): AccountSpec {
  const path = join(import.meta.dirname, '..', '..', 'templates', 'cloudformation', `${name}.yaml`);
  const template = parse(readFileSync(path, 'utf8'), { customTags: [...scalars, ...lists] }) as Template;
  const stack = new Stack(template, parameters, account);
  const resources = stack.resources();
  const of = (type: string): Readonly<Record<string, unknown>>[] =>
    resources.filter((one) => one.type === type).map((one) => one.properties);
  return {
    ...account,
    roles: [...(account.roles ?? []), ...of('AWS::IAM::Role').map(roleOf)],
    oidcProviders: [
      ...(account.oidcProviders ?? []),
      ...of('AWS::IAM::OIDCProvider').map(({ Url, ClientIdList }) => ({
        url: Url as string,
        clientIds: ClientIdList as string[],
      })),
    ],
  };
}

function roleOf(properties: Readonly<Record<string, unknown>>): RoleSpec {
  const { RoleName, Path, MaxSessionDuration, AssumeRolePolicyDocument, Policies } = properties;
  const [policy] = (Policies ?? []) as { PolicyDocument: PolicyDocument }[];
  return {
    name: RoleName as string,
    ...(Path === undefined ? {} : { path: Path as string }),
    maxSessionSeconds: Number(MaxSessionDuration),
    trustPolicy: AssumeRolePolicyDocument as PolicyDocument,
    // A role without policies may do noValue but what needs no permission.
    permissions: policy?.PolicyDocument ?? {
      Version: '2012-10-17',
      Statement: { Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' },
    },
  };
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

  resources(): { type: string; properties: Readonly<Record<string, unknown>> }[] {
    return Object.values(this.#template.Resources)
      .filter(({ Condition }) => Condition === undefined || this.#isTrue(Condition))
      .map(({ Type, Properties }) => ({
        type: Type,
        properties: this.#evaluate(Properties) as Record<string, unknown>,
      }));
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
      default:
        throw new Error(`!${name} is not supported here`);
    }
  }

  #reference(name: string): unknown {
    const { id, partition = 'aws' } = this.#account;
    if (name === 'AWS::NoValue') return noValue;
    if (name === 'AWS::Partition') return partition;
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

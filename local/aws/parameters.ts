import { Refusal, validationError } from './refusal.ts';

/** STS's parameters and its messages about wrong ones (botocore's model of STS, 2011-06-15). */

/** A request's parameters, by their names on the wire. */
export type Parameters = Readonly<Record<string, string>>;

interface Rule {
  readonly name: string;
  readonly required?: boolean;
  readonly least?: number;
  readonly most?: number;
  readonly pattern?: string;
  readonly number?: boolean;
  /** Not repeated in messages. */
  readonly sensitive?: boolean;
}

const name = '[\\w+=,.@-]*';
const anything =
  '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+';
const policyText = '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+';
const tagKey = { least: 1, most: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' } as const;
const tagValue = { most: 256, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*' } as const;

const common: readonly Rule[] = [
  { name: 'RoleArn', required: true, least: 20, most: 2048, pattern: anything },
  { name: 'RoleSessionName', required: true, least: 2, most: 64, pattern: name },
  { name: 'DurationSeconds', number: true, least: 900, most: 43_200 },
  { name: 'Policy', least: 1, pattern: policyText },
];

const rules: Readonly<Record<string, readonly Rule[]>> = {
  AssumeRole: [
    ...common,
    { name: 'ExternalId', least: 2, most: 1224, pattern: '[\\w+=,.@:\\/-]*' },
    { name: 'SerialNumber', least: 9, most: 256, pattern: '[\\w+=/:,.@-]*' },
    { name: 'TokenCode', least: 6, most: 6, pattern: '[\\d]*' },
    { name: 'SourceIdentity', least: 2, most: 64, pattern: name },
  ],
  AssumeRoleWithWebIdentity: [
    ...common,
    { name: 'WebIdentityToken', required: true, least: 4, most: 20_000, sensitive: true },
    { name: 'ProviderId', least: 4, most: 2048 },
  ],
};

/** @throws Refusal that lists every parameter that breaks its rule; 501 for provided contexts, which are not evaluated */
export function checkParameters(action: string, parameters: Parameters): void {
  const duration = parameters['DurationSeconds'];
  if (duration !== undefined && !/^-?\d{1,10}$/.test(duration))
    throw new Refusal(400, 'MalformedInput', 'DurationSeconds is not an integer');
  const faults = [
    ...(rules[action] ?? []).flatMap((rule) => faultsOf(rule, parameters[rule.name])),
    ...faultsOfPolicies(parameters),
    ...(action === 'AssumeRole' ? [...faultsOfTags(parameters), ...faultsOfContexts(parameters)] : []),
  ];
  const count = faults.length === 1 ? '1 validation error' : `${faults.length} validation errors`;
  if (faults.length > 0) throw validationError(`${count} detected: ${faults.join('; ')}`);
  // Ignoring them could grant what AWS refuses.
  if (action === 'AssumeRole' && contextEntries(parameters).length > 0)
    throw new Refusal(501, 'NotImplemented', 'ProvidedContexts are not evaluated here.');
}

const contextEntries = (parameters: Parameters): [string | undefined, string | undefined][] =>
  entriesOf(parameters, 'ProvidedContexts', 'ProviderArn', 'ContextAssertion');

function faultsOfContexts(parameters: Parameters): string[] {
  const contexts = contextEntries(parameters);
  return [
    ...tooLong('providedContexts', contexts.length, 5),
    ...contexts.flatMap(([arn, assertion], index) => {
      const place = `providedContexts.${index + 1}.member`;
      const isArn = { least: 20, most: 2048, pattern: anything };
      return [
        ...faultsOf({ name: `${place}.providerArn`, ...isArn }, arn),
        ...faultsOf({ name: `${place}.contextAssertion`, least: 4, most: 2048, sensitive: true }, assertion),
      ];
    }),
  ];
}

function faultsOfTags(parameters: Parameters): string[] {
  const tags = tagEntries(parameters);
  const keys = listOf(parameters, 'TransitiveTagKeys');
  return [
    ...tooLong('tags', tags.length, 50),
    ...tags.flatMap(([key, value], index) => [
      ...faultsOf({ name: `tags.${index + 1}.member.key`, required: true, ...tagKey }, key),
      ...faultsOf({ name: `tags.${index + 1}.member.value`, required: true, ...tagValue }, value),
    ]),
    ...tooLong('transitiveTagKeys', keys.length, 50),
    ...keys.flatMap((key, index) =>
      faultsOf({ name: `transitiveTagKeys.${index + 1}.member`, ...tagKey }, key),
    ),
  ];
}

function faultsOfPolicies(parameters: Parameters): string[] {
  const arns = listOf(parameters, 'PolicyArns', '.arn');
  return [
    ...tooLong('policyArns', arns.length, 10),
    ...arns.flatMap((arn, index) =>
      faultsOf({ name: `policyArns.${index + 1}.member.arn`, least: 20, most: 2048, pattern: anything }, arn),
    ),
  ];
}

const tooLong = (member: string, length: number, most: number): string[] =>
  length <= most
    ? []
    : [
        `Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${most}`,
      ];

function faultsOf(rule: Rule, value: string | undefined): string[] {
  const member = rule.name.charAt(0).toLowerCase() + rule.name.slice(1);
  const shown = value === undefined ? 'Value null' : rule.sensitive ? 'Value' : `Value '${value}'`;
  const broken =
    value === undefined ? (rule.required ? ['not be null'] : []) : constraintsBroken(rule, value);
  return broken.map((one) => `${shown} at '${member}' failed to satisfy constraint: Member must ${one}`);
}

function constraintsBroken({ least, most, pattern, number }: Rule, value: string): string[] {
  const [measure, size] = number ? ['value', Number(value)] : ['length', [...value].length];
  const broken: string[] = [];
  if (least !== undefined && size < least) broken.push(`have ${measure} greater than or equal to ${least}`);
  if (most !== undefined && size > most) broken.push(`have ${measure} less than or equal to ${most}`);
  // JavaScript writes \u10000 as \u{10000}. \w is ASCII here as in STS.
  const source = pattern?.replace('\\u10000-\\u10FFFF', '\\u{10000}-\\u{10FFFF}');
  if (source !== undefined && !new RegExp(`^${source}$`, 'u').test(value))
    broken.push(`satisfy regular expression pattern: ${pattern ?? ''}`);
  return broken;
}

/** A list parameter's entries: `Name.member.1`, `Name.member.2`, … */
export function listOf(parameters: Parameters, list: string, field = ''): string[] {
  const entries: string[] = [];
  for (let index = 1; ; index++) {
    const value = parameters[`${list}.member.${index}${field}`];
    if (value === undefined) return entries;
    entries.push(value);
  }
}

/** The session tags of a request that {@link checkParameters} has passed. */
export function tagsOf(parameters: Parameters): { key: string; value: string }[] {
  return tagEntries(parameters).map(([key = '', value = '']) => ({ key, value }));
}

const tagEntries = (parameters: Parameters): [key: string | undefined, value: string | undefined][] =>
  entriesOf(parameters, 'Tags', 'Key', 'Value');

/** A list of pairs: `Name.member.1.Key` and `Name.member.1.Value`, … Either half may be missing. */
function entriesOf(
  parameters: Parameters,
  list: string,
  first: string,
  second: string,
): [string | undefined, string | undefined][] {
  const entries: [string | undefined, string | undefined][] = [];
  for (let index = 1; ; index++) {
    const place = `${list}.member.${index}`;
    const [one, other] = [parameters[`${place}.${first}`], parameters[`${place}.${second}`]];
    if (one === undefined && other === undefined) return entries;
    entries.push([one, other]);
  }
}

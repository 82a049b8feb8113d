import { validationError } from './refusal.ts';

/** STS's parameters and what it says of wrong ones (botocore's model of STS, 2011-06-15). */

/** A request's parameters, as they are named on the wire. */
export type Parameters = Readonly<Record<string, string>>;

interface Rule {
  readonly name: string;
  readonly required?: boolean;
  readonly least?: number;
  readonly most?: number;
  readonly pattern?: string;
  readonly number?: boolean;
}

const name = '[\\w+=,.@-]*';
const anything =
  '[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+';
const policyText = '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+';

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
    { name: 'WebIdentityToken', required: true, least: 4, most: 20_000 },
  ],
};

/** @throws Refusal that lists every parameter which breaks its rule */
export function checkParameters(action: string, parameters: Parameters): void {
  const faults = (rules[action] ?? []).flatMap((rule) => faultsOf(rule, parameters[rule.name]));
  for (const [index, tag] of tagsOf(parameters).entries()) {
    const place = `tags.${index + 1}.member`;
    faults.push(
      ...faultsOf(
        { name: `${place}.key`, least: 1, most: 128, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+' },
        tag.key,
      ),
    );
    faults.push(
      ...faultsOf(
        { name: `${place}.value`, most: 256, pattern: '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*' },
        tag.value,
      ),
    );
  }
  if (tagsOf(parameters).length > 50)
    faults.push(
      "Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50",
    );
  if (faults.length === 0) return;
  const count = faults.length === 1 ? '1 validation error' : `${faults.length} validation errors`;
  throw validationError(`${count} detected: ${faults.join('; ')}`);
}

function faultsOf(rule: Rule, value: string | undefined): string[] {
  const member = rule.name.charAt(0).toLowerCase() + rule.name.slice(1);
  const say = (constraint: string): string =>
    `Value ${value === undefined ? 'null' : `'${value}'`} at '${member}' failed to satisfy constraint: Member must ${constraint}`;
  if (value === undefined) return rule.required ? [say('not be null')] : [];
  const size = rule.number ? Number(value) : [...value].length;
  const [more, less] = rule.number
    ? ['have value greater than', 'have value less than']
    : ['have length greater than', 'have length less than'];
  const faults: string[] = [];
  if (rule.least !== undefined && size < rule.least) faults.push(say(`${more} or equal to ${rule.least}`));
  if (rule.most !== undefined && size > rule.most) faults.push(say(`${less} or equal to ${rule.most}`));
  // \w means ASCII in STS's patterns, and \u10000 is not how this language writes that character.
  const source = rule.pattern?.replace('\\u10000-\\u10FFFF', '\\u{10000}-\\u{10FFFF}');
  if (source !== undefined && !new RegExp(`^${source}$`, 'u').test(value)) {
    faults.push(say(`satisfy regular expression pattern: ${rule.pattern ?? ''}`));
  }
  return faults;
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

/** The session tags of a request. */
export function tagsOf(parameters: Parameters): { key: string; value: string }[] {
  const values = listOf(parameters, 'Tags', '.Value');
  return listOf(parameters, 'Tags', '.Key').map((key, index) => ({ key, value: values[index] ?? '' }));
}

import { isMap, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';
import { accountIdPattern } from '../aws/arn.ts';
import { parentIdPattern, type OrganizationQuery, type OrganizationRequest } from '../aws/organization.ts';
import { quoted } from '../text/quote.ts';
import type { Variables } from './sourced.ts';
import { nearest } from './nearest.ts';
import { organizationEndpointNote, readOrganizationSettings } from './organization-endpoint.ts';
import type { Problems } from './problems.ts';
import { offsetOf, readYaml, type At } from './yaml-input.ts';

/** The input `organization`: a YAML (so also JSON) mapping that says which accounts of the organization are meant. */

const keys = ['under', 'tags', 'except'] as const;
type Key = (typeof keys)[number];

/** Reports what is wrong, with its place: for a key, for a value. */
type Say = (node: unknown, text: string) => void;

/**
 * Reads it. What is wrong is reported with its line and column.
 * @param place the partition that the organization is in, and the variables that may set its endpoint
 * @returns undefined where anything is wrong
 */
export function readOrganizationInput(
  text: string,
  { partition, environment }: { readonly partition: string; readonly environment: Variables },
  problems: Problems,
): OrganizationRequest | undefined {
  const before = problems.all.length;
  const query = readQuery(text, problems);
  const settings = readOrganizationSettings(partition, environment, problems);
  if (!query || problems.all.length > before) return undefined;
  return { query, settings, note: organizationEndpointNote(environment, settings) };
}

function readQuery(text: string, problems: Problems): OrganizationQuery | undefined {
  const found = readYaml(text, { input: 'organization' }, problems);
  if (!found) return undefined;
  if (isMap(found.contents)) return readKeys(found.contents, saying(found.at, problems));
  problems.say(
    'organization',
    'is not a mapping of under, tags and except. For all accounts of the organization write {}',
  );
  return undefined;
}

const saying =
  (at: At, problems: Problems): Say =>
  (node, text) => {
    problems.say('organization', `${at(offsetOf(node))}: ${text}`);
  };

function readKeys({ items }: YAMLMap, say: Say): OrganizationQuery {
  const given = new Map<Key, Pair>();
  for (const item of items) {
    const word = isScalar(item.key) ? stringOf(item.key.value) : '';
    const known = keys.find((one) => one === word);
    if (known) given.set(known, item);
    else {
      const near = nearest(word, keys);
      const hint = near === undefined ? `, which are ${keys.join(', ')}` : `: did you mean ${near}?`;
      say(item.key, `${quoted(word)} is not a key of organization${hint}`);
    }
  }
  return {
    under: readIds('under', given.get('under'), whyNoParent, say),
    tags: readWantedTags(given.get('tags'), say),
    except: readIds('except', given.get('except'), whyNoAccount, say),
  };
}

/** A key that has nothing must not widen what is asked for. */
const emptyRule = (key: Key): string =>
  `${key} is empty: a variable or secret that does not exist is. Leave it out, or say what is meant`;

const isEmpty = (value: unknown): boolean =>
  value === null ||
  (isScalar(value) && (value.value === null || value.value === '')) ||
  ((isSeq(value) || isMap(value)) && value.items.length === 0);

/** Values are texts: the parser reads none as a number. */
const stringOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** One id, or a list of them. @param why says what is wrong with one */
function readIds(
  key: Key,
  pair: Pair | undefined,
  why: (id: string) => string | undefined,
  say: Say,
): string[] {
  if (!pair) return [];
  const { value } = pair;
  if (isEmpty(value)) {
    say(value ?? pair.key, emptyRule(key));
    return [];
  }
  return (isSeq(value) ? value.items : [value]).flatMap((item) => {
    if (!isScalar(item)) {
      say(item, `${key} must be one id, or a list of ids`);
      return [];
    }
    const id = stringOf(item.value).trim();
    const wrong = id === '' ? emptyRule(key) : why(id);
    if (wrong === undefined) return [id];
    say(item, id === '' ? wrong : `${quoted(id)} of ${key} ${wrong}`);
    return [];
  });
}

function whyNoParent(id: string): string | undefined {
  if (parentIdPattern.test(id)) return undefined;
  const rule = 'is not the id of a root or of an organizational unit, as in r-abcd or ou-abcd-1a2b3c4d';
  return accountIdPattern.test(id) ? `${rule}. It is the id of an account` : rule;
}

const whyNoAccount = (id: string): string | undefined =>
  accountIdPattern.test(id) ? undefined : 'is not an account id, which is 12 digits';

/** Characters of a tag (AWS Organizations API Reference, Tag). */
const tagLimits = { key: 128, value: 256 } as const;

function readWantedTags(pair: Pair | undefined, say: Say): OrganizationQuery['tags'] {
  if (!pair) return [];
  const { value } = pair;
  if (isEmpty(value)) say(value ?? pair.key, emptyRule('tags'));
  else if (!isMap(value)) say(value, 'tags must be a mapping from tag key to tag value');
  if (!isMap(value)) return [];
  return value.items.flatMap((item): [string, string][] => {
    const key = isScalar(item.key) ? stringOf(item.key.value) : '';
    const wrong = whyNoTag(key, item.value);
    if (wrong !== undefined) say(item.key, wrong);
    return wrong === undefined && isScalar(item.value) ? [[key, stringOf(item.value.value)]] : [];
  });
}

function whyNoTag(key: string, value: unknown): string | undefined {
  if (key === '' || key.length > tagLimits.key)
    return `a key of tags must have 1 to ${tagLimits.key} characters`;
  if (!isScalar(value)) return `the value of tag ${quoted(key)} must be a string`;
  const text = stringOf(value.value);
  if (text === '')
    return `the value of tag ${quoted(key)} is empty: a variable or secret that does not exist is`;
  return text.length > tagLimits.value
    ? `the value of tag ${quoted(key)} must have at most ${tagLimits.value} characters`
    : undefined;
}

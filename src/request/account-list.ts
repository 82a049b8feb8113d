import { isAlias, isMap, isScalar, type Pair } from 'yaml';
import { accountKeys, isWordInCapitals, rowOf, type AccountKey } from './inputs.ts';
import { nearest } from './nearest.ts';
import { nameHere } from './unknown-inputs.ts';
import type { Problems } from './problems.ts';
import { quoted } from '../text/quote.ts';
import { offsetOf, readYaml, type At } from './yaml-input.ts';

/** The input `accounts`: a YAML (so also JSON) mapping from profile name to a role, or to a role with its settings. */

/** One entry; `''` where a setting was not given. */
export interface AccountEntry {
  readonly name: string;
  readonly given: Readonly<Record<AccountKey, string>>;
}

/** The input that the list is from, and for a file its path, which goes before each place in it. */
export interface ListOrigin {
  readonly input: 'accounts' | 'accounts-file';
  readonly file?: string;
}

/** Reads the list. What is wrong is reported with its line and column. */
export function readAccountList(
  text: string,
  problems: Problems,
  { input, file }: ListOrigin = { input: 'accounts' },
): AccountEntry[] {
  const found = readYaml(text, { input, file }, problems);
  if (!found) return [];
  const { contents, at } = found;
  const list = file === undefined ? contents : listIn(contents);
  const place = file === undefined ? '' : `${at(offsetOf(list))}: `;
  if (!isMap(list)) {
    const rule = 'is not a mapping from profile name to role ARN or account id';
    problems.say(input, `${place}${rule}, as in "staging: arn:aws:iam::123456789012:role/deploy"`);
    return [];
  }
  if (list.items.length === 0) problems.say(input, `${place}contains no account`);
  return list.items.flatMap((pair) =>
    readEntry(pair, at, (text) => {
      problems.say(input, text);
    }),
  );
}

/** A file may have other content too: then the list is under the key `accounts`. */
function listIn(contents: unknown): unknown {
  if (!isMap(contents)) return contents;
  const list: unknown = contents.get('accounts', true);
  // A profile of that name is a role, or has one.
  const isProfile = isMap(list) ? list.has('role-arn') : isScalar(list) && list.value !== '';
  return list === undefined || isProfile || isAlias(list) ? contents : list;
}

function readEntry({ key, value }: Pair, at: At, say: (text: string) => void): AccountEntry[] {
  const name = isScalar(key) ? String(key.value) : '';
  const nothing = Object.fromEntries(accountKeys.map((one) => [one, ''])) as Record<AccountKey, string>;
  // Reported already, as every alias is.
  if (isAlias(value)) return [];
  if (isScalar(value)) return [{ name, given: { ...nothing, 'role-arn': asText(value.value) } }];
  if (!isMap(value)) {
    say(
      `${at(offsetOf(value ?? key))}: ${quoted(name)} is neither a role ARN, nor an account id, nor a mapping with role-arn`,
    );
    return [];
  }
  const given = { ...nothing };
  for (const item of value.items) {
    const word = isScalar(item.key) ? String(item.key.value) : '';
    const known = accountKeys.find((one) => one === word);
    if (known) {
      const value = (item.value as { toJSON(): unknown } | null)?.toJSON();
      if (known === 'session-tags' && breaksLines(value)) {
        say(`${at(offsetOf(item.key))}: a tag of ${quoted(name)} contains a line end, which no tag may`);
      }
      given[known] = settingText(known, value);
      const fault = guardFault(known, given[known]);
      if (fault !== undefined) say(`${at(offsetOf(item.key))}: ${known} of ${quoted(name)} ${fault}`);
    } else {
      say(
        `${at(offsetOf(item.key))}: ${quoted(word)} of ${quoted(name)} is not a setting of an account${settingMeant(word)}`,
      );
    }
  }
  return [{ name, given }];
}

function settingMeant(word: string): string {
  const dashed = word.toLowerCase().replaceAll(/[_ ]/g, '-');
  const other = accountKeys.find((one) => one === nameHere(dashed));
  // As in unknown-inputs.ts: a letter or two are a mistake in typing.
  const near = nearest(dashed, accountKeys, other === undefined ? undefined : 2) ?? other;
  return near === undefined ? `. Its settings are ${accountKeys.join(', ')}` : `: did you mean ${near}?`;
}

/** An empty restriction must not become none: what generates a list may have lost it. */
function guardFault(key: AccountKey, text: string): string | undefined {
  if (rowOf(key).empty === 'is an error' && text.trim() === '')
    return 'is empty. Leave it out, or write none';
  return isWordInCapitals(key, text) ? 'is the word none, but not in lower case: write none' : undefined;
}

/** Tags of a mapping become lines: one that has a line end would become two. */
function breaksLines(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).some((one) => /[\r\n]/.test(asText(one)))
  );
}

/** Lists become lines, tags of a mapping `key=value` lines, and a policy of a mapping its JSON. */
function settingText(key: AccountKey, value: unknown): string {
  if (Array.isArray(value)) {
    const lines = value.map(asText);
    // One line end at the end is no line: an empty last entry must stay one, and be reported.
    return (lines.at(-1) === '' ? [...lines, ''] : lines).join('\n');
  }
  if (typeof value !== 'object' || value === null) return asText(value);
  if (key !== 'session-tags') return JSON.stringify(value);
  return Object.entries(value)
    .map(([tag, text]) => `${tag}=${asText(text)}`)
    .join('\n');
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

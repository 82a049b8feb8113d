import { isAlias, isMap, isScalar, LineCounter, parseDocument, visit, type Pair } from 'yaml';
import { accountKeys, type AccountKey } from './inputs.ts';
import { nearest } from './nearest.ts';
import type { Problems } from './problems.ts';
import { oneLine } from '../text/log-line.ts';
import { quoted } from '../text/quote.ts';

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
  origin: ListOrigin = { input: 'accounts' },
): AccountEntry[] {
  try {
    return readList(text, problems, origin);
  } catch (error) {
    // The parser calls itself for each level.
    if (!(error instanceof RangeError)) throw error;
    problems.say(origin.input, 'is nested too deeply to be read');
    return [];
  }
}

function readList(text: string, problems: Problems, { input, file }: ListOrigin): AccountEntry[] {
  const lines = new LineCounter();
  // Every value is taken as it is written: an external id 0012 is not the number 12.
  const document = parseDocument(text, {
    schema: 'failsafe',
    lineCounter: lines,
    uniqueKeys: true,
    prettyErrors: false,
  });
  const at = (offset: number | undefined): string => {
    const { line, col } = lines.linePos(offset ?? 0);
    return `${file === undefined ? '' : `${quoted(file)}, `}line ${line}, column ${col}`;
  };
  for (const { message, pos } of document.errors) {
    const reason = inOurWords.find(([theirs]) => theirs.test(message))?.[1] ?? oneLine(message);
    problems.say(input, `${at(pos[0])}: ${reason}`);
  }
  if (document.errors.length > 0) return [];
  visit(document, {
    Alias: (_, { range }) => {
      problems.say(input, `${at(range?.[0])}: aliases (*) are not accepted: write the entry out`);
    },
  });
  const list = file === undefined ? document.contents : listIn(document.contents);
  if (!isMap(list)) {
    const rule = 'is not a mapping from profile name to role ARN or account id';
    problems.say(input, `${rule}, as in "staging: arn:aws:iam::123456789012:role/deploy"`);
    return [];
  }
  if (list.items.length === 0) problems.say(input, 'contains no account');
  return list.items.flatMap((pair) =>
    readEntry(pair, at, (text) => {
      problems.say(input, text);
    }),
  );
}

/** A file may have other content too: then the list is under the key `accounts`. */
function listIn(contents: unknown): unknown {
  if (!isMap(contents)) return contents;
  const list = contents.get('accounts', true);
  // A profile of that name is a role, or has one.
  return isMap(list) && !list.has('role-arn') ? list : contents;
}

/** What a parser says to programmers. */
const inOurWords: readonly (readonly [RegExp, string])[] = [
  [/^Map keys must be unique/, 'a name is listed twice'],
  [/multiple documents/, 'a second document begins: remove the line ---'],
  [/^Unresolved alias/, 'aliases (*) are not accepted: write the entry out'],
];

type At = (offset: number | undefined) => string;

const offsetOf = (node: unknown): number | undefined =>
  (node as { range?: [number, number, number] | null } | null)?.range?.[0];

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
    } else {
      const near = nearest(word, accountKeys);
      const hint = near ? `: did you mean ${near}?` : `. Its settings are ${accountKeys.join(', ')}`;
      say(
        `${at(offsetOf(item.key))}: ${quoted(word)} of ${quoted(name)} is not a setting of an account${hint}`,
      );
    }
  }
  return [{ name, given }];
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
  if (Array.isArray(value)) return value.map(asText).join('\n');
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

import type { Tag } from '../aws/plan.ts';
import { tagLimits, tagPattern } from '../aws/limits.ts';
import { type Problems } from './problems.ts';
import { quoted } from '../text/quote.ts';
import { readLines, readLinesOrCommas } from './values.ts';

/** Session tags: what the user wrote, what the workflow adds, and which of them later hops inherit. */

/** The tags of a chain, by the hop that sets them: transitive ones the first AssumeRole, the others the last. */
export interface SessionTags {
  readonly transitive: readonly Tag[];
  readonly others: readonly Tag[];
}

/**
 * `session-tags`, `transitive-tag-keys` and, with `workflow-tags`, the workflow's own.
 * STS takes two keys that differ in case for one, so they are compared that way.
 */
export function readTags(
  given: { tags: string; transitive: string },
  workflow: readonly Tag[],
  problems: Problems,
): SessionTags {
  const own = readLines(given.tags).flatMap((line) => readTag(line, problems));
  const keys = new Set<string>();
  for (const { key } of own) {
    if (keys.has(key.toLowerCase())) {
      problems.add('session-tags', key, 'stands twice: STS does not tell keys apart by upper and lower case');
    }
    keys.add(key.toLowerCase());
  }
  const all = [...own, ...workflow.filter((tag) => !keys.has(tag.key.toLowerCase()))];
  if (all.length > tagLimits.count) {
    const note = all.length > own.length ? `, ${all.length - own.length} of them from workflow-tags` : '';
    problems.say('session-tags', `has ${all.length} tags${note}: a session takes at most ${tagLimits.count}`);
  }
  const transitive = new Set(readTransitiveKeys(given.transitive, all, problems));
  return {
    transitive: all.filter((tag) => transitive.has(tag.key)),
    others: all.filter((tag) => !transitive.has(tag.key)),
  };
}

function readTag(line: string, problems: Problems): Tag[] {
  const equals = line.indexOf('=');
  if (equals < 1) {
    problems.add('session-tags', line, 'is not key=value');
    return [];
  }
  const tag = { key: line.slice(0, equals).trim(), value: line.slice(equals + 1).trim() };
  const wrong = [
    fault('key', tag.key, tagLimits.key),
    fault('value', tag.value, tagLimits.value),
    /^aws:/i.test(tag.key) ? 'begins with "aws:", which is reserved to AWS' : undefined,
  ].filter((one) => one !== undefined);
  for (const rule of wrong) problems.add('session-tags', line, rule);
  return wrong.length > 0 ? [] : [tag];
}

function fault(part: string, text: string, most: number): string | undefined {
  const length = [...text].length;
  if (length > most) return `has a ${part} of ${length} characters: at most ${most} are possible`;
  if (tagPattern.test(text)) return undefined;
  const strangers = [...new Set([...text].filter((character) => !tagPattern.test(character)))].slice(0, 5);
  return `has ${strangers.map(quoted).join(', ')} in its ${part}: only letters, digits, spaces and _ . : / = + - @ may stand there`;
}

function readTransitiveKeys(text: string, tags: readonly Tag[], problems: Problems): string[] {
  const found: string[] = [];
  for (const key of readLinesOrCommas(text)) {
    const tag = tags.find((one) => one.key.toLowerCase() === key.toLowerCase());
    if (key === '') problems.say('transitive-tag-keys', 'has an empty entry between commas: remove it');
    else if (!tag)
      problems.add(
        'transitive-tag-keys',
        key,
        'is not a key of session-tags: a tag must be set to be inherited',
      );
    else if (found.includes(tag.key)) problems.add('transitive-tag-keys', key, 'stands twice');
    else found.push(tag.key);
  }
  return found;
}

/** A tag of the workflow's, made valid: what STS refuses becomes `-`, what is too long is cut. */
export function madeTag(key: string, value: string): Tag {
  const valid = [...value].map((character) => (tagPattern.test(character) ? character : '-'));
  return { key, value: valid.slice(0, tagLimits.value).join('') };
}

import type { SessionTags, Tag } from '../aws/hop-settings.ts';
import { tagLimits, tagPattern } from '../aws/limits.ts';
import { quoted } from '../text/quote.ts';
import {
  accepted,
  fillIn,
  placeholderHint,
  type PlaceholderName,
  type WorkflowFacts,
} from './placeholders.ts';
import type { Problems } from './problems.ts';
import { readBoolean, readLines, readLinesOrCommas } from './values.ts';

/** Session tags: what the user wrote, what the workflow adds, and which of them later hops inherit. */

const valueRule = { pattern: tagPattern, most: tagLimits.value };

/** The tags of `workflow-tags`, and the fact that each has. */
const workflowTags = {
  Repository: 'repository',
  Workflow: 'workflow',
  Ref: 'ref',
  Commit: 'sha',
  Actor: 'actor',
  RunId: 'run_id',
  Job: 'job',
  EventName: 'event_name',
} satisfies Record<string, PlaceholderName>;

/**
 * `session-tags`, `transitive-tag-keys` and, with `workflow-tags`, the workflow's own.
 * STS does not tell keys apart by upper and lower case, so they are compared that way.
 */
export function readTags(
  given: { tags: string; transitive: string; workflow: string },
  facts: () => WorkflowFacts,
  problems: Problems,
): SessionTags {
  const own = readLines(given.tags).flatMap((line) => readTag(line, facts, problems));
  const keys = new Set<string>();
  for (const { key } of own) {
    if (keys.has(key.toLowerCase())) {
      problems.add('session-tags', key, 'is listed twice: STS ignores upper and lower case in keys');
    }
    keys.add(key.toLowerCase());
  }
  const workflow = readBoolean('workflow-tags', given.workflow, problems) ? tagsOf(facts()) : [];
  const all = [...own, ...workflow.filter((tag) => !keys.has(tag.key.toLowerCase()))];
  if (all.length > tagLimits.count) {
    const note = all.length > own.length ? `, ${all.length - own.length} of them from workflow-tags` : '';
    problems.say('session-tags', `has ${all.length} tags${note}: a session may have ${tagLimits.count}`);
  }
  const transitive = new Set(readTransitiveKeys(given.transitive, all, problems));
  return {
    transitive: all.filter((tag) => transitive.has(tag.key)),
    others: all.filter((tag) => !transitive.has(tag.key)),
  };
}

const tagsOf = (facts: WorkflowFacts): Tag[] =>
  Object.entries(workflowTags).map(([key, name]) => ({ key, value: accepted(facts[name], valueRule) }));

function readTag(line: string, facts: () => WorkflowFacts, problems: Problems): Tag[] {
  const equals = line.indexOf('=');
  if (equals < 1) {
    problems.add('session-tags', line, 'is not key=value');
    return [];
  }
  const filled = fillIn(line.slice(equals + 1).trim(), valueRule, facts);
  if ('wrong' in filled) {
    problems.add('session-tags', line, filled.wrong);
    return [];
  }
  const tag = { key: line.slice(0, equals).trim(), value: filled.text };
  const valueFault = fault('value', tag.value, tagLimits.value);
  const wrong = [
    fault('key', tag.key, tagLimits.key),
    valueFault && valueFault + (placeholderHint(tag.value, valueRule, facts) ?? ''),
    /^aws:/i.test(tag.key) ? 'begins with "aws:", which is reserved for AWS' : undefined,
  ].filter((one) => one !== undefined);
  for (const rule of wrong) problems.add('session-tags', line, rule);
  return wrong.length > 0 ? [] : [tag];
}

function fault(part: string, text: string, most: number): string | undefined {
  const length = [...text].length;
  if (length > most) return `has a ${part} of ${length} characters: ${most} are allowed`;
  if (tagPattern.test(text)) return undefined;
  const refused = [...new Set([...text].filter((character) => !tagPattern.test(character)))].slice(0, 5);
  return `has ${refused.map(quoted).join(', ')} in its ${part}: only letters, digits, spaces and _ . : / = + - @ are allowed`;
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
    else if (found.includes(tag.key)) problems.add('transitive-tag-keys', key, 'is listed twice');
    else found.push(tag.key);
  }
  return found;
}

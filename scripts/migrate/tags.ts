import type { Draft } from './draft.ts';
import { expressionOf, isOpen, isTrue, literal, operand, type Value } from './expressions.ts';
import type { Source } from './source.ts';
import { sendsMoreTags } from './versions.ts';

/** The session tags that the other action sends by itself, and those of `custom-tags`, as `session-tags`. */

/** A tag, its value with placeholders of this action or expressions of GitHub. */
type Tag = readonly [key: string, value: string];

/** In every release (src/assumeRole.ts there). */
const always: readonly Tag[] = [
  ['GitHub', 'Actions'],
  ['Repository', '{repository}'],
  ['Workflow', '{workflow}'],
  ['Action', '${{ github.action }}'],
  ['Actor', '{actor}'],
  ['Commit', '{sha}'],
  ['Branch', '{ref}'],
];
/** From 6.2.0. `custom-tags` of the same key replace them. */
const more: readonly Tag[] = [
  ['EventName', '{event_name}'],
  ['RefName', '{ref_name}'],
  ['RunId', '{run_id}'],
  ['RefType', '${{ github.ref_type }}'],
  ['Job', '{job}'],
];
/** From 6.2.0 too, of branch and user names that an expression cannot make valid for STS. */
const lost = ['BaseRef', 'HeadRef', 'TriggeringActor'];

export function settleTags(draft: Draft, source: Source): void {
  const [custom, transitive] = [draft.value('custom-tags'), draft.value('transitive-tag-keys')];
  const skips = draft.isOn('role-skip-session-tagging');
  const given = [
    ...(custom.kind === 'absent' ? [] : ['custom-tags']),
    ...(transitive.kind === 'absent' ? [] : ['transitive-tag-keys']),
  ];
  const undecided = source.byToken === 'maybe' && source.when === undefined;
  if (source.byToken === 'always' || skips === true || undecided) {
    for (const name of given) draft.remove(name, name);
    tellUntagged(draft, source, given, skips);
    return;
  }
  const conditions = [
    ...(source.byToken === 'maybe' && source.when !== undefined ? [source.when] : []),
    ...(skips === 'open' ? [isTrue(draft.value('role-skip-session-tagging')).replace(' == ', ' != ')] : []),
  ];
  const own = readCustomTags(draft, custom, conditions.length > 0);
  const tags = [...(draft.modern ? [] : defaultTags(draft, own ?? [])), ...(own ?? [])];
  const condition = conditions.length === 0 ? undefined : conditions.join(' && ');
  if (own !== undefined && tags.length > 0)
    draft.write('custom-tags', 'session-tags', tags.map((tag) => lineOf(tag, condition)).join('\n'));
  settleTransitive(draft, transitive, own === undefined ? undefined : tags, condition);
  if (draft.modern) draft.notes.push('The session has only the tags in custom-tags (--modern).');
  else if (sendsMoreTags(draft.theirs.version))
    draft.decisions.push(
      `The other action also sent the tags ${lost.slice(0, -1).join(', ')} and ${lost.at(-1) ?? ''}, and this action cannot create them. If a policy checks one of them, change that policy first.`,
    );
}

function tellUntagged(draft: Draft, source: Source, given: readonly string[], skips: boolean | 'open'): void {
  const names = given.join(' and ');
  const were = given.length > 1 ? 'were' : 'was';
  if (source.byToken === 'always' && given.length > 0)
    draft.notes.push(
      `${names} ${were} left out. The role is assumed with a token. That call accepts no session tags, so the other action did not send them either.`,
    );
  else if (skips === true && given.length > 0)
    draft.notes.push(
      `${names} ${were} left out. With role-skip-session-tagging the other action sent no tags.`,
    );
  else if (source.byToken === 'maybe' && skips !== true) {
    const { caller } = draft.theirs.surroundings;
    const unless = `If ${caller} does not grant id-token: write, the role is assumed with the runner's own credentials`;
    if (given.length > 0)
      draft.decisions.push(
        `${names} ${were} left out, because a token has no session tags. ${unless}: then set the tags with session-tags.`,
      );
    else
      draft.notes.push(
        `${unless}, and the other action tagged the session (Repository, Workflow, Actor, Branch and others). If a policy checks these tags, add session-tags.`,
      );
  }
}

/** The tags of the step's release, without those that `custom-tags` replaces. */
function defaultTags(draft: Draft, own: readonly Tag[]): Tag[] {
  const name = draft.theirs.surroundings.workflowName;
  const sent = name === undefined || isOpen(name) ? undefined : sanitized(name);
  const tags = always.map(([key, value]): Tag => {
    // The workflow's name is written with the characters already replaced, so that the tag stays the same.
    return key === 'Workflow' && sent !== undefined && sent !== name ? [key, sent] : [key, value];
  });
  const keys = new Set(own.map(([key]) => key));
  return sendsMoreTags(draft.theirs.version) ? [...tags, ...more.filter(([key]) => !keys.has(key))] : tags;
}

/** As the other action does it (src/helpers.ts there); 256 is STS's limit. */
const sanitized = (text: string): string =>
  text.replaceAll(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '_').slice(0, 256);

/** @returns undefined where somebody must rewrite them */
function readCustomTags(draft: Draft, custom: Value, conditional: boolean): Tag[] | undefined {
  if (custom.kind === 'absent') return [];
  const tags = tagsIn(custom.text);
  // An expression cannot hold another one.
  const nested = conditional && tags?.some(([, value]) => isOpen(value) && expressionOf(value) === undefined);
  if (tags && !nested) return tags;
  draft.keep('custom-tags', 'session-tags', undefined);
  const own = draft.modern ? '' : ` The other action also sent ${always.map(([key]) => key).join(', ')}.`;
  draft.decisions.push(
    `session-tags needs a line key=value for each tag, and custom-tags was JSON. Rewrite the value.${own}`,
  );
  return undefined;
}

/** `{"a": "b"}` as pairs; undefined for what lines cannot say. Expressions within the JSON stay expressions. */
function tagsIn(json: string): Tag[] | undefined {
  if (expressionOf(json) !== undefined) return undefined;
  const expressions: string[] = [];
  const text = json.replaceAll(/\$\{\{.*?\}\}/gs, (expression) => `@${expressions.push(expression) - 1}@`);
  try {
    const tags: unknown = JSON.parse(text);
    if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) return undefined;
    const pairs = Object.entries(tags).map(([key, value]): Tag => {
      const written = ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '\n';
      return [
        key,
        written.replaceAll(/@(\d+)@/g, (whole, index: string) => expressions[Number(index)] ?? whole),
      ];
    });
    const valid = pairs.every(([key, value]) => /^[^=\s][^=\r\n]*$/.test(key) && !/[\r\n]/.test(value));
    return valid ? pairs : undefined;
  } catch {
    return undefined;
  }
}

function lineOf([key, value]: Tag, condition: string | undefined): string {
  if (condition === undefined) return `${key}=${value}`.trim();
  const expression = expressionOf(value);
  const tag = expression === undefined ? literal(`${key}=${value}`) : `format('${key}={0}', ${expression})`;
  return `\${{ ${condition} && ${tag} || '' }}`;
}

/** The other action dropped keys without a tag. Here they are an error. */
function settleTransitive(
  draft: Draft,
  transitive: Value,
  tags: readonly Tag[] | undefined,
  condition: string | undefined,
): void {
  const name = 'transitive-tag-keys';
  if (transitive.kind === 'absent') return;
  if (transitive.kind === 'open' || tags === undefined) {
    if (condition !== undefined)
      draft.write(name, name, `\${{ ${condition} && ${operand(transitive)} || '' }}`);
    return;
  }
  const keys = transitive.text
    .split('\n')
    .map((key) => key.trim())
    .filter((key) => key !== '');
  const sent = keys.filter((key) => tags.some(([one]) => one === key));
  const dropped = keys.filter((key) => !sent.includes(key));
  const missed = dropped.filter((key) => lost.includes(key));
  if (missed.length > 0)
    draft.decisions.push(
      `transitive-tag-keys named ${missed.join(' and ')}, which this action does not send. Left out.`,
    );
  if (sent.length === 0) draft.remove(name, name);
  else if (condition !== undefined)
    draft.write(name, name, `\${{ ${condition} && ${literal(sent.join(','))} || '' }}`);
  else if (dropped.length > 0) draft.write(name, name, sent.join('\n'));
}

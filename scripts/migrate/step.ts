import { isAlias, isMap, isScalar, type Document, type Pair, type Scalar, type YAMLMap } from 'yaml';
import { aliasesOf, resolved } from './document.ts';
import type { Edits } from './edits.ts';
import { expressionOf } from './expressions.ts';
import type { Conversion, Fate } from './inputs.ts';
import {
  addMapping,
  addPairs,
  nameOf,
  offsetOf,
  removePairs,
  renamePair,
  replacePair,
  wrapExpression,
} from './mapping.ts';

/** Rewrites one step where it is. */

/** An input's name, which the runner accepts in upper and lower case alike. */
export const inputOf = (key: unknown): string => nameOf(key).toLowerCase();

/** A value as the runner hands it to an action. */
function textOf(node: unknown): string {
  if (!isScalar(node)) return '';
  const { value, source } = node;
  // For `~` and `null`, the runner passes an empty string.
  if (value === null) return '';
  return source ?? (typeof value === 'string' ? value : '');
}

/** The mapping of a step's inputs; undefined where it has none. */
export const settingsOf = (step: YAMLMap, document: Document.Parsed): unknown =>
  resolved(step.get('with', true), document);

/** A step's inputs as texts. */
export function inputsOf(step: YAMLMap, document: Document.Parsed): Map<string, string> {
  const settings = settingsOf(step, document);
  const pairs = isMap(settings) ? settings.items : [];
  return new Map(pairs.map(({ key, value }) => [inputOf(key), textOf(resolved(value, document))]));
}

/** Why the inputs of a step cannot be read. */
export function unreadable(step: YAMLMap, document: Document.Parsed): string | undefined {
  const settings = settingsOf(step, document);
  if (step.has('<<') || (isMap(settings) && settings.has('<<')))
    return 'it has a merge key (<<), which GitHub does not support.';
  const isNothing = settings === undefined || (isScalar(settings) && settings.value === null);
  return isMap(settings) || isNothing ? undefined : 'its with: is not a mapping.';
}

/** Why a step is better rewritten by hand: what it says is elsewhere too, or is written in an unusual way. */
export function blockerIn(
  step: YAMLMap,
  uses: Scalar,
  { fates, variables }: Conversion,
  document: Document.Parsed,
  text: string,
): string | undefined {
  const settings = settingsOf(step, document);
  for (const pair of isMap(settings) ? settings.items : []) {
    const fate = fates.get(inputOf(pair.key));
    const shared = isScalar(pair.value) && aliasesOf(pair.value, document) > 0;
    if (shared && fate !== undefined && fate.kind !== 'rename')
      return `the value of ${nameOf(pair.key)} is shared with other places (&, *).`;
    const line = text.slice(text.lastIndexOf('\n', offsetOf(pair.key) - 1) + 1, offsetOf(pair.key));
    if (isMap(settings) && !settings.flow && line.trim() !== '') return 'its inputs are not one a line.';
  }
  return environmentBlocker(step, variables, uses);
}

function environmentBlocker(
  step: YAMLMap,
  variables: Conversion['variables'],
  uses: Scalar,
): string | undefined {
  const environment = step.get('env', true);
  const names = variables.map(([name]) => name);
  if (names.length > 0 && environment !== undefined) {
    const usable = isMap(environment) && environment.items.length > 0 && environment.anchor === undefined;
    if (!usable || names.some((name) => environment.has(name)))
      return `${names.join(' and ')} must go into its env:, which is shared with other places or has that name already.`;
  }
  return (uses.range?.length ?? 0) > 0 ? undefined : 'its uses: was not found.';
}

/** Rewrites the inputs of a step, and its variables. */
export function rewriteInputs(
  step: YAMLMap,
  { fates, added, variables }: Conversion,
  document: Document.Parsed,
  edits: Edits,
): void {
  const settings = settingsOf(step, document);
  if (isMap(settings) && settings.items.length > 0) {
    const pairs = settings.items;
    const removed = pairs.filter(({ key }) => fates.get(inputOf(key))?.kind === 'remove');
    removePairs(removed, settings, edits, ({ key }) => {
      const fate = fates.get(inputOf(key));
      return fate?.kind === 'replace' && fate.value.includes('\n');
    });
    for (const pair of pairs) rewritePair(pair, fates.get(inputOf(pair.key)), settings, document, edits);
    addPairs(added, settings, edits, removed);
  } else addWith(step, added, edits);
  addVariables(step, variables, edits);
}

/** For a step whose inputs all come from variables. */
function addWith(step: YAMLMap, added: Conversion['added'], edits: Edits): void {
  const empty = step.items.find(({ key }) => nameOf(key) === 'with');
  if (empty) removePairs([empty], step, edits);
  addMapping('with', added, step, edits);
}

function rewritePair(
  pair: Pair,
  fate: Fate | undefined,
  settings: YAMLMap,
  document: Document.Parsed,
  edits: Edits,
): void {
  if (!fate || fate.kind === 'remove') return;
  if (fate.kind === 'replace') {
    replacePair(pair, fate.to, fate.value, settings, edits);
    return;
  }
  renamePair(pair, fate.to, edits);
  if (fate.kind === 'rename') return;
  const [before, after] = around(fate);
  if (!isAlias(pair.value)) {
    wrapExpression(pair.value, before, after, edits);
    return;
  }
  replacePair(pair, fate.to, withOtherwise(textOf(resolved(pair.value, document)), fate), settings, edits);
}

type Otherwise = Extract<Fate, { kind: 'otherwise' }>;

const around = ({ asText, value }: Otherwise): [string, string] =>
  asText ? ["format('{0}', ", `) || '${value}'`] : ['', ` || '${value}'`];

/** An expression, and the value to use if it is empty. */
export function withOtherwise(text: string, fate: Otherwise): string {
  const [before, after] = around(fate);
  return `\${{ ${before}${expressionOf(text) ?? ''}${after} }}`;
}

function addVariables(step: YAMLMap, variables: Conversion['variables'], edits: Edits): void {
  const environment = step.get('env', true);
  if (isMap(environment)) addPairs(variables, environment, edits);
  else addMapping('env', variables, step, edits);
}

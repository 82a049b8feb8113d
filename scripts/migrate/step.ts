import { isAlias, isMap, isScalar, type Pair, type Scalar, type YAMLMap } from 'yaml';
import { convert } from './convert.ts';
import type { Edits } from './edits.ts';
import { usualFate, type Conversion, type Fate } from './inputs.ts';

/** Rewrites one step where it stands. */

const theirs = /^aws-actions\/configure-aws-credentials@/i;

/** The value of `uses` of a step that uses their action. */
export function usesOf(step: YAMLMap): Scalar<string> | undefined {
  const uses = step.get('uses', true);
  return isScalar<string>(uses) && typeof uses.value === 'string' && theirs.test(uses.value)
    ? uses
    : undefined;
}

/** What became of a step. */
export type Rewritten =
  | { readonly kind: 'rewritten'; readonly conversion: Conversion }
  /** As it was, and why. */
  | { readonly kind: 'left'; readonly why: string };

/** @param action what takes the place of theirs */
export function rewriteStep(step: YAMLMap, uses: Scalar<string>, edits: Edits, action: string): Rewritten {
  const settings = step.get('with', true);
  const pairs = isMap(settings) ? settings.items : [];
  const texts = new Map(pairs.map(({ key, value }) => [inputOf(key), textOf(value)]));
  const hindrance = hindranceIn(step, uses, settings, pairs);
  if (hindrance !== undefined) return { kind: 'left', why: hindrance };
  const conversion = convert([...texts.keys()], (name) => texts.get(name) ?? '');
  const last = pairs.at(-1);
  if (!conversion || !last) {
    const why =
      'it names no role, and so exports keys as they are (or takes ROLE_TO_ASSUME from the environment). This action always assumes a role.';
    return { kind: 'left', why };
  }
  rewriteUses(uses, edits, action);
  for (const pair of pairs) rewritePair(pair, conversion.fates.get(inputOf(pair.key)), edits);
  append(last, conversion.added, edits);
  const variables = pairs.flatMap(({ key, value }): [string, string][] => {
    const fate = conversion.fates.get(inputOf(key));
    return fate?.kind === 'environment' && textOf(value).trim() !== ''
      ? [[fate.variable, textOf(value)]]
      : [];
  });
  if (variables.length > 0) addVariables(step, last, variables, edits);
  return { kind: 'rewritten', conversion };
}

/** Why a step is better rewritten by hand: what it says stands elsewhere too, or cannot be changed line by line. */
function hindranceIn(
  step: YAMLMap,
  uses: Scalar,
  settings: unknown,
  pairs: readonly Pair[],
): string | undefined {
  const shared = (node: unknown): boolean => isAlias(node) || (isScalar(node) && node.anchor !== undefined);
  if (isAlias(settings) || (isMap(settings) && settings.anchor !== undefined))
    return 'its inputs are shared with other steps (&, *).';
  if (shared(uses) || pairs.some(({ value }) => shared(value)))
    return 'one of its values is shared with other places (&, *).';
  if (step.flow === true || (isMap(settings) && settings.flow === true))
    return 'it is written in braces, { … }.';
  if (uses.type?.startsWith('BLOCK') === true) return 'its uses is a block of text.';
  const names = pairs.map(({ key }) => inputOf(key));
  const taken = names.find((name) => {
    const fate = usualFate(name);
    return fate?.kind === 'rename' && fate.to !== name && names.includes(fate.to);
  });
  if (taken !== undefined)
    return `it has ${taken}, and beside it an input with the name that this gets here.`;
  const environment = step.get('env', true);
  const proxies = names.flatMap((name) => {
    const fate = usualFate(name);
    return fate?.kind === 'environment' ? [fate.variable] : [];
  });
  const open = isMap(environment) && environment.flow !== true && environment.items.length > 0;
  if (proxies.length > 0 && step.has('env') && (!open || proxies.some((name) => environment.has(name))))
    return `${proxies.join(' and ')} must go into its env, which is written in another way or has that name already.`;
  return undefined;
}

/** The name, and a comment that says which version of theirs it was. */
function rewriteUses(uses: Scalar<string>, edits: Edits, action: string): void {
  const [from = 0, to = 0] = uses.range ?? [];
  const quote = /^["']/.exec(edits.text.slice(from, to))?.[0] ?? '';
  const comment = /^[ \t]*#[ \t]*v?\d[\w.-]*[ \t]*(?=\r?\n|$)/.exec(edits.text.slice(to))?.[0] ?? '';
  edits.replace(from, to + comment.length, `${quote}${action}${quote}`);
}

function rewritePair(pair: Pair, fate: Fate | undefined, edits: Edits): void {
  if (!fate) return;
  const [from = 0, to = 0] = rangeOf(pair.key);
  if (fate.kind === 'rename') {
    if (fate.to !== nameOf(pair.key)) edits.replace(from, to, fate.to);
    return;
  }
  const text = fate.kind === 'replace' ? edits.line(edits.before(from), fate.to, fate.value) : '';
  edits.replace(edits.lineStart(from), edits.lineAfter(endOf(pair)), text);
}

/** Adds settings below the last one of a mapping. */
function append(last: Pair, added: Conversion['added'], edits: Edits): void {
  const indent = edits.before(offsetOf(last.key));
  edits.insertAfter(
    endOf(last),
    added.map(([name, value]) => edits.line(indent, name, value)),
  );
}

function addVariables(step: YAMLMap, last: Pair, variables: Conversion['added'], edits: Edits): void {
  const environment = step.get('env', true);
  const lastVariable = isMap(environment) && !environment.flow ? environment.items.at(-1) : undefined;
  if (lastVariable) {
    append(lastVariable, variables, edits);
    return;
  }
  const settings = step.items.find(({ key }) => nameOf(key) === 'with');
  const place = offsetOf(settings?.key);
  const indent = ' '.repeat(place - edits.lineStart(place));
  const lines = variables.map(([name, value]) => edits.line(`${indent}  `, name, value));
  edits.insertAfter(endOf(last), [edits.opening(indent, 'env'), ...lines]);
}

/** An input's name, which the runner takes in upper and lower case alike. */
const inputOf = (key: unknown): string => nameOf(key).toLowerCase();

/** A key's text. */
export const nameOf = (key: unknown): string => (isScalar(key) ? String(key.value) : '');

type Ranged = { range?: readonly number[] | null } | null | undefined;
const rangeOf = (node: unknown): readonly number[] => (node as Ranged)?.range ?? [];
/** Where a node begins. */
export const offsetOf = (node: unknown): number => rangeOf(node)[0] ?? 0;
const endOf = ({ key, value }: Pair): number => rangeOf(value)[1] ?? rangeOf(key)[1] ?? 0;

/** A value as the runner hands it to an action. */
function textOf(node: unknown): string {
  if (!isScalar(node)) return '';
  const { value, source } = node;
  return source ?? (typeof value === 'string' ? value : '');
}

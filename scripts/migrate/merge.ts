import { isMap, type YAMLMap } from 'yaml';
import type { Candidate } from './candidate.ts';
import { stepLines, type StepLines } from './comments.ts';
import type { Conversion, Fate } from './inputs.ts';
import { endOf, rangeOf } from './mapping.ts';
import { inputsOf, withOtherwise } from './step.ts';

/** Steps that chain, as one step with all their roles. */

/** Two steps that follow each other. The first may itself be the result of a merge. */
export interface Merge {
  readonly first: Candidate;
  readonly second: Candidate;
  /** What the first one is called, for people. */
  readonly name: string;
  /** All roles, in the order in which they are assumed. */
  readonly roles: readonly string[];
  /** The step that begins the chain. */
  readonly root: Candidate;
  /** What the second one becomes. */
  readonly conversion: Conversion;
  /** The lines of the first one, and its comments. */
  readonly lines: StepLines;
  /** Where these comments go: above those of the second one. */
  readonly above: number;
}

/** Actions that need no AWS credentials. Scripts and all others may use them. */
const harmless =
  /^(actions\/(checkout|cache|setup-[\w-]+|upload-artifact|download-artifact)|hashicorp\/setup-[\w-]+|docker\/setup-[\w-]+|opentofu\/setup-opentofu)@/i;

function needsNoCredentials(step: YAMLMap): boolean {
  const uses: unknown = step.get('uses');
  return typeof uses === 'string' && harmless.test(uses);
}

/** Inputs of the first step that say where it starts from; they are the merged step's too. */
const base = [
  'aws-access-key-id',
  'aws-secret-access-key',
  'aws-session-token',
  'web-identity-token-file',
  'audience',
];
/** Inputs that both may have, if their values are the same. */
const common = ['aws-region', 'role-session-name', 'mask-aws-account-id', 'translate-env-variables'];

/** The pairs of a file that can become one. */
export function mergePairs(candidates: readonly Candidate[], text: string): Merge[] {
  const merges: Merge[] = [];
  for (const second of candidates) {
    const [place] = second.places;
    if (!place || second.places.length > 1) continue;
    const index = place.steps.indexOf(second.step);
    const before = place.steps.slice(0, index);
    const at = before.findLastIndex((step) => candidates.some((one) => one.step === step));
    const first = candidates.find(({ step }) => step === before[at]);
    if (!first || first.places.length > 1) continue;
    const between = before.slice(at + 1);
    if (!between.every(needsNoCredentials)) continue;
    const earlier = merges.find((one) => one.second === first);
    const merged = merge(first, second, earlier, text);
    if (merged) merges.push(merged);
  }
  return merges;
}

/** @param earlier what the first step has become already */
function merge(
  first: Candidate,
  second: Candidate,
  earlier: Merge | undefined,
  text: string,
): Merge | undefined {
  const root = earlier?.root ?? first;
  if (
    !root.conversion ||
    !first.conversion ||
    !second.conversion ||
    (first.blocker ?? second.blocker) !== undefined
  )
    return undefined;
  if (!chains(second) || !isPlain(first, text) || !sameSurroundings(first, second)) return undefined;
  const given = inputsOf(root.step, root.document);
  const [one, two] = [first, second].map(
    ({ step, document }) => inputsOf(step, document).get('role-to-assume')?.trim() ?? '',
  );
  const roles = [...(earlier?.roles ?? [one ?? '']), two ?? ''];
  if (roles.some((role) => role === '' || role.includes('\n'))) return undefined;
  const fates = new Map<string, Fate>(second.conversion.fates);
  fates.set('role-to-assume', { kind: 'replace', to: 'role-arn', value: roles.join('\n') });
  const own = base.flatMap((name): [string, string][] => {
    const fate = root.conversion?.fates.get(name);
    if (fate === undefined || fate.kind === 'remove') return [];
    return [[fate.to, valueBy(fate, given.get(name) ?? '')]];
  });
  const added = [
    ...second.conversion.added.filter(([name]) => name !== 'credential-source'),
    ...own,
    ...root.conversion.added.filter(([name]) => ['credential-source', 'audience'].includes(name)),
  ];
  const [lines, above] = [first, second].map((each) => linesOf(each, text));
  if (!lines || !above) return undefined;
  return {
    ...{ first, second, roles, root, lines, above: above.range[0], name: nameFor(first) },
    conversion: { ...second.conversion, fates, added, byToken: root.conversion.byToken },
  };
}

function valueBy(fate: Exclude<Fate, { kind: 'remove' }>, text: string): string {
  if (fate.kind === 'rename') return text;
  return fate.kind === 'replace' ? fate.value : withOtherwise(text, fate);
}

/** Whether a step starts from the credentials of the one before, and from nothing else. */
function chains({ theirs, step }: Candidate): boolean {
  const isChain = theirs.isOn('role-chaining') === true && theirs.isOn('unset-current-credentials') === false;
  const hasBase = base.some((name) => name !== 'audience' && theirs.value(name).kind !== 'absent');
  const duration = theirs.value('role-duration-seconds');
  const long =
    duration.kind === 'open' || (duration.kind === 'known' && Number.parseInt(duration.text, 10) > 3600);
  return isChain && !hasBase && !long && step.flow !== true;
}

/** Whether the first step has nothing that would be lost: no tags, no external id, no policy, no outputs of its own. */
function isPlain({ theirs, conversion, step, uses }: Candidate, text: string): boolean {
  const known = new Set([
    'role-to-assume',
    'role-duration-seconds',
    'role-skip-session-tagging',
    ...base,
    ...common,
  ]);
  const isOther = theirs.names.some(
    (name) => !known.has(name) && conversion?.fates.get(name)?.kind !== 'remove',
  );
  const tagged =
    conversion?.added.some(([name]) => ['session-tags', 'duration-seconds'].includes(name)) === true;
  const id: unknown = step.get('id');
  const isRead = typeof id === 'string' && new RegExp(`steps\\W+${id}\\b`).test(text);
  const inBlock = step.flow !== true && uses.anchor === undefined && step.anchor === undefined;
  return !isOther && !tagged && !isRead && inBlock && conversion?.variables.length === 0;
}

/** Whether both run under the same conditions, and have the same value where only one is kept. */
function sameSurroundings(first: Candidate, second: Candidate): boolean {
  const keys = ['if', 'continue-on-error', 'timeout-minutes', 'env'];
  const [one, two] = [first, second].map(({ step, document }) =>
    JSON.stringify(
      keys.map((key) => {
        const value: unknown = step.get(key);
        return isMap(value) ? (value.toJS(document) as unknown) : value;
      }),
    ),
  );
  if (one !== two || first.release.version.split('.')[0] !== second.release.version.split('.')[0])
    return false;
  return common
    .filter((name) => name !== 'aws-region')
    .every((name) => JSON.stringify(first.theirs.value(name)) === JSON.stringify(second.theirs.value(name)));
}

/** The lines of a step in block style; undefined where it shares one with something else. */
function linesOf({ step }: Candidate, text: string): StepLines | undefined {
  const last = step.items.at(-1);
  return last && stepLines(rangeOf(step)[0] ?? 0, endOf(last), text);
}

function nameFor({ step }: Candidate): string {
  const name: unknown = step.get('name') ?? step.get('id');
  return typeof name === 'string' ? `the step "${name}"` : 'the step before it';
}

import { isMap, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { Edits } from './edits.ts';
import { refusedInputs } from './check.ts';
import { knownInputs, outputs } from './inputs.ts';
import { offsetOf, rewriteStep, usesOf } from './step.ts';

/** Rewrites the steps of a workflow, or of a composite action, and nothing else in it. */

/** What was done with a file. */
export interface Migration {
  readonly text: string;
  /** How many steps were rewritten. */
  readonly steps: number;
  /** What somebody must decide. */
  readonly decisions: readonly Remark[];
  /** What will be different, and mostly needs nothing. */
  readonly notes: readonly Remark[];
}

/** What is to be said of a line of the new text. */
export interface Remark {
  readonly line: number;
  readonly text: string;
}

interface Told {
  readonly offset: number;
  readonly text: string;
}

/** A file on the way. */
interface Work {
  readonly edits: Edits;
  readonly action: string;
  readonly decisions: Told[];
  readonly notes: Told[];
  steps: number;
}

/**
 * @param action what takes the place of theirs, such as `assume-role-chain/assume-role-chain@v1`
 * @throws Error for a file that is no YAML
 */
export function migrate(text: string, action: string): Migration {
  const document = parseDocument(text, { logLevel: 'error' });
  const [error] = document.errors;
  if (error) throw new Error(error.message.split('\n')[0]);
  const work: Work = { edits: new Edits(text), action, decisions: [], notes: [], steps: 0 };
  if (isMap(document.contents)) for (const scope of scopesOf(document.contents)) rewriteScope(scope, work);
  const { edits } = work;
  if (work.steps > 0) {
    tellVariables(text, work);
    const fault = faultIn(edits.result);
    if (fault !== undefined) return leftWhole(text, fault);
  }
  const remarks = (list: readonly Told[]): Remark[] =>
    list.map((one) => ({ line: edits.newLine(one.offset), text: one.text }));
  return {
    text: edits.result,
    steps: work.steps,
    decisions: [...remarks(work.decisions), ...(work.steps > 0 ? refusedInputs(edits.result, action) : [])],
    notes: remarks(work.notes),
  };
}

/** What their action reads from the environment, and this one does not. */
function tellVariables(text: string, { decisions }: Work): void {
  const cleanup =
    'AWS_SKIP_CLEANUP_STEP is not read: after the job, the environment is given back as it was found before the step.';
  const names = knownInputs.map((name) => name.replaceAll('-', '_').toUpperCase());
  for (const match of text.matchAll(/^\s*(?:- )?["']?([A-Z][A-Z_]+)["']?\s*:/gm)) {
    const [line, name = ''] = match;
    const offset = match.index + line.indexOf(name);
    if (name === 'AWS_SKIP_CLEANUP_STEP') decisions.push({ offset, text: cleanup });
    else if (names.includes(name) && !name.endsWith('_PROXY'))
      decisions.push({
        offset,
        text: `${name} was an input by environment, which is not read here: give it as an input.`,
      });
  }
}

/** What would make the new text of no use. */
function faultIn(text: string): string | undefined {
  try {
    const document = parseDocument(text, { logLevel: 'error' });
    document.toJS();
    return document.errors[0]?.message.split('\n')[0];
  } catch (error) {
    return (error as Error).message;
  }
}

function leftWhole(text: string, fault: string): Migration {
  const told = `This file was left as it is, for what would come of it is not right: ${fault}`;
  return { text, steps: 0, decisions: [{ line: 1, text: told }], notes: [] };
}

/** A job, or a composite action: what its steps' ids are good for. */
interface Scope {
  readonly range: readonly [number, number];
  readonly steps: readonly YAMLMap[];
}

function scopesOf(root: YAMLMap): Scope[] {
  const jobs = root.get('jobs', true);
  const composite: unknown = root.get('runs', true);
  const holders = [...(isMap(jobs) ? jobs.items.map(({ value }) => value) : []), composite];
  return holders.filter(isMap).map((holder) => {
    const steps = holder.get('steps', true);
    const [from = 0, , to = 0] = holder.range ?? [];
    // What a composite action gives out stands beside its steps, anywhere in the file.
    const range = holder === composite ? ([0, Infinity] as const) : ([from, to] as const);
    return { range, steps: isSeq(steps) ? steps.items.filter(isMap) : [] };
  });
}

const noPermission =
  'Nothing in this file grants id-token: write. Unless a caller does, the step starts from what the runner has; the session was tagged then (workflow-tags: true), and may have had an external id.';

function rewriteScope({ range, steps }: Scope, work: Work): void {
  const ids: string[] = [];
  let earlier = false;
  for (const step of steps) {
    const uses = usesOf(step);
    if (!uses) continue;
    const offset = offsetOf(uses);
    const rewritten = rewriteStep(step, uses, work.edits, work.action);
    if (rewritten.kind === 'left') {
      work.decisions.push({ offset, text: `This step was left as it is: ${rewritten.why}` });
      continue;
    }
    work.steps += 1;
    const { added, decisions, notes } = rewritten.conversion;
    for (const text of decisions) work.decisions.push({ offset, text });
    for (const text of notes) work.notes.push({ offset, text });
    const { fates } = rewritten.conversion;
    const byGitHub = !['aws-access-key-id', 'web-identity-token-file'].some((name) => fates.has(name));
    if (
      byGitHub &&
      added.every(([name]) => name !== 'credential-source') &&
      !work.edits.text.includes('id-token')
    )
      work.notes.push({ offset, text: noPermission });
    if (earlier && added.some(([name]) => name === 'credential-source')) {
      const text =
        'This step goes on from an earlier one: one step with both roles in role-arn does the same, and exports the last alone (docs/migrating.md, "Two steps become one").';
      work.notes.push({ offset, text });
    }
    earlier = true;
    const id = step.get('id');
    if (typeof id === 'string' && /^[\w-]+$/.test(id)) ids.push(id);
  }
  for (const id of ids) rewriteOutputs(id, range, work);
}

/** What reads a step's outputs, within its job. */
function rewriteOutputs(id: string, [begin, end]: Scope['range'], { edits, decisions }: Work): void {
  const property = (name: string): string =>
    `(?:\\s*\\.\\s*${name}|\\s*\\[\\s*['"]${name}['"]\\s*\\])(?![\\w-])`;
  const reads = new RegExp(
    `(?<![\\w.-])steps${property(id)}${property('outputs')}(\\s*(?:\\.|\\[\\s*['"])\\s*)?([\\w-]*)`,
    'gi',
  );
  for (const match of edits.text.slice(begin, end).matchAll(reads)) {
    const [whole, dot, name = ''] = match;
    const from = begin + match.index + whole.length - name.length;
    const ours = outputs[name.toLowerCase()];
    if (dot === undefined || name === '')
      decisions.push({
        offset: begin + match.index,
        text: `All outputs of ${id} are read here: they have other names now.`,
      });
    else if (ours !== undefined && !edits.covers(from)) edits.replace(from, from + name.length, ours);
  }
}

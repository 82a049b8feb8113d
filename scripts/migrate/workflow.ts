import { isMap, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { Edits } from './edits.ts';
import { outputs } from './inputs.ts';
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
  const skips = text.indexOf('AWS_SKIP_CLEANUP_STEP');
  if (skips !== -1) {
    const told =
      'AWS_SKIP_CLEANUP_STEP is not read: after the job, the environment is given back as it was found before the step.';
    work.decisions.push({ offset: skips, text: told });
  }
  const { edits } = work;
  const remarks = (list: readonly Told[]): Remark[] =>
    list.map((one) => ({ line: edits.newLine(one.offset), text: one.text }));
  return {
    text: edits.result,
    steps: work.steps,
    decisions: remarks(work.decisions),
    notes: remarks(work.notes),
  };
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
    `\\bsteps${property(id)}${property('outputs')}(\\s*(?:\\.|\\[\\s*['"])\\s*)?([\\w-]*)`,
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

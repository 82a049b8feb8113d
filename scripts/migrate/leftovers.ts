import type { Candidate } from './candidate.ts';
import type { Edits } from './edits.ts';
import { theirInputs } from './inputs.ts';
import { offsetOf, rangeOf } from './mapping.ts';
import type { Finding } from './outputs.ts';
import { atLeast } from './versions.ts';

/** What still refers to the other action after the steps were rewritten. */
export function leftovers(
  candidates: readonly Candidate[],
  edits: Edits,
): { decisions: Finding[]; notes: Finding[] } {
  const decisions: Finding[] = [];
  const notes: Finding[] = [];
  for (const match of edits.text.matchAll(/aws-actions\/configure-aws-credentials(@[\w.-]+)?/gi)) {
    const offset = match.index;
    const isStep = candidates.some(({ uses }) => {
      const [from = 0, to = 0] = rangeOf(uses);
      return from <= offset && offset < to;
    });
    if (isStep || edits.covers(offset)) continue;
    if (/(^|\s)#/.test(edits.before(offset)))
      notes.push({ offset, text: 'This comment still names the other action.' });
    else if (match[1] === undefined && /^\s*(-\s+)?["']?uses["']?\s*:\s*["']?$/.test(edits.before(offset)))
      decisions.push({
        offset,
        text: 'This uses: has no version, and GitHub runs no action without one. It was left as it is: add the version (@v4), and run the script again.',
      });
    else if (match[1] !== undefined)
      decisions.push({
        offset,
        text: 'The other action is named here, and this is not a step that the script can rewrite. It was left as it is.',
      });
  }
  return {
    decisions: [...decisions, ...inputVariables(candidates, edits), ...cleanup(candidates, edits)],
    notes,
  };
}

/** The runner passes inputs as variables, so that a variable can take the place of an input that is not given. */
function inputVariables(candidates: readonly Candidate[], edits: Edits): Finding[] {
  if (candidates.length === 0) return [];
  return [...edits.text.matchAll(/^[^#\n]*?\b(INPUT_[A-Z][A-Z0-9_-]*)/gm)].flatMap(
    ({ index, 0: line, 1: name = '' }) => {
      const input = name.slice('INPUT_'.length).toLowerCase().replaceAll('_', '-');
      if (!Object.keys(theirInputs).includes(input)) return [];
      const text = `${name} sets an input of the other action by a variable, which this script does not translate. It was left as it is: remove it, and give the input in with:.`;
      return [{ offset: index + line.length - name.length, text }];
    },
  );
}

/** From 6.1.0, a variable keeps the other action from emptying the environment after the job. */
function cleanup(candidates: readonly Candidate[], edits: Edits): Finding[] {
  const name = 'AWS_SKIP_CLEANUP_STEP';
  return candidates.flatMap(({ theirs, conversion, blocker, uses }): Finding[] => {
    if (!conversion || blocker !== undefined || !atLeast(theirs.version, '6.1.0') || !theirs.sees(name))
      return [];
    const found = edits.text.search(new RegExp(`^[^#\\n]*\\b${name}\\b`, 'm'));
    const text = `${name} has no effect here. After the job, this action restores the previous environment. If the post step of another action needs the credentials, put that action after this one: posts run in reverse order.`;
    return [{ offset: found === -1 ? offsetOf(uses) : found + edits.text.slice(found).indexOf(name), text }];
  });
}

import type { Candidate } from './candidate.ts';
import type { Edits } from './edits.ts';
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
    else if (match[1] !== undefined)
      decisions.push({
        offset,
        text: 'The other action is named here, and this is not a step that the script can rewrite. It was left as it is.',
      });
  }
  return { decisions: [...decisions, ...cleanup(candidates, edits)], notes };
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

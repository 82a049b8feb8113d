import { breach, type TextRule } from '../aws/limits.ts';
import { fillIn, placeholderHint, type WorkflowFacts } from './placeholders.ts';
import type { Problems } from './problems.ts';
import { repairFor } from './roles.ts';

/** A name that may contain placeholders, filled in and checked. @returns the name; as it was given where it is wrong */
export function readName(
  input: string,
  given: string,
  rule: TextRule,
  facts: () => WorkflowFacts,
  problems: Problems,
): string {
  const text = given.trim();
  const filled = fillIn(text, rule, facts);
  if ('wrong' in filled) {
    problems.add(input, text, filled.wrong);
    return text;
  }
  const wrong = breach(filled.text, rule);
  if (wrong && filled.text === text)
    problems.add(input, text, wrong + (placeholderHint(text, rule, facts) ?? repairFor(text, rule)));
  else if (wrong) problems.add(input, text, `${wrong} when its placeholders are filled in`);
  return filled.text;
}

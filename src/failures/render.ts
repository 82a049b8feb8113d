import { cell, plain, prose, stepLine, table, tableThatFits } from '../text/markdown.ts';
import type { Fact, FailureGroup, Part, Report } from './explanation.ts';

/** A report as an annotation, as lines of the log, and as Markdown of a job's summary. */

/** Characters of an annotation that GitHub keeps are 4096, after masking, which may make a text longer or shorter. */
const annotationLimit = 3900;

/** What fits into the annotation; what does not is left for the log. */
export function annotationOf(report: Report): { message: string; rest: readonly string[] } {
  const { advice, words } = report;
  const head = [advice, ...stepLines(report.steps)];
  const paste = report.paste.flatMap(partLines);
  const facts = factLines(report.facts);
  const end = words === undefined ? [] : [`Answer: ${words}`];
  const whole = [...head, ...paste, ...facts, ...end].join('\n');
  if (whole.length <= annotationLimit) return { message: whole, rest: [] };
  const pointer = 'The facts of the request are in the log of this step.';
  const pasted = [...head, ...paste, pointer, ...end].join('\n');
  if (facts.length > 0 && pasted.length <= annotationLimit) return { message: pasted, rest: facts };
  const short = [
    ...head,
    ...(paste.length + facts.length > 0 ? ['The text to paste is in the log of this step.'] : []),
    ...end,
  ];
  return { message: short.join('\n'), rest: [...paste, ...facts] };
}

/** What to paste, then the facts. */
export const detailLines = ({ paste, facts }: Report): readonly string[] => [
  ...paste.flatMap(partLines),
  ...factLines(facts),
];

function stepLines(steps: readonly string[]): string[] {
  return steps.map((step, index) => `  ${index + 1}. ${step}`);
}

function factLines(facts: readonly Fact[]): string[] {
  const width = Math.max(0, ...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
}

/** Code is not indented, so that it can be copied. */
function partLines(part: Part): string[] {
  switch (part.kind) {
    case 'text':
      return [part.text];
    case 'code':
      return part.code.split('\n');
  }
}

/**
 * Markdown. Values from outside are code, or have lost the characters that Markdown and HTML would interpret.
 * @param step which step of the job it is; `''` where that is unknown
 */
export function reportMarkdown(
  { title, advice, steps, paste, facts, words, groups = [] }: Report,
  step = '',
): string {
  return [
    `### ${plain(title)}`,
    stepLine(step),
    prose(advice),
    steps.map((step, index) => `${index + 1}. ${prose(step)}`).join('\n'),
    ...paste.map((part) => {
      switch (part.kind) {
        case 'text':
          return prose(part.text);
        case 'code':
          return `\`\`\`${part.language}\n${part.code}\n\`\`\``;
      }
    }),
    facts.length === 0
      ? ''
      : table(
          ['fact', 'value'],
          facts.map(([name, value]) => [plain(name), cell(value)]),
        ),
    words === undefined ? '' : `Answer: ${plain(words)}`,
    accountsTable(groups),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The accounts that failed, as many as fit. */
function accountsTable(groups: readonly FailureGroup[]): string {
  const rows = groups.flatMap(({ report, accounts }) =>
    accounts.map(({ name, role }) => [
      cell(name),
      cell(role.accountId),
      cell(role.name),
      plain(report.title),
    ]),
  );
  return rows.length === 0 ? '' : tableThatFits(['profile', 'account', 'role', 'cause'], rows);
}

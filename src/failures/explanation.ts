import type { RoleArn } from '../aws/arn.ts';
import type { ListInput } from '../request/account-entries.ts';
import type { OrganizationSettings } from '../aws/organization.ts';
import type { Hop, Plan } from '../aws/plan.ts';
import type { SourceChoice } from '../request/base.ts';
import type { Title } from './titles.ts';
import type { Answer, RequestFailure } from '../sts/errors.ts';

/** The form of an explanation. Its fields are in the order in which they are shown. */

/** What to paste, or the sentence before it. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly language: 'json' | 'yaml' | 'sh'; readonly code: string };

/** A name and its value, such as a claim of a token. */
export type Fact = readonly [name: string, value: string];

/** What went wrong, why, and how to fix it. */
export interface Report {
  /** The cause in two to five words: the title of the annotation, and a heading of docs/troubleshooting.md. */
  readonly title: string;
  /** One sentence: the cause and the fix. */
  readonly advice: string;
  /** What to do or to check, in this order. */
  readonly steps: readonly string[];
  readonly paste: readonly Part[];
  readonly facts: readonly Fact[];
  /** The other side's own words, with the request id. */
  readonly words?: string | undefined;
  /** Of many accounts: those that failed, by cause. */
  readonly groups?: readonly FailureGroup[];
}

/** Accounts that failed for the same cause. */
export interface FailureGroup {
  readonly report: Report;
  readonly accounts: readonly FailedAccount[];
}

/** One account that failed. */
export interface FailedAccount {
  /** The name of its profile. */
  readonly name: string;
  readonly role: RoleArn;
  /** Title, cause and answer, on one line. */
  readonly reason: string;
}

/** A report. What is left out is empty. */
export const report = (
  title: Title,
  advice: string,
  { steps = [], ...rest }: { steps?: readonly (string | undefined)[] } & Partial<Omit<Report, 'steps'>> = {},
): Report => ({
  title,
  advice,
  paste: [],
  facts: [],
  ...rest,
  steps: steps.filter((step) => step !== undefined),
});

/** What a failure is explained by. It has no secrets but the base's keys, which no text uses. */
export interface FailureContext {
  readonly failure: RequestFailure;
  readonly answer: Answer;
  readonly plan: Plan;
  /** The hop that failed; for a request that belongs to no hop, the first. */
  readonly hop: Hop;
  /** From 1. */
  readonly index: number;
  /** The previous hop: its role is the caller. */
  readonly caller: Hop | undefined;
  /** The roles that failed for this same cause, of one target or of many: that of `hop` first. */
  readonly roles: readonly [RoleArn, ...RoleArn[]];
  readonly surroundings: Surroundings;
}

/** What is known besides the request that failed. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  /** How the source of the base credentials was chosen; undefined where that was not read. */
  readonly choice?: SourceChoice | undefined;
  /** The input that lists the accounts; undefined for one role. */
  readonly list?: ListInput | undefined;
  /** Where AWS Organizations is asked; undefined where it is not. */
  readonly organizations?: OrganizationSettings | undefined;
  /** Every role of the step, for names that differ in case only. */
  readonly roles?: readonly RoleArn[] | undefined;
}

/** Explains an answer; undefined where it is about something else. */
export type Explainer = (context: FailureContext) => Report | undefined;

export const text = (words: string): Part => ({ kind: 'text', text: words });
export const shell = (...commands: readonly string[]): Part => ({
  kind: 'code',
  language: 'sh',
  code: commands.join('\n'),
});
export const json = (value: unknown): Part => ({ kind: 'code', language: 'json', code: compactJson(value) });

/** JSON with two spaces of indentation; long lists of strings fill their lines. */
function compactJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    /\[\n((?: +"[^\n]*",?\n){9,})( *)\]/g,
    (_, lines: string, indent: string) => `[\n${filled(lines, `${indent}  `)}\n${indent}]`,
  );
}

/** Characters on a line of a long list. */
const width = 160;

function filled(lines: string, indent: string): string {
  const rows: string[] = [];
  for (const item of lines.trim().split(/\n */)) {
    const last = rows.at(-1);
    if (last !== undefined && last.length + item.length < width) rows[rows.length - 1] = `${last} ${item}`;
    else rows.push(`${indent}${item}`);
  }
  return rows.join('\n');
}

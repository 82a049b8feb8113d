import { adviceOn } from '../sources/sources.ts';
import { parseRoleArn } from '../aws/arn.ts';
import type { Hop, Plan } from '../aws/plan.ts';
import { describe, type Answer, type RequestFailure } from '../sts/errors.ts';

/** A piece of an explanation, whatever it is shown in: a log, or the summary of a job. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  /** In the order in which to look. */
  | { readonly kind: 'steps'; readonly steps: readonly string[] }
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [string, string])[] }
  /** To be pasted as it is. */
  | { readonly kind: 'code'; readonly language: 'json' | 'yaml' | 'sh'; readonly code: string };

/** What went wrong, why, and how to mend it. */
export interface Explanation {
  /** A few words, for the annotation's title. */
  readonly title: string;
  /** One sentence that says what to do. */
  readonly advice: string;
  readonly parts: readonly Part[];
}

/** What a failure looks like: a title and a sentence for the annotation, and details for the log. */
export interface Report {
  readonly title: string;
  readonly message: string;
  readonly parts: readonly Part[];
}

/** Everything that an explanation may draw on. Nothing in it is a secret but the base's keys, which no text uses. */
export interface FailureContext {
  readonly failure: RequestFailure;
  readonly answer: Answer;
  readonly plan: Plan;
  /** The hop that failed; the request for an identity has none. */
  readonly hop: Hop;
  /** The hop before, whose role is the caller. */
  readonly caller: Hop | undefined;
  /** From 1. */
  readonly index: number;
}

/** One answer that is known, told by its code and its text. */
export interface KnownAnswer {
  readonly matches: (answer: Answer, context: FailureContext) => boolean;
  readonly explain: (context: FailureContext) => Explanation;
}

export const text = (words: string): Part => ({ kind: 'text', text: words });
export const steps = (...list: readonly (string | undefined)[]): Part => ({
  kind: 'steps',
  steps: list.filter((step) => step !== undefined),
});
export const facts = (list: readonly (readonly [string, string])[]): Part => ({ kind: 'facts', facts: list });
export const shell = (code: string): Part => ({ kind: 'code', language: 'sh', code });
export const json = (value: unknown): Part => ({
  kind: 'code',
  language: 'json',
  code: JSON.stringify(value, null, 2),
});

/** A known answer by its code and what its text says. */
export function known(
  codes: string | readonly string[],
  pattern: RegExp,
  explain: (context: FailureContext) => Explanation,
): KnownAnswer {
  const all = [codes].flat();
  return { matches: ({ code, text: said }) => all.includes(code) && pattern.test(said), explain };
}

/** Who asked, for a sentence: the caller's ARN where STS or the chain tells it. */
export function callerOf({ failure, answer, plan }: FailureContext): string {
  const told = /User: (arn:\S+)/.exec(answer.text)?.[1];
  if (told) return told;
  if (failure.attempt.callerArn) return failure.attempt.callerArn;
  return adviceOn(plan.base).caller;
}

/**
 * The caller as a trust policy names it: for a session its role, with the role's path where the chain knows it, for a
 * session's ARN does not.
 */
export function principalOf(context: FailureContext): string | undefined {
  if (context.caller) return context.caller.role.text;
  const caller = callerOf(context);
  const [, partition, account, role] =
    /^arn:([a-z-]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(caller) ?? [];
  if (partition && account && role) return `arn:${partition}:iam::${account}:role/${role}`;
  return caller.startsWith('arn:') ? caller : undefined;
}

/** `arn:aws:iam::…:role/x` as the account and the name that a person looks up. */
export function roleInWords(arn: string): string {
  const role = parseRoleArn(arn);
  return typeof role === 'string' ? arn : `role ${role.name} of account ${role.accountId}`;
}

/** The first lines of every explanation: what was tried, by whom. */
export function tried(context: FailureContext): Part {
  return text(`Tried: ${describe(context.failure.attempt)}, by ${callerOf(context)}.`);
}

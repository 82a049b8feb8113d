import { redact } from '../text/redact.ts';

/** What went wrong with a request, kept whole until the one place that explains it. */

/** What was being tried. */
export interface Attempt {
  /** STS's name for the request; `GetIdToken` is the request for GitHub's OIDC token. */
  readonly operation: 'AssumeRole' | 'AssumeRoleWithWebIdentity' | 'GetCallerIdentity' | 'GetIdToken';
  /** Hop `index` (from 1) of `of`. */
  readonly hop?: { readonly index: number; readonly of: number } | undefined;
  readonly roleArn?: string | undefined;
  /** Who asked, where that is known: the assumed role of the hop before. */
  readonly callerArn?: string | undefined;
  /** What the token that was sent says; a token's claims are no secret, its signature is. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

/** What a service answered, or how the network failed, without anything secret. */
export interface Answer {
  /** STS's own code, or the network's, such as ECONNRESET. */
  readonly code: string;
  /** In the service's words, on one line. */
  readonly text: string;
  readonly requestId?: string | undefined;
  /** HTTP; undefined where no answer came. */
  readonly status?: number | undefined;
  /** Whether the same request may well succeed in a moment. */
  readonly transient: boolean;
  /** The SDK has learned how far this machine's clock is off: the next try is signed with the right time. */
  readonly clockCorrected: boolean;
}

/** A request that failed for good, after as many tries as were worth it. */
export class RequestFailure extends Error {
  override readonly name = 'RequestFailure';
  readonly attempt: Attempt;
  readonly answer: Answer;
  readonly tries: number;

  constructor(attempt: Attempt, answer: Answer, tries: number) {
    super(`${describe(attempt)}: ${describeAnswer(answer)}${tries > 1 ? `, after ${tries} tries` : ''}`);
    this.attempt = attempt;
    this.answer = answer;
    this.tries = tries;
  }
}

/** STS answered, and the answer is not to be trusted: another account, another role, or no credentials at all. */
export class AnswerMismatch extends Error {
  override readonly name = 'AnswerMismatch';

  constructor(attempt: Attempt, text: string) {
    super(`${describe(attempt)}: ${text}`);
  }
}

/** The base credentials could not be had. */
export class NoBaseCredentials extends Error {
  override readonly name = 'NoBaseCredentials';
}

/** The step was stopped from outside: its time ran out, or the job was cancelled. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  /**
   * @param reason a sentence's beginning, such as `timeout-seconds (60) ran out`
   * @param waitingFor what the step was busy with
   */
  constructor(reason: string, waitingFor: string) {
    super(`${reason} while waiting for ${waitingFor}`);
  }
}

/** `AssumeRole of arn:… (hop 2 of 3)` */
export function describe({ operation, hop, roleArn }: Attempt): string {
  const what = operation === 'GetIdToken' ? "GitHub's OIDC token" : operation;
  return what + (roleArn ? ` of ${roleArn}` : '') + (hop ? ` (hop ${hop.index} of ${hop.of})` : '');
}

/** `AccessDenied: User: … is not authorized (request id …)` */
export function describeAnswer({ code, text, requestId }: Answer): string {
  return `${code}: ${text}${requestId ? ` (request id ${requestId})` : ''}`;
}

/**
 * A text from outside, made fit for a log: one line, no control characters, nothing that the runner would take for a
 * command (`##[` is one wherever it stands), no longer than a screen's paragraph.
 */
export function oneLine(text: string): string {
  // First what is secret: once cut, it would not be found.
  const flat = redact(text)
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replaceAll('##[', '## [');
  return flat.length > 1000 ? `${flat.slice(0, 1000)}…` : flat;
}

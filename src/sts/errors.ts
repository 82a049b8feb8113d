import { ActionError, errorCodeOf } from '../text/action-error.ts';

/** What can go wrong with a request. Kept as data until `failures/` explains it. */

/** Requests to AWS Organizations. */
export const organizationsOperations = [
  'ListRoots',
  'ListAccountsForParent',
  'ListOrganizationalUnitsForParent',
  'ListTagsForResource',
] as const;

/** A request to AWS Organizations. */
export type OrganizationsOperation = (typeof organizationsOperations)[number];

/** Whether a request is one to AWS Organizations. */
export const isOrganizationsOperation = (operation: Operation): operation is OrganizationsOperation =>
  (organizationsOperations as readonly Operation[]).includes(operation);

/** A request, by AWS's name; `GetIdToken` is the request for GitHub's OIDC token. */
export type Operation =
  ('AssumeRole' | 'AssumeRoleWithWebIdentity' | 'GetCallerIdentity' | 'GetIdToken') | OrganizationsOperation;

/** The request that was made. */
export interface Attempt {
  readonly operation: Operation;
  /** Hop `index` (from 1) of `of`. */
  readonly hop?: { readonly index: number; readonly of: number } | undefined;
  readonly roleArn?: string | undefined;
  /** What a request to AWS Organizations is about: the id of a root, of an organizational unit, or of an account. */
  readonly subject?: string | undefined;
  /** The caller, where it is known: the assumed role of the previous hop. */
  readonly callerArn?: string | undefined;
  /** The claims of the token that was sent. They are no secret, unlike the token's signature. */
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
  /**
   * `service`: the service that was asked. `proxy`: the proxy, to CONNECT. `other`: something else answered instead, such
   * as a proxy's page. `network`: there was no answer.
   */
  readonly from: 'service' | 'proxy' | 'other' | 'network';
  /** The title of the HTML page that was answered. */
  readonly page?: string | undefined;
  /** The issuer of a certificate that was not trusted, such as `CN=Proxy CA, O=Example`. */
  readonly certificateIssuer?: string | undefined;
  /** Whether the same request may well succeed in a moment. */
  readonly transient: boolean;
  /** Whether the service asked for fewer requests. */
  readonly throttled: boolean;
  /** Whether the signature was refused and the clock's offset is known now: the next try is signed with AWS's time. */
  readonly clockCorrected: boolean;
}

/** A request that failed for good, after as many tries as were worth it. */
export class RequestFailure extends ActionError {
  declare readonly code: 'request-failed';
  readonly attempt: Attempt;
  readonly answer: Answer;
  readonly tries: number;

  /** @param cause what the SDK or the network threw */
  constructor(attempt: Attempt, answer: Answer, tries: number, cause?: unknown) {
    const after = tries > 1 ? `, after ${tries} attempts` : '';
    super('request-failed', `${describe(attempt)}: ${describeAnswer(answer)}${after}`, cause);
    this.attempt = attempt;
    this.answer = answer;
    this.tries = tries;
  }
}

/** What is wrong with an answer that is not to be trusted. */
export type MismatchReason = 'incomplete' | 'too-long' | 'expired' | 'other-role';

/** STS answered, and the answer is not to be trusted: another account, another role, or no credentials at all. */
export class UnexpectedResponse extends ActionError {
  declare readonly code: 'unexpected-response';
  readonly reason: MismatchReason;

  constructor(reason: MismatchReason, attempt: Attempt, text: string) {
    super('unexpected-response', `${describe(attempt)}: ${text}`);
    this.reason = reason;
  }
}

/** Why there are no base credentials. */
export type NoBaseReason = 'nothing-found' | 'unusable-token' | 'unreadable-token-file' | 'no-id-token';

/** The base credentials could not be obtained. */
export class NoBaseCredentials extends ActionError {
  declare readonly code: 'no-base-credentials';
  readonly reason: NoBaseReason;

  constructor(reason: NoBaseReason, message: string, cause?: unknown) {
    super('no-base-credentials', message, cause);
    this.reason = reason;
  }
}

/** What ended the step from outside: its own time limit, in seconds, or a signal. */
export type StopReason =
  | { readonly kind: 'timeout'; readonly seconds: number }
  | { readonly kind: 'cancelled'; readonly signal: NodeJS.Signals };

/** The step, or a renewal, was stopped from outside. */
export class Interrupted extends ActionError {
  declare readonly code: 'interrupted';
  readonly reason: StopReason;
  /** The request that the step was waiting for, where it was one. */
  readonly attempt: Attempt | undefined;
  /** Its last failed try, where there was one. */
  readonly last: RequestFailure | undefined;

  /** @param waitingFor what the step was waiting for: a request, or other work in words */
  constructor(reason: StopReason, waitingFor: Attempt | string, last?: RequestFailure) {
    const began =
      reason.kind === 'timeout'
        ? `timeout-seconds (${reason.seconds}) ran out`
        : `Cancelled by ${reason.signal}`;
    const answer = last ? `; its last answer was ${describeAnswer(last.answer)}` : '';
    super(
      'interrupted',
      `${began} while waiting for ${typeof waitingFor === 'string' ? waitingFor : describe(waitingFor)}${answer}`,
      last,
    );
    this.reason = reason;
    this.attempt = typeof waitingFor === 'string' ? undefined : waitingFor;
    this.last = last;
  }
}

export const isRequestFailure = (error: unknown): error is RequestFailure =>
  errorCodeOf(error) === 'request-failed';
export const isInterrupted = (error: unknown): error is Interrupted => errorCodeOf(error) === 'interrupted';

/** `AssumeRole of arn:… (hop 2 of 3)`, `ListAccountsForParent of ou-…` */
export function describe({ operation, hop, roleArn, subject }: Attempt): string {
  const what = operation === 'GetIdToken' ? "GitHub's OIDC token" : operation;
  const target = roleArn ?? subject;
  return what + (target ? ` of ${target}` : '') + (hop ? ` (hop ${hop.index} of ${hop.of})` : '');
}

/** A message of {@link describeAnswer} without what is different in each answer. */
export const withoutRequestId = (message: string): string => message.replace(/ \(request id [^)]*\)/, '');

/** `AccessDenied: User: … is not authorized (request id …)` */
export function describeAnswer({ code, text, requestId }: Answer): string {
  return `${code}: ${text}${requestId ? ` (request id ${requestId})` : ''}`;
}

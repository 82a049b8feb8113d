/** Errors that this action throws on purpose. */

/**
 * Their codes, which never change meaning: control flow and the state of a job rely on them, never on a message.
 * An error is recognized by its code, not its class: code that is loaded later may have another copy of the class.
 */
const errorCodes = [
  'invalid-input',
  'request-failed',
  'unexpected-response',
  'account-not-allowed',
  'no-base-credentials',
  'interrupted',
  'accounts-failed',
  'outputs-too-large',
  'proxy-unusable',
  'folder-unusable',
  'profile-unusable',
  'plan-missing',
  'renewal-failed',
  'renewal-locked',
] as const;

/** What kind of error it is. */
export type ErrorCode = (typeof errorCodes)[number];

/** An error with a code, and in `cause` the error that led to it. */
export class ActionError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
  }
}

/** The code of an error that this action threw on purpose; undefined for any other, such as Node.js's ENOENT. */
export function errorCodeOf(error: unknown): ErrorCode | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return errorCodes.find((one) => one === code);
}

/** The signal that ended a request; undefined for any other error. */
export function signalOf(error: unknown): NodeJS.Signals | undefined {
  if (errorCodeOf(error) !== 'interrupted') return undefined;
  return (error as { reason?: { signal?: NodeJS.Signals } }).reason?.signal;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

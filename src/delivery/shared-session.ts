import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Reached } from '../chain/chain.ts';
import { failureAfter } from '../profiles/cache.ts';
import { decrypt, encrypt, fingerprint } from '../profiles/encrypt.ts';
import { readPrivate } from '../profiles/folder.ts';
import { lockUnless } from '../profiles/lock.ts';
import type { StoredPlan } from '../profiles/plan-file.ts';
import { keyVariableOfPlan } from '../profiles/plan-key.ts';
import { isText, isShape, readRecord, recordText } from '../profiles/record.ts';
import { replaceFile } from '../profiles/replace-file.ts';
import { recordFailure } from '../profiles/write-cache.ts';
import { Interrupted, isInterrupted, isRequestFailure } from '../sts/errors.ts';
import { stopReasonOf } from '../sts/deadline.ts';
import { ActionError, messageOf } from '../text/action-error.ts';
import { oneLine } from '../text/log-line.ts';

/**
 * Profiles of one step that begin with the same roles share the session of the last of these while they renew: of 100
 * profiles behind one hub, the first that renews assumes the hub's role, and all use its session. No tool of the job is
 * meant to have that session, so its file is encrypted, with the key that is only in the job's environment.
 */

/** Where a shared session is stored, and what it is encrypted with. */
export interface SharedSession {
  readonly path: string;
  readonly key: string;
  /** The shared roles and all that their requests send: a session of others is not used. */
  readonly hops: string;
}

/** What is encrypted. Times are milliseconds since 1970. */
interface Stored {
  readonly hops: string;
  readonly obtained: number;
  readonly expires: number;
  readonly reached: Reached;
}

/** Raised whenever {@link Stored} changes. */
const format = 1;
const isBox = isShape<{ box: string }>({ box: isText });

/** Seconds that a session must still be valid to assume another role with it, or half of a shorter lifetime. */
const least = 60;

/**
 * @returns undefined where the profile shares no role, or where this process does not have the key of its step: it then
 *   assumes every role itself
 */
export function sharedSessionOf(
  planPath: string,
  { plan, sharedHops }: StoredPlan,
  environment: NodeJS.ProcessEnv,
): SharedSession | undefined {
  const key = environment[keyVariableOfPlan(planPath)] ?? '';
  if (sharedHops === 0 || key === '') return undefined;
  const hops = JSON.stringify(plan.hops.slice(0, sharedHops));
  return { path: join(dirname(planPath), `shared-${fingerprint(hops).slice(0, 16)}.json`), key, hops };
}

/** The stored session; undefined where there is none, or none that is valid for long enough. */
export function readSharedSession({ path, key, hops }: SharedSession, now = Date.now()): Reached | undefined {
  const { box } = readRecord(readPrivate(path), format, isBox) ?? {};
  const text = box === undefined ? undefined : decrypt(box, key);
  if (text === undefined) return undefined;
  // The encryption proves that this version wrote it.
  const stored = JSON.parse(text) as Stored;
  const needed = Math.min(least * 1000, (stored.expires - stored.obtained) / 2);
  if (stored.hops !== hops || stored.obtained > now || stored.expires - now < needed) return undefined;
  return withDates(stored.reached);
}

/** JSON has texts for the times. */
function withDates({ session, traces }: Reached): Reached {
  const dated = (trace: Reached['session']['trace']): typeof trace => ({
    ...trace,
    expiration: new Date(trace.expiration),
  });
  return { session: { ...session, trace: dated(session.trace) }, traces: traces.map(dated) };
}

/** What a process finds, or makes. */
export interface SharedReached {
  readonly reached: Reached | undefined;
  /** Whether another process assumed the roles. */
  readonly stored: boolean;
}

/**
 * The shared session, assumed by one process however many ask.
 * @param signal ends the waiting for another process
 * @param assume assumes the shared roles; only the process that has the lock calls it
 * @throws what `assume` throws; ActionError renewal-failed where the process that was waited for failed; Interrupted
 */
export async function reachShared(
  shared: SharedSession,
  signal: AbortSignal,
  assume: () => Promise<{ readonly reached: Reached | undefined; readonly clockOffset: number }>,
): Promise<SharedReached> {
  const began = Date.now();
  const done = (): Reached | undefined => {
    if (signal.aborted) throw new Interrupted(stopReasonOf(signal), 'the session of the shared roles');
    const failure = failureAfter(shared.path, began);
    if (failure) throw new ActionError('renewal-failed', failure.why);
    return readSharedSession(shared);
  };
  const lock = await lockUnless(shared.path.replace(/\.json$/, '.lock'), done);
  if ('done' in lock) return { reached: lock.done, stored: true };
  try {
    const { reached, clockOffset } = await assume();
    if (reached) store(shared, reached, clockOffset);
    return { reached, stored: false };
  } catch (error) {
    if (!isInterrupted(error)) recordFailure(shared.path, { at: Date.now(), why: oneLine(messageOf(error)) });
    throw error;
  } finally {
    lock.release();
  }
}

/** Codes of AWS for a caller's credentials that are not valid any more, or may not be used any more. */
const refusals = ['ExpiredToken', 'ExpiredTokenException', 'InvalidClientTokenId', 'AccessDenied'];

/** Whether a new session of the shared roles may help: the stored one may have been revoked. */
export function isRefused(error: unknown): boolean {
  return isRequestFailure(error) && refusals.includes(error.answer.code);
}

/** Removes a stored session that AWS refused. */
export function discardShared({ path }: SharedSession): void {
  rmSync(path, { force: true });
}

/** Where it cannot be stored, each process assumes the shared roles itself. */
function store({ path, key, hops }: SharedSession, reached: Reached, clockOffset: number): void {
  const obtained = Date.now();
  const expires = reached.session.trace.expiration.getTime() - clockOffset;
  const stored: Stored = { hops, obtained, expires, reached };
  try {
    replaceFile(path, recordText(format, { box: encrypt(JSON.stringify(stored), key) }));
  } catch {
    // A full disk, or a folder that is gone.
  }
}

import { randomUUID } from 'node:crypto';
import { closeSync, fchmodSync, openSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * One renewal, however many processes ask at once: a file that can be made once. Whoever dies with it in hand leaves
 * a process number that no longer runs, and one of those who wait takes over.
 */

/**
 * Milliseconds between two looks, and after which a holder is given up even if its number lives: no renewal takes as long,
 * so it is another process by now. Waiting ends before the SDK for Go does, which gives a process a minute.
 */
const times = { look: 25, giveUp: 40_000, takeOver: 5000, wait: 55_000 } as const;

/** Lets the lock go. */
export type Release = () => void;

/**
 * Waits for the lock, or until what it guards is done by somebody else.
 * @param done looked at before each try; once it gives something, no lock is needed any more
 * @returns the lock, or what `done` gave
 * @throws Error when it takes too long; what `done` throws
 */
export async function lockUnless<T>(
  path: string,
  done: () => T | undefined,
): Promise<{ release: Release } | { done: T }> {
  const until = Date.now() + times.wait;
  for (;;) {
    const result = done();
    if (result !== undefined) return { done: result };
    const release = tryLock(path);
    if (release) {
      // Between the look and the lock the holder before may have finished.
      const meanwhile = done();
      if (meanwhile === undefined) return { release };
      release();
      return { done: meanwhile };
    }
    if (Date.now() > until) throw new Error('another process has been renewing this profile for too long');
    await pause(times.look);
  }
}

function tryLock(path: string): Release | undefined {
  const mine = `${process.pid} ${randomUUID()}`;
  if (make(path, mine) || (isAbandoned(path) && takeOver(path, mine))) {
    return () => {
      if (read(path) === mine) remove(path);
    };
  }
  return undefined;
}

/** Only one may take over at a time, and only while the lock is still the dead one's. */
function takeOver(path: string, mine: string): boolean {
  const guard = `${path}.takeover`;
  if (!make(guard, mine)) {
    if (age(guard) > times.takeOver) remove(guard);
    return false;
  }
  try {
    if (!isAbandoned(path)) return false;
    remove(path);
    return make(path, mine);
  } finally {
    remove(guard);
  }
}

function isAbandoned(path: string): boolean {
  const holder = Number(read(path)?.split(' ')[0]);
  // A lock that has just been made may not have its content yet.
  if (!Number.isInteger(holder) || holder <= 0) return age(path) > times.takeOver;
  return !runs(holder) || age(path) > times.giveUp;
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // A dead process keeps its number until its parent has asked for it, which in a container may be never.
  const state = /\) (\w)/.exec(read(`/proc/${pid}/stat`) ?? '')?.[1];
  return state !== 'Z' && state !== 'X';
}

function make(path: string, content: string): boolean {
  try {
    const file = openSync(path, 'wx', 0o600);
    try {
      // The mode given above passes through the umask.
      fchmodSync(file, 0o600);
      writeFileSync(file, content);
    } catch (error) {
      remove(path);
      throw error;
    } finally {
      closeSync(file);
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Somebody else has removed it.
  }
}

/** Milliseconds since a file was written; none for one that is gone. */
function age(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

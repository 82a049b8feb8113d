import { randomUUID } from 'node:crypto';
import { closeSync, fchmodSync, lstatSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { ActionError } from '../text/action-error.ts';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * One renewal, however many processes ask at once: the lock is a file that only one process can create. A process that
 * dies with the lock leaves the id of a process that no longer runs, and one of those that wait takes over.
 */

/**
 * Milliseconds. `look`: between two tries. `giveUp`: a lock this old is abandoned even if its process id runs: no
 * renewal takes as long, so the id belongs to another process by now. `wait` ends before the SDK for Go gives up, which
 * waits a minute for a process. `ahead`: a file's time may be this much in the future, which is how exact file systems
 * are; a lock further in the future was made while the clock was wrong.
 */
const times = { look: 25, giveUp: 40_000, takeOver: 5000, wait: 55_000, ahead: 2000 } as const;

/** Releases the lock. */
export type Release = () => void;

/**
 * Waits for the lock, or until another process has done what it guards.
 * @param done called before each try; once it returns something, the lock is not needed any more
 * @param signal ends the waiting
 * @returns the lock, or what `done` returned
 * @throws Error after 55 seconds; what `done` throws; the signal's reason
 */
export async function lockUnless<T>(
  path: string,
  done: () => T | undefined,
  signal?: AbortSignal,
): Promise<{ release: Release } | { done: T }> {
  const until = Date.now() + times.wait;
  for (;;) {
    signal?.throwIfAborted();
    const result = done();
    if (result !== undefined) return { done: result };
    const release = tryLock(path);
    if (release) {
      // The previous holder may have finished since `done` was called.
      const meanwhile = done();
      if (meanwhile === undefined) return { release };
      release();
      return { done: meanwhile };
    }
    if (Date.now() > until)
      throw new ActionError('renewal-locked', 'another process has been renewing this profile for too long');
    await pause(times.look);
  }
}

function tryLock(path: string): Release | undefined {
  const mine = `${process.pid} ${randomUUID()}`;
  try {
    if (!make(path, mine) && !(isAbandoned(path) && takeOver(path, mine))) return undefined;
  } catch (error) {
    // Without room for a lock each process works for itself, which is slower, and no reason to fail.
    if (!['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  return () => {
    if (read(path) === mine) remove(path);
  };
}

/** Only one process takes over at a time, and only while the lock is still the abandoned one. */
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
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats && !stats.isFile()) return true;
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
  // A process that has ended keeps its id until its parent asks for it, which in a container may be never.
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
    // A pipe in its place would never end.
    return lstatSync(path).isFile() ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

/** Removes a lock, and a folder in its place. */
function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Another process is removing it.
  }
}

/** Milliseconds since a file was written: 0 for one that is gone, endless for one that was written in the future. */
function age(path: string): number {
  const written = lstatSync(path, { throwIfNoEntry: false })?.mtimeMs;
  if (written === undefined) return 0;
  const passed = Date.now() - written;
  return passed < -times.ahead ? Infinity : Math.max(0, passed);
}

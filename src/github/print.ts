import { writeSync } from 'node:fs';

/**
 * Prints without Node's stream for stdout: making the stream takes a tenth of the time in which a process starts. Every
 * program of this action loads this file, so it imports nothing but the file system.
 */

const stdout = 1;

/** What could not be printed of a text, and the system's error, such as EAGAIN for a pipe that is full. */
interface Unprinted {
  readonly rest: Buffer;
  readonly error: NodeJS.ErrnoException;
}

function printNow(text: string, write: typeof writeSync): Unprinted | undefined {
  let rest = Buffer.from(text);
  try {
    while (rest.length > 0) rest = rest.subarray(write(stdout, rest));
    return undefined;
  } catch (error) {
    return { rest, error: error as NodeJS.ErrnoException };
  }
}

/**
 * Prints a few lines.
 * @param write for tests
 * @returns whether all of it has been printed; otherwise, as for a pipe that is full, the rest of it is in the stream
 * @throws the system's error, such as EPIPE or ENOSPC
 */
export function print(text: string, write: typeof writeSync = writeSync): boolean {
  const unprinted = printNow(text, write);
  if (!unprinted) return true;
  if (unprinted.error.code !== 'EAGAIN') throw unprinted.error;
  process.stdout.write(unprinted.rest);
  return false;
}

/**
 * Prints what is written to `process.stdout`, as `@actions/core` does with each line of the log, at once. When a text cannot
 * be printed, or something else is asked of it, Node's own stream takes its place, with its queue and its errors.
 * @param write for tests
 */
export function printAtOnce(write: typeof writeSync = writeSync): void {
  const own = Object.getOwnPropertyDescriptor(process, 'stdout') ?? {};
  let stream: NodeJS.WriteStream | undefined;
  const made = (): NodeJS.WriteStream => {
    if (!stream) Object.defineProperty(process, 'stdout', own);
    return (stream ??= process.stdout);
  };
  const now = (text: string, done?: () => void): boolean => {
    const unprinted = stream ? { rest: text } : printNow(text, write);
    if (unprinted) return made().write(unprinted.rest, done);
    done?.();
    return true;
  };
  const get = (_: object, name: string | symbol): unknown => {
    if (name === 'write') return now;
    const value: unknown = Reflect.get(made(), name);
    return typeof value === 'function' ? (value.bind(made()) as unknown) : value;
  };
  Object.defineProperty(process, 'stdout', { configurable: true, value: new Proxy({}, { get }) });
}

import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { constants } from 'node:os';
import type { Words } from './call.ts';

/** How a command ended. */
export type Ended =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  /** It was never started: `code` is 127 if it is not found, else 126. */
  | { readonly kind: 'not started'; readonly code: 126 | 127; readonly reason: string };

/** The signals that end a step: the runner sends SIGINT, then SIGTERM; a terminal that closes sends SIGHUP. */
export const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What `exec` passes on. On Windows there are only the first. */
export const passedSignals = [...endingSignals, 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

/** A command under way. */
export interface Running {
  /** Undefined where Node.js could not start it at all. */
  readonly child: ChildProcess | undefined;
  readonly ended: Promise<Ended>;
}

/** Starts a command. Windows finds `.cmd` files only with the help of a shell, which cross-spawn quotes for. */
export async function start(
  [program, ...args]: Words,
  options: SpawnOptions & { readonly env: NodeJS.ProcessEnv },
): Promise<Running> {
  const spawner = process.platform === 'win32' ? (await import('cross-spawn')).default : spawn;
  const { promise, resolve } = Promise.withResolvers<Ended>();
  let child: ChildProcess;
  try {
    child = spawner(program, [...args], options);
  } catch (error) {
    // Most errors are events; these are not: E2BIG, ENOTDIR, ENAMETOOLONG (Node.js, child_process.js).
    return { child: undefined, ended: Promise.resolve(notStarted(program, error as Error)) };
  }
  child.on('error', (error: NodeJS.ErrnoException) => {
    // A signal that cannot be sent is an error event as well. cross-spawn sends this event in place of `exit`.
    if (error.syscall?.startsWith('spawn')) resolve(notStarted(program, error));
  });
  child.on('exit', (code, signal) => {
    resolve(signal === null ? { kind: 'exit', code: code ?? 1 } : { kind: 'signal', signal });
  });
  return { child, ended: promise };
}

function notStarted(program: string, { code = 'unknown error' }: NodeJS.ErrnoException): Ended {
  const name = JSON.stringify(program);
  if (code === 'ENOENT') return { kind: 'not started', code: 127, reason: `${name}: command not found.` };
  const why: Readonly<Record<string, string>> = {
    EACCES: 'it is not executable',
    ENOEXEC: 'it is not a program for this machine',
    E2BIG: 'its arguments and environment are too long',
  };
  return {
    kind: 'not started',
    code: 126,
    reason: `${name}: cannot be started: ${why[code] ?? code}.`,
  };
}

/** The exit code that a shell gives: 128+n for the signal n. */
export function exitCodeOf(ended: Ended): number {
  return ended.kind === 'signal' ? 128 + constants.signals[ended.signal] : ended.code;
}

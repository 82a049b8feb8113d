import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Runs one process as the runner does: stdin closed, both streams read by line, and an end in three stages. */

/** How a process ended, and what it printed, unmasked. */
export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not be started. */
  readonly notStarted: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Command lines seen of the process and its children. */
  readonly commandLines: readonly string[];
  readonly milliseconds: number;
}

/** What to run. */
export interface Invocation {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly line: (line: string) => void;
  /** Fires to end the step: SIGINT, after 7.5 s SIGTERM, after 2.5 s more SIGKILL. */
  readonly cancel: AbortSignal;
  /** The runner's, unless given. */
  readonly times?: typeof patience;
}

/**
 * Milliseconds (actions/runner, ProcessInvoker): how long a child that still holds the streams of an ended process is
 * waited for, and how long after SIGINT come SIGTERM and SIGKILL.
 */
const patience = { children: 5000, terminate: 7500, kill: 10_000 };

/** Runs it to its end. A program or a folder that is not there is told in `notStarted`. */
export function invoke(invocation: Invocation): Promise<Ended> {
  const { file, args, cwd, env, line, cancel, times = patience } = invocation;
  const began = performance.now();
  const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const commandLines = new Set<string>([[file, ...args].join(' ')]);
  const look = setInterval(() => {
    for (const one of commandLinesOf(child.pid)) commandLines.add(one);
  }, 20);
  const [stdout, stderr] = [readLines(child.stdout, line), readLines(child.stderr, line)];
  const stop = (): void => {
    end(child, times);
  };
  cancel.addEventListener('abort', stop, { once: true });
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const finish = (notStarted?: string): void => {
    clearInterval(look);
    cancel.removeEventListener('abort', stop);
    for (const stream of [child.stdout, child.stderr]) stream.destroy();
    resolve({
      ...{ exitCode: notStarted === undefined ? child.exitCode : null, signal: child.signalCode, notStarted },
      ...{ stdout: stdout(), stderr: stderr(), commandLines: [...commandLines] },
      milliseconds: performance.now() - began,
    });
  };
  child.on('error', () => {
    finish(`An error occurred trying to start process '${file}' with working directory '${cwd}'.`);
  });
  child.on('exit', () => {
    const timer = setTimeout(finish, times.children);
    child.on('close', () => {
      clearTimeout(timer);
      finish();
    });
  });
  return promise;
}

function end(child: ChildProcess, times: typeof patience): void {
  const later = (milliseconds: number, signal: NodeJS.Signals): NodeJS.Timeout =>
    setTimeout(() => child.kill(signal), milliseconds);
  child.kill('SIGINT');
  const timers = [later(times.terminate, 'SIGTERM'), later(times.kill, 'SIGKILL')];
  child.on('exit', () => {
    timers.forEach(clearTimeout);
  });
}

/**
 * Hands on whole lines as they come, which end in LF, CR LF or CR alone, as .NET reads them. The function returned
 * hands on what is left, and gives all that came.
 */
function readLines(stream: NodeJS.ReadableStream, line: (line: string) => void): () => string {
  let all = '';
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    all += chunk;
    // A CR at the very end may be half of a CR LF.
    const parts = (rest + chunk).split(/\r\n|\n|\r(?!$)/);
    rest = parts.pop() ?? '';
    parts.forEach(line);
  });
  return () => {
    const last = rest.replace(/\r$/, '');
    if (rest !== '') line(last);
    rest = '';
    return all;
  };
}

/** What `ps` would show of a process and its children; nothing where there is no /proc. */
function commandLinesOf(pid: number | undefined): string[] {
  if (pid === undefined) return [];
  const found: string[] = [];
  try {
    found.push(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      const children = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean);
      found.push(...children.flatMap((child) => commandLinesOf(Number(child))));
    }
  } catch {
    // It has ended meanwhile, or this is no Linux.
  }
  return found;
}

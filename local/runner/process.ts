import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Runs one process as the runner does: stdin closed, both streams read by line, and three signals to end it. */

/** How a process ended, and what it printed, unmasked. */
export interface ProcessResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not be started. */
  readonly startError: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Command lines of the process and its children, sampled while it ran. */
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
  /** Default: the runner's. */
  readonly times?: typeof defaultTimes;
}

/**
 * Milliseconds (actions/runner, ProcessInvoker): how long to wait for children that keep the streams of an ended
 * process open, and how long after SIGINT to send SIGTERM and SIGKILL.
 */
const defaultTimes = { children: 5000, terminate: 7500, kill: 10_000 };

/** Runs it to its end. A program or a folder that does not exist is reported in `startError`. */
export function invoke(invocation: Invocation): Promise<ProcessResult> {
  const { file, args, cwd, env, line, cancel, times = defaultTimes } = invocation;
  const began = performance.now();
  const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const commandLines = new Set<string>([[file, ...args].join(' ')]);
  const sampling = setInterval(() => {
    for (const one of commandLinesOf(child.pid)) commandLines.add(one);
  }, 20);
  const [stdout, stderr] = [readLines(child.stdout, line), readLines(child.stderr, line)];
  const stop = (): void => {
    end(child, times);
  };
  cancel.addEventListener('abort', stop, { once: true });
  const { promise, resolve } = Promise.withResolvers<ProcessResult>();
  const finish = (startError?: string): void => {
    clearInterval(sampling);
    cancel.removeEventListener('abort', stop);
    for (const stream of [child.stdout, child.stderr]) stream.destroy();
    resolve({
      ...{ exitCode: startError === undefined ? child.exitCode : null, signal: child.signalCode, startError },
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

function end(child: ChildProcess, times: typeof defaultTimes): void {
  const later = (milliseconds: number, signal: NodeJS.Signals): NodeJS.Timeout =>
    setTimeout(() => child.kill(signal), milliseconds);
  child.kill('SIGINT');
  const timers = [later(times.terminate, 'SIGTERM'), later(times.kill, 'SIGKILL')];
  child.on('exit', () => {
    timers.forEach(clearTimeout);
  });
}

/**
 * Passes whole lines on as they arrive. Lines end in LF, CR LF or CR, as .NET reads them. The returned function passes
 * the rest on and returns all output.
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

/** The command lines of a process and its children; none where there is no /proc. */
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
    // It has ended in the meantime, or this is not Linux.
  }
  return found;
}

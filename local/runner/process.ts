import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Runs one process as the runner does: stdin closed, both streams read by line, and an end in three stages. */

/** How a process ended, and what it printed, unmasked. */
export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
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
  /** Fires to cancel the step: SIGINT, after 7.5 s SIGTERM, after 2.5 s more SIGKILL (actions/runner, ProcessInvoker). */
  readonly cancel: AbortSignal;
}

export function invoke({ file, args, cwd, env, line, cancel }: Invocation): Promise<Ended> {
  const began = performance.now();
  const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const commandLines = new Set<string>([[file, ...args].join(' ')]);
  const look = setInterval(() => {
    for (const one of commandLinesOf(child.pid)) commandLines.add(one);
  }, 20);
  const stdout = readLines(child.stdout, line);
  const stderr = readLines(child.stderr, line);
  const stop = (): void => {
    end(child);
  };
  cancel.addEventListener('abort', stop, { once: true });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      clearInterval(look);
      cancel.removeEventListener('abort', stop);
      resolve({
        exitCode,
        signal,
        stdout: stdout(),
        stderr: stderr(),
        commandLines: [...commandLines],
        milliseconds: performance.now() - began,
      });
    });
  });
}

function end(child: ChildProcess): void {
  const later = (milliseconds: number, signal: NodeJS.Signals): NodeJS.Timeout =>
    setTimeout(() => child.kill(signal), milliseconds);
  child.kill('SIGINT');
  const timers = [later(7500, 'SIGTERM'), later(10_000, 'SIGKILL')];
  child.on('close', () => {
    timers.forEach(clearTimeout);
  });
}

/** Hands on whole lines, the last one too; returns a function that gives all that came. */
function readLines(stream: NodeJS.ReadableStream, line: (line: string) => void): () => string {
  let text = '';
  let handed = 0;
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    text += chunk;
    for (let at = text.indexOf('\n', handed); at >= 0; at = text.indexOf('\n', handed)) {
      line(text.slice(handed, at).replace(/\r$/, ''));
      handed = at + 1;
    }
  });
  stream.on('end', () => {
    if (handed < text.length) line(text.slice(handed));
  });
  return () => text;
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

import type { ChildProcess } from 'node:child_process';
import { endingSignals } from './run.ts';

/** Milliseconds between two looks at the parent process. */
const lookEvery = 500;

/**
 * Stops the commands of `each` when the step is cancelled. The runner sends its signals to the step's shell alone, which
 * does not pass them on: SIGINT, SIGTERM after 7.5 s, SIGKILL after 2.5 s more (actions/runner, ProcessInvoker). So the
 * end of the shell counts as SIGTERM.
 */
export class Stopper {
  /** The signal that stopped it; no command is started any more. */
  signal: NodeJS.Signals | undefined;
  /** Why stdout cannot be written. */
  fault: string | undefined;
  readonly #ended = new AbortController();
  readonly #children = new Set<ChildProcess>();
  readonly #parent = process.ppid;
  readonly #look: NodeJS.Timeout;
  readonly #onSignal = (signal: NodeJS.Signals): void => {
    this.signal ??= signal;
    this.#ended.abort();
    for (const child of this.#children) pass(child, signal);
  };
  /** Nobody reads the output any more, or it has no place, as on a full disk. */
  readonly #onOutput = ({ code, message }: NodeJS.ErrnoException): void => {
    if (code !== 'EPIPE') this.fault ??= message;
    if (this.signal === undefined) this.#onSignal('SIGTERM');
  };

  /** Aborted at the first signal, or when stdout cannot be written. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  constructor() {
    // Each renewal listens, too: Node.js would warn of the eleventh.
    process.setMaxListeners(0);
    for (const signal of endingSignals) process.on(signal, this.#onSignal);
    process.stdout.on('error', this.#onOutput);
    this.#look = setInterval(() => {
      if (process.ppid !== this.#parent && this.signal === undefined) this.#onSignal('SIGTERM');
    }, lookEvery);
    this.#look.unref();
  }

  /** @returns a function that forgets it, for when it has ended */
  watch(child: ChildProcess): () => void {
    this.#children.add(child);
    // A signal that came while it started has not reached it.
    if (this.signal !== undefined) pass(child, this.signal);
    return () => this.#children.delete(child);
  }

  /** Stops listening. @returns the signal that stopped it */
  release(): NodeJS.Signals | undefined {
    clearInterval(this.#look);
    for (const signal of endingSignals) process.off(signal, this.#onSignal);
    return this.signal;
  }
}

/** Sends a signal to a command and to what it has started. */
function pass(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  // On Windows the console itself sends Ctrl+C to every program.
  if (process.platform === 'win32') {
    if (signal !== 'SIGINT') child.kill(signal);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

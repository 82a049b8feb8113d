import { closeSync, openSync, readSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { StoppedCommands } from './stopped-commands.ts';

/**
 * The output of one command, in a private file: both of its streams in the order they were written, however much it is,
 * with nothing in memory.
 */
export class Capture {
  /** For the command's stdout and stderr. */
  readonly fd: number;
  readonly #path: string;
  #position = 0;
  #lastByte = newline;
  #copying = Promise.resolve();
  readonly #stopped = new StoppedCommands();

  /** @param folder private @throws the system's error where there is no room for the file */
  constructor(folder: string, name: string) {
    this.#path = join(folder, name);
    this.fd = openSync(this.#path, 'ax+', 0o600);
    // Without a name the file goes with the last process that has it open. Windows cannot do that.
    if (process.platform !== 'win32') unlinkSync(this.#path);
  }

  /** Copies what is new to stdout. */
  copy(): Promise<void> {
    this.#copying = this.#copying.then(() => this.#copyAll());
    return this.#copying;
  }

  /**
   * Copies the rest, and ends what the command did not: its last line, and a pause of the runner's workflow commands, which
   * would make text of those that follow.
   */
  async finish(): Promise<void> {
    await this.copy();
    if (this.#lastByte !== newline) await write('\n');
    this.#stopped.end();
    const { token } = this.#stopped;
    if (token !== undefined) await write(Buffer.from(`::${token}::\n`, 'latin1'));
    closeSync(this.fd);
    if (process.platform === 'win32') rmSync(this.#path, { force: true });
  }

  async #copyAll(): Promise<void> {
    for (;;) {
      const chunk = Buffer.allocUnsafe(chunkSize);
      const length = readSync(this.fd, chunk, 0, chunkSize, this.#position);
      if (length === 0) return;
      this.#position += length;
      this.#lastByte = chunk[length - 1] ?? newline;
      this.#stopped.read(chunk.toString('latin1', 0, length));
      await write(chunk.subarray(0, length));
    }
  }
}

const newline = 0x0a;
/** Bytes. */
const chunkSize = 64 * 1024;

/** Writes to stdout, and waits until there is room for more. */
export function write(text: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text, () => {
      resolve();
    });
  });
}

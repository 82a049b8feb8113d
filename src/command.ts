import { constants } from 'node:os';
import { isAbsolute } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { isUsageError, readCall, type Call } from './command/call.ts';
import { complain } from './command/context.ts';
import { signalOf } from './text/action-error.ts';

/**
 * The command `assume-role-chain` on the PATH of later steps. Sets the process's exit code.
 * @param words the command line, without Node.js and the program; the launcher puts the private folder of its step first
 * @returns whether nothing was printed to stdout: `exec` leaves it to the command that it runs
 */
export async function command(words: readonly string[], environment: NodeJS.ProcessEnv): Promise<boolean> {
  const [first = '', ...rest] = words;
  const isFolder = isAbsolute(first);
  try {
    const call = readCall(isFolder ? rest : words);
    if (call.kind !== 'exec' && call.kind !== 'each') process.stdout.on('error', notPrinted);
    process.exitCode = await carryOut(call, isFolder ? first : undefined, environment);
    return call.kind === 'exec';
  } catch (error) {
    await explain(error);
    return false;
  }
}

/**
 * The reader of a pipe has ended, as `head` does: other programs end by SIGPIPE then, which is this exit code in a shell. Or
 * what was to be printed has no place, as on a full disk.
 */
function notPrinted({ code, message }: NodeJS.ErrnoException): never {
  if (code === 'EPIPE') process.exit(141);
  complain(`the output cannot be written: ${message}.`);
  process.exit(1);
}

async function explain(error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  if (!isUsageError(error)) {
    complain(message);
    const signal = signalOf(error);
    process.exitCode = signal === undefined ? 1 : 128 + constants.signals[signal];
    return;
  }
  const { nearest } = await import('./request/nearest.ts');
  const near = error.unknown && nearest(error.unknown.word, error.unknown.known);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  complain(`${message}${hint} See assume-role-chain --help.`);
  process.exitCode = 2;
}

/** What needs no profile costs no more than this file. */
async function carryOut(
  call: Call,
  folder: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  switch (call.kind) {
    case 'help':
      process.stdout.write((await import('./command/help.ts')).help);
      return 0;
    case 'version':
      process.stdout.write(`${packageJson.version}\n`);
      return 0;
    default:
      return (await import(/* webpackChunkName: 'exec' */ './command/subcommands.ts')).runSubcommand(
        call,
        folder ?? '',
        environment,
      );
  }
}

import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, sep } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { isUsageError, readCall, type Call } from './command/call.ts';
import { complain, type Context } from './command/context.ts';
import type { JobProfile } from './profiles/job-profiles.ts';

/**
 * The command `assume-role-chain` on the PATH of later steps. Sets the process's exit code.
 * @param words the command line, without Node.js and the program; the launcher puts the private folder of its step first
 */
export async function command(words: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const [first = '', ...rest] = words;
  const isFolder = isAbsolute(first);
  try {
    const call = readCall(isFolder ? rest : words);
    if (call.kind !== 'exec' && call.kind !== 'each') process.stdout.on('error', notPrinted);
    process.exitCode = await carryOut(call, isFolder ? first : undefined, environment);
  } catch (error) {
    await explain(error);
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
    process.exitCode = 1;
    return;
  }
  const { nearest } = await import('./request/nearest.ts');
  const near = error.unknown && nearest(error.unknown.word, error.unknown.known);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  complain(`${message}${hint} See assume-role-chain --help.`);
  process.exitCode = 2;
}

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
    case 'exec':
      return (await import(/* webpackChunkName: 'exec' */ './command/exec.ts')).exec(
        call,
        await contextOf(folder, environment),
      );
    case 'env':
      return (await import(/* webpackChunkName: 'command' */ './command/env.ts')).env(
        call,
        await contextOf(folder, environment),
      );
    case 'each':
      return (await import(/* webpackChunkName: 'command' */ './command/each.ts')).each(
        call,
        await contextOf(folder, environment),
      );
    case 'status':
      return (await import(/* webpackChunkName: 'command' */ './command/status.ts')).status(
        call,
        await contextOf(folder, environment),
      );
    case 'release':
      return (await import(/* webpackChunkName: 'command' */ './command/release.ts')).release(
        placeOf(folder ?? '', environment),
      );
  }
}

/** @throws Error where the folder is not a step's own, or has no profiles any more */
async function contextOf(folder: string | undefined, environment: NodeJS.ProcessEnv): Promise<Context> {
  const { jobProfiles } = await import(/* webpackChunkName: 'exec' */ './profiles/job-profiles.ts');
  const stepFolder = folder ?? '';
  return { ...placeOf(stepFolder, environment), profiles: jobProfiles(stepFolder), credentialsOf };
}

function placeOf(
  stepFolder: string,
  environment: NodeJS.ProcessEnv,
): Omit<Context, 'profiles' | 'credentialsOf'> {
  return { stepFolder, environment, isOurs: (path) => isInside(dirname(stepFolder), path) };
}

async function credentialsOf({ planPath }: JobProfile): ReturnType<Context['credentialsOf']> {
  const { currentCredentials } = await import(
    /* webpackChunkName: 'exec' */ './delivery/current-credentials.ts'
  );
  return currentCredentials(planPath, process.env);
}

function isInside(folder: string, path: string): boolean {
  if (!isAbsolute(path)) return false;
  const inside = (place: string): boolean => join(path).startsWith(`${place}${sep}`);
  if (inside(folder)) return true;
  try {
    // On Windows the same folder may have another name.
    return realpathSync.native(path).startsWith(`${realpathSync.native(folder)}${sep}`);
  } catch {
    return false;
  }
}

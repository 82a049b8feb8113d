import type { ChildProcess } from 'node:child_process';
import type { Call } from './call.ts';
import { childEnvironment } from './child-environment.ts';
import { allOnStderr, complain, type Context } from './context.ts';
import { profileKeys } from './profile-keys.ts';
import { exitCodeOf, passedSignals, start } from './run.ts';

/** The code of `env`, `timeout` and `docker run` where they fail themselves, before there is a command. */
const noCredentials = 125;

/**
 * Runs a command with a profile's keys and region, and nothing of another identity. Signals go on to it.
 * @returns its exit code; 125 where the profile has no credentials
 * @throws UsageError; Interrupted where a signal comes before the command has started
 */
export async function exec(
  { profile, command }: Extract<Call, { kind: 'exec' }>,
  context: Context,
): Promise<number> {
  const keys = await profileKeys(profile, context);
  if (!keys) return afterComplaint(noCredentials);
  const env = childEnvironment(context.environment, keys, context.isOurs);
  const running: { child?: ChildProcess | undefined } = {};
  // Before the command starts: a signal in between would end this process alone.
  for (const signal of passedSignals) {
    process.on(signal, () => {
      // On Windows the console itself sends Ctrl+C to every program, and `kill` would end the command at once.
      if (process.platform !== 'win32') running.child?.kill(signal);
    });
  }
  const { child, ended } = await start(command, { env, stdio: 'inherit' });
  running.child = child;
  const end = await ended;
  if (end.kind !== 'not started') return exitCodeOf(end);
  complain(end.reason);
  return afterComplaint(end.code);
}

/** The process ends at once after this subcommand. Where nobody can read why it failed, the exit code stays. */
const afterComplaint = (code: number): Promise<number> =>
  allOnStderr('').then(
    () => code,
    () => code,
  );

import { appendFileSync, existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import pLimit from 'p-limit';
import type { JobProfile } from '../profiles/job-profiles.ts';
import { logLine } from '../text/log-line.ts';
import type { Call } from './call.ts';
import { Capture, write } from './capture.ts';
import { childEnvironment } from './child-environment.ts';
import { profilesNamed } from './choose-profile.ts';
import { commandProperty, commandValue, type Context } from './context.ts';
import {
  annotation,
  failed,
  progressLine,
  summaryTable,
  tally,
  succeeded,
  type Result,
} from './each-report.ts';
import { start } from './run.ts';
import { Stopper } from './stopper.ts';

type EachCall = Extract<Call, { kind: 'each' }>;

/** Milliseconds between two looks at the output of a command that is shown while it runs. */
const followEvery = 100;

/**
 * Runs a command once per account. The output of each is a group of the log. With one command at a time it is shown as it
 * comes; otherwise when the command has ended, so that no two outputs mix.
 * @returns 0, or 1 where one failed or did not run, or 128+n where the signal n stopped it
 * @throws UsageError
 */
export async function each(call: EachCall, context: Context): Promise<number> {
  const began = performance.now();
  const chosen = call.profiles ? profilesNamed(context.profiles, call.profiles) : allAccounts(context);
  const round = new Round(call, context, chosen.length);
  const limit = pLimit(call.parallel);
  const results = await Promise.all(chosen.map((profile) => limit(() => round.run(profile))));
  const stoppedBy = round.stopper.release();
  await reportResults(results, performance.now() - began, context);
  const { fault } = round.stopper;
  if (fault !== undefined) throw new Error(`the output cannot be written: ${fault}.`);
  if (stoppedBy !== undefined) return 128 + constants.signals[stoppedBy];
  return results.every(succeeded) ? 0 : 1;
}

/** Accounts of lists; where no step had a list, every profile. */
function allAccounts({ profiles }: Context): readonly JobProfile[] {
  const listed = profiles.filter(({ fromList }) => fromList);
  return listed.length > 0 ? listed : profiles;
}

/** All commands of one call. */
class Round {
  readonly stopper = new Stopper();
  readonly #call: EachCall;
  readonly #context: Context;
  readonly #of: number;
  readonly #results: Result[] = [];
  #running = 0;
  #count = 0;
  /** Outputs are printed one after another. */
  #printing = Promise.resolve();

  constructor(call: EachCall, context: Context, of: number) {
    this.#call = call;
    this.#context = context;
    this.#of = of;
  }

  async run(profile: JobProfile): Promise<Result> {
    const { name, accountId } = profile;
    if (this.#hasStopped()) return { name, accountId, end: { kind: 'not run' }, milliseconds: 0 };
    const began = performance.now();
    const capture = this.#capture();
    const live = this.#call.parallel === 1;
    if (live) await write(`::group::${name}\n`);
    this.#running += 1;
    const end: Result['end'] =
      capture instanceof Capture
        ? await this.#end(profile, capture, live)
        : { kind: 'not started', code: 126, reason: capture };
    this.#running -= 1;
    const result = { name, accountId, end, milliseconds: performance.now() - began };
    this.#results.push(result);
    const line = progressLine(result, { of: this.#of, running: this.#running, results: [...this.#results] });
    this.#printing = this.#printing.then(async () => {
      if (!live) await write(`::group::${name}\n`);
      if (capture instanceof Capture) await capture.finish();
      await write(`::endgroup::\n${logLine(line)}\n`);
    });
    await this.#printing;
    return result;
  }

  /** @returns why there is none: a full disk fails this account, and lets those that run come to an end */
  #capture(): Capture | string {
    try {
      return new Capture(this.#context.stepFolder, `each-${process.pid}-${(this.#count += 1)}`);
    } catch (error) {
      return `its output cannot be stored: ${(error as Error).message}`;
    }
  }

  #hasStopped(): boolean {
    return this.stopper.signal !== undefined || (!this.#call.keepGoing && this.#results.some(failed));
  }

  async #end(profile: JobProfile, capture: Capture, live: boolean): Promise<Result['end']> {
    const { environment, isOurs, credentialsOf } = this.#context;
    const keys = await credentialsOf(profile, this.stopper.ended).catch(
      (error: unknown) => (error as Error).message,
    );
    // A signal may have come meanwhile, and ended a renewal.
    if (this.stopper.signal !== undefined) return { kind: 'not run' };
    if (typeof keys === 'string') return { kind: 'no credentials', reason: keys };
    const env = childEnvironment(environment, { ...keys, region: profile.region }, isOurs, {
      AWS_PROFILE: profile.name,
      ...filesOf(profile),
      AWS_SDK_LOAD_CONFIG: '1',
    });
    const { child, ended } = await start(this.#call.command, {
      env,
      stdio: ['ignore', capture.fd, capture.fd],
      // A process group of its own: a signal reaches what the command has started, too.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const forget = child && this.stopper.watch(child);
    const follow = live ? setInterval(() => void capture.copy(), followEvery) : undefined;
    const end = await ended;
    clearInterval(follow);
    forget?.();
    return end;
  }
}

/**
 * The files that have the profile. The SDK for JavaScript prefers AWS_PROFILE to keys, so another credentials file must not
 * have a profile of this name.
 */
function filesOf({ configPath }: JobProfile): Record<string, string> {
  const credentials = join(dirname(configPath), 'credentials');
  return {
    AWS_CONFIG_FILE: configPath,
    ...(existsSync(credentials) ? { AWS_SHARED_CREDENTIALS_FILE: credentials } : {}),
  };
}

async function reportResults(
  results: readonly Result[],
  milliseconds: number,
  { environment }: Context,
): Promise<void> {
  const failures = annotation(results);
  if (failures) {
    const { title, text } = failures;
    await write(`::error title=${commandProperty(title)}::${commandValue(text)}\n`);
  }
  await write(`${tally(results, milliseconds)}\n`);
  const path = environment['GITHUB_STEP_SUMMARY'];
  if (!path) return;
  try {
    appendFileSync(path, `${summaryTable(results, milliseconds)}\n`);
  } catch {
    // The table is a convenience: without the file, the log has it all.
  }
}

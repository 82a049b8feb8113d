import { say, warn } from '../github/log.ts';
import type { Report } from '../failures/explanation.ts';
import type { Findings } from './findings.ts';
import { readJournal, type FailedRenewal, type Renewals } from '../profiles/journal.ts';
import { cacheOf, type StoredProfile } from '../profiles/stored-profiles.ts';

/** Profiles. Above it one line counts them all. */
const longest = 10;

/** A profile and what its journal says. */
export interface ProfileRenewals extends Renewals {
  readonly name: string;
}

/**
 * Reports what became of each profile's renewals, and explains those that failed as a failing step does. One that left an
 * AWS client without credentials, and that no later renewal made good, fails the job.
 */
export async function reportRenewals(
  folder: string,
  profiles: readonly StoredProfile[],
  summarizes: boolean,
  findings: Findings,
): Promise<void> {
  const all = profiles.map((profile) => ({ name: profile.name, ...readJournal(cacheOf(folder, profile)) }));
  for (const line of renewedLines(all)) findings.say(line);
  const note = missingIdToken(all);
  if (note !== undefined) findings.warn(note);
  const groups = failureGroups(all);
  if (groups.length === 0) return;
  const { annotationOf, failStep, summarizeFailure } = await import(
    /* webpackChunkName: 'failures' */ '../failures/failures.ts'
  );
  for (const { names, failure, failing } of groups) {
    const report = renewalReport(failure, failureSentence(names, failure, failing));
    if (failing && !failure.served) failStep(report);
    else {
      const { message, rest } = annotationOf(report);
      warn(message, failure.title);
      for (const line of rest) say(line);
    }
    if (summarizes) await summarizeFailure(report);
  }
}

/** A line per profile that renewed; one for all of them where they are many. */
export function renewedLines(all: readonly ProfileRenewals[]): string[] {
  const renewed = all.filter(({ count }) => count > 0);
  if (renewed.length <= longest)
    return renewed.map(
      ({ name, count, last }) => `${name}: renewed ${times(count)}, last at ${clock(last)}.`,
    );
  const total = renewed.reduce((sum, { count }) => sum + count, 0);
  const last = Math.max(...renewed.map(({ last: at = 0 }) => at));
  return [`${renewed.length} profiles renewed ${times(total)} in total, last at ${clock(last)}.`];
}

/** Profiles that failed for the same cause. */
export interface RenewalFailures {
  readonly names: readonly string[];
  /** The last failure of the first of them. */
  readonly failure: FailedRenewal;
  /** Whether their last renewal is the one that failed. */
  readonly failing: boolean;
}

/** By cause, so that each is explained once. Those that fail to the end come first. */
export function failureGroups(all: readonly ProfileRenewals[]): RenewalFailures[] {
  const failed = all.flatMap(({ name, failing, lastFailure: failure }) =>
    failure ? [{ name, failing, failure }] : [],
  );
  const groups = Map.groupBy(failed, ({ failing, failure: { served, title } }) =>
    JSON.stringify([!failing, served, title]),
  );
  return [...groups]
    .sort()
    .flatMap(([, [first, ...rest]]) =>
      first ? [{ ...first, names: [first, ...rest].map(({ name }) => name) }] : [],
    );
}

/** What the failing process would have shown, had it had an annotation. */
function renewalReport({ title, advice, steps, details, words }: FailedRenewal, sentence: string): Report {
  return {
    title,
    advice: `${sentence} ${advice}`,
    steps,
    paste: details.length === 0 ? [] : [{ kind: 'code', language: 'sh', code: details.join('\n') }],
    facts: [],
    words: words === '' ? undefined : words,
  };
}

function failureSentence(names: readonly string[], { at, served }: FailedRenewal, failing: boolean): string {
  const more = names.length > longest ? ` and ${names.length - longest} more` : '';
  const which = `profile${names.length === 1 ? '' : 's'} ${names.slice(0, longest).join(', ')}${more}`;
  const result = served
    ? 'AWS clients got the current credentials, which were still valid'
    : 'AWS clients got no credentials';
  const since = failing ? '' : ' A later renewal succeeded.';
  return `Renewing ${which} failed at ${clock(at)}: ${result}.${since}`;
}

function missingIdToken(all: readonly ProfileRenewals[]): string | undefined {
  const found = all.filter(({ withoutIdToken }) => withoutIdToken !== undefined);
  const [first] = found;
  if (!first) return undefined;
  const which =
    found.length === 1 ? `profile ${first.name}` : `${found.length} profiles, ${first.name} first`;
  return (
    `At ${clock(first.withoutIdToken)} a process without ACTIONS_ID_TOKEN_REQUEST_URL and ` +
    `ACTIONS_ID_TOKEN_REQUEST_TOKEN used the credentials of ${which}. They were still valid, but without these variables ` +
    'the process cannot renew them, so it fails in a job that lasts longer than the session. sudo without -E, env -i and ' +
    'docker run start such processes, and daemons can be such processes. Pass both variables on, or give the program keys: "assume-role-chain exec".'
  );
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** `13:04 UTC`, from milliseconds since 1970. */
const clock = (at = 0): string => `${new Date(at).toISOString().slice(11, 16)} UTC`;

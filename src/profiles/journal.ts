import { appendFileSync, chmodSync, lstatSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { contentTime, withoutIdTokenPathOf } from './cache.ts';
import { readPrivate } from './folder.ts';
import { isFlag, isLike, isListOf, isShape, isText, isTime, readRecord, recordText } from './record.ts';
import { giveToOwnerOf } from './replace-file.ts';

/**
 * What became of a profile's renewals: a file beside its cache, one JSON line per event, for the post step and for
 * `status`. AWS clients hide why a renewal failed, and renewals that succeed are shown nowhere. Nothing in it is a secret.
 */

/** A renewal. Times are milliseconds since 1970. */
interface Renewed {
  readonly event: 'renewed';
  readonly at: number;
}

/** A failed renewal, and what a failing step would show for it. */
export interface FailedRenewal {
  readonly event: 'failed';
  readonly at: number;
  /** The error's code; `unknown` for one that this action did not throw on purpose. */
  readonly code: string;
  /** One line, redacted. */
  readonly why: string;
  /** Whether the client got the current credentials, which were still valid. */
  readonly served: boolean;
  readonly title: string;
  /** The cause and the fix, redacted like everything below. */
  readonly advice: string;
  /** Empty for a failure that repeats the one before: the explanation is stored once. */
  readonly steps: readonly string[];
  /** What to paste and the facts, as lines of the log. */
  readonly details: readonly string[];
  /** The answer of AWS, `''` for none. */
  readonly words: string;
  /** The summary file to which it was appended, `''` for none: one step shows one explanation once. */
  readonly summary: string;
}

export type JournalEntry = Renewed | FailedRenewal;

/** Raised whenever {@link JournalEntry} changes. */
const format = 1;

const isRenewed = isShape<Renewed>({
  event: isLike(/^renewed$/) as (value: unknown) => value is 'renewed',
  at: isTime,
});
const isFailed = isShape<FailedRenewal>({
  event: isLike(/^failed$/) as (value: unknown) => value is 'failed',
  at: isTime,
  code: isText,
  why: isText,
  served: isFlag,
  title: isText,
  advice: isText,
  steps: isListOf(isText),
  details: isListOf(isText),
  words: isText,
  summary: isText,
});
const isEntry = (value: unknown): value is JournalEntry => isRenewed(value) || isFailed(value);

/** The journal of a profile, beside its cache. */
const journalPathOf = (cachePath: string): string => cachePath.replace(/\.json$/, '.journal');

/** Adds an event. Only the process that has the profile's lock calls it. A journal that cannot be written is no failure. */
export function appendJournal(cachePath: string, entry: JournalEntry): void {
  const path = journalPathOf(cachePath);
  try {
    // A pipe in its place would never end, and a link would lead out of the private folder.
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === false) rmSync(path, { recursive: true });
    // A process that was killed may have left part of a line: each entry begins with a line end.
    appendFileSync(path, `\n${recordText(format, entry)}`, { mode: 0o600 });
    chmodSync(path, 0o600);
    if (process.getuid?.() === 0) giveToOwnerOf(dirname(path), path);
  } catch {
    // A full disk, or a folder that is gone.
  }
}

/** What a profile's journal says. */
export interface Renewals {
  /** How many succeeded. */
  readonly count: number;
  /** When the last one succeeded, milliseconds since 1970. */
  readonly last: number | undefined;
  readonly lastFailure: FailedRenewal | undefined;
  /** Whether no renewal succeeded after the last failure. */
  readonly failing: boolean;
  /** When a process without the variables of the ID token first got cached credentials, milliseconds since 1970. */
  readonly withoutIdToken: number | undefined;
}

/** Reads a profile's journal. Lines of another format or shape are skipped. */
export function readJournal(cachePath: string): Renewals {
  const entries = linesOf(journalPathOf(cachePath)).flatMap(
    (line) => readRecord(line, format, isEntry) ?? [],
  );
  const renewed = entries.filter((entry) => entry.event === 'renewed');
  return {
    count: renewed.length,
    last: renewed.at(-1)?.at,
    lastFailure: lastFailureOf(entries),
    failing: entries.at(-1)?.event === 'failed',
    withoutIdToken: contentTime(withoutIdTokenPathOf(cachePath)),
  };
}

/** The last one, with the explanation of the first that failed for the same cause. */
function lastFailureOf(entries: readonly JournalEntry[]): FailedRenewal | undefined {
  const failed = entries.filter((entry) => entry.event === 'failed');
  const last = failed.at(-1);
  if (!last) return undefined;
  const { steps, details } =
    failed.findLast(({ title, steps }) => title === last.title && steps.length > 0) ?? last;
  return { ...last, steps, details };
}

function linesOf(path: string): string[] {
  return readPrivate(path)?.split('\n') ?? [];
}

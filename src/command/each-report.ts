import { plain, table } from '../text/markdown.ts';
import { exitCodeOf, type Ended } from './run.ts';

/** What `each` shows: lines, the tally, the table of the job summary. Pure. */

/** One account's result. */
export interface Result {
  readonly name: string;
  /** 12 digits. */
  readonly accountId: string;
  readonly end: Ended | NoCredentials | NotRun;
  readonly milliseconds: number;
}

/** The command was not started. */
interface NoCredentials {
  readonly kind: 'no credentials';
  /** One line. */
  readonly reason: string;
}

/** `each` stopped before this account's turn. */
interface NotRun {
  readonly kind: 'not run';
}

/** How far `each` is. */
export interface Progress {
  readonly of: number;
  readonly running: number;
  readonly results: readonly Result[];
}

/** Names in a line. More would hide the rest of it. */
const shown = 20;

export const succeeded = ({ end }: Result): boolean => end.kind === 'exit' && end.code === 0;
export const failed = (result: Result): boolean => result.end.kind !== 'not run' && !succeeded(result);

/** How an account ended, in a few words. */
export function outcome({ end }: Pick<Result, 'end'>): string {
  switch (end.kind) {
    case 'exit':
      return end.code === 0 ? 'succeeded' : `failed with exit code ${end.code}`;
    case 'signal':
      return `ended by ${end.signal} (exit code ${exitCodeOf(end)})`;
    case 'not started':
      return `not started: ${end.reason}`;
    case 'no credentials':
      return `no credentials: ${end.reason}`;
    case 'not run':
      return 'not run';
  }
}

/** `12.3 s`, `4 min 5 s`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

/** The line after an account's output. */
export function progressLine(result: Result, { of, running, results }: Progress): string {
  const failures = results.filter(failed).length;
  const counts = [`${results.length} of ${of} done`];
  if (failures > 0) counts.push(`${failures} failed`);
  if (running > 0) counts.push(`${running} running`);
  return `${result.name}: ${outcome(result)} after ${duration(result.milliseconds)} (${counts.join(', ')})`;
}

/** The last line. */
export function tally(results: readonly Result[], milliseconds: number): string {
  const count = (matches: (result: Result) => boolean): number => results.filter(matches).length;
  const parts = [`${count(succeeded)} succeeded`, `${count(failed)} failed`];
  const rest = count(({ end }) => end.kind === 'not run');
  if (rest > 0) parts.push(`${rest} not run`);
  return `${accounts(results.length)}: ${parts.join(', ')}, in ${duration(milliseconds)}.`;
}

/** The annotation's title and text; undefined where nothing failed. */
export function annotation(results: readonly Result[]): { title: string; text: string } | undefined {
  const failures = results.filter(failed);
  if (failures.length === 0) return undefined;
  const lines = failures.slice(0, shown).map((one) => `${one.name}: ${outcome(one)}`);
  if (failures.length > shown) lines.push(`and ${failures.length - shown} more`);
  return {
    title: `The command failed in ${failures.length} of ${accounts(results.length)}`,
    text: lines.join('\n'),
  };
}

const accounts = (count: number): string => `${count} ${count === 1 ? 'account' : 'accounts'}`;

/** Markdown for the job summary, accounts that failed first. */
export function summaryTable(results: readonly Result[], milliseconds: number): string {
  const ordered = [
    ...results.filter(failed),
    ...results.filter(({ end }) => end.kind === 'not run'),
    ...results.filter(succeeded),
  ];
  const rows = ordered.map((one) => [
    ...[one.name, one.accountId, outcome(one)].map(shortCell),
    one.end.kind === 'not run' ? '' : duration(one.milliseconds),
  ]);
  const header = ['profile', 'account', 'result', 'time'];
  return `### assume-role-chain each: ${tally(results, milliseconds)}\n\n${table(header, rows)}\n`;
}

/** Characters of a cell: a reason may be as long as an answer of AWS. */
const longest = 300;

function shortCell(text: string): string {
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return plain(short.replaceAll(/[\r\n]+/g, ' ').replaceAll('&', '&amp;'));
}

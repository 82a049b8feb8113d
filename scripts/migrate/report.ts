import { wayToOidc } from './keys.ts';
import type { Migration, Remark } from './workflow.ts';

/** The report, for people and for scripts. */

/** One file. */
export interface FileResult {
  /** As it was named. */
  readonly path: string;
  /** Undefined for a file that could not be read or written. */
  readonly migration: Migration | undefined;
  readonly error: string | undefined;
  readonly changed: boolean;
  readonly diff: string;
}

/** 1: errors, 3: a decision is needed, 0: neither. */
export function exitCodeOf(results: readonly FileResult[]): number {
  if (results.some(({ error }) => error !== undefined)) return 1;
  return results.some(({ migration }) => (migration?.decisions.length ?? 0) > 0) ? 3 : 0;
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** @param looked how many files were looked at, @param written whether files were written */
export function reportText(results: readonly FileResult[], looked: number, written: boolean): string {
  const lines = results.flatMap((result) => linesFor(result, written));
  if (results.some(({ migration }) => migration?.hasKeys))
    lines.push('', 'From access keys to OIDC:', '', wayToOidc);
  return [...lines, ...(lines.length > 0 ? [''] : []), ...table(results, looked, written), ''].join('\n');
}

function linesFor({ path, migration, error }: FileResult, written: boolean): string[] {
  const failed = error === undefined ? [] : [`${path}: error: ${error}`];
  if (!migration || (migration.steps === 0 && migration.left === 0 && migration.decisions.length === 0))
    return failed;
  const { steps, left, decisions, notes } = migration;
  const done = `${plural(steps, 'step')} ${written && error === undefined ? 'rewritten' : 'to rewrite'}`;
  const head = `${path}: ${done}${left > 0 ? `, ${left} left as ${left === 1 ? 'it is' : 'they are'}` : ''}`;
  return [...failed, head, ...list('To decide', decisions), ...list('Notes', notes)];
}

/** A remark that applies to several lines is reported once. */
function list(title: string, remarks: readonly Remark[]): string[] {
  if (remarks.length === 0) return [];
  const byText = new Map<string, number[]>();
  for (const { line, text } of remarks) byText.set(text, [...(byText.get(text) ?? []), line]);
  return [
    `  ${title}:`,
    ...[...byText].map(([text, lines]) => {
      const where = `${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}`;
      return `    ${where}: ${text.replaceAll('\n', '\n      ')}`;
    }),
  ];
}

function table(results: readonly FileResult[], looked: number, written: boolean): string[] {
  const sum = (of: (migration: Migration) => number): number =>
    results.reduce((total, { migration }) => total + (migration ? of(migration) : 0), 0);
  const changed = results.filter((result) => result.changed && result.error === undefined).length;
  const rows: [string, number][] = [
    ['files looked at', looked],
    [written ? 'files rewritten' : 'files to rewrite', changed],
    [written ? 'steps rewritten' : 'steps to rewrite', sum(({ steps }) => steps)],
    ['steps left as they are', sum(({ left }) => left)],
    ['to decide', sum(({ decisions }) => decisions.length)],
    ['files with errors', results.filter(({ error }) => error !== undefined).length],
  ];
  const width = Math.max(...rows.map(([, count]) => String(count).length));
  return ['Summary', ...rows.map(([name, count]) => `  ${name.padEnd(24)}${String(count).padStart(width)}`)];
}

/** For scripts. Its shape does not change within a major version. */
export function reportJson(results: readonly FileResult[], looked: number, withDiff: boolean): string {
  const files = results.map(({ path, migration, error, changed, diff }) => ({
    ...{ path, changed, steps: migration?.steps ?? 0, left: migration?.left ?? 0 },
    ...{ decisions: migration?.decisions ?? [], notes: migration?.notes ?? [] },
    ...(error === undefined ? {} : { error }),
    ...(withDiff ? { diff } : {}),
  }));
  return `${JSON.stringify({ version: 1, filesLookedAt: looked, exitCode: exitCodeOf(results), files }, null, 2)}\n`;
}

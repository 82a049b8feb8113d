import { lstatSync, readdirSync, readFileSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from './machine.ts';
import type { StepResult } from './result.ts';

/** Searches for secrets wherever a job can leave them: unchanged, and as base64, JSON and URLs write them. */

/** Where a secret was found. Its first four characters identify it. */
export interface Leak {
  readonly secret: string;
  readonly where: string;
}

/** A place and its text. */
interface Place {
  readonly where: string;
  readonly text: string;
}

const credentialOutputs = ['access-key-id', 'secret-access-key', 'session-token'];
const credentialVariables = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

/**
 * Credentials are allowed in the three outputs, the three variables, private files, and after `::add-mask::`. What the
 * script of a `run:` step prints is not searched before masking; the masked log is.
 */
export function findLeaks(
  secrets: readonly string[],
  log: readonly string[],
  steps: readonly StepResult[],
  machine: Machine,
): Leak[] {
  const places = [
    ...log.map((text, index) => ({ where: `line ${index + 1} of the log`, text })),
    ...steps.flatMap(placesOf),
  ];
  return [...seenIn(places, secrets), ...findLeaksInFiles(secrets, machine)];
}

/** Searches the machine's files and their names as they are now: a later step may remove them. */
export function findLeaksInFiles(secrets: readonly string[], machine: Pick<Machine, 'root'>): Leak[] {
  return secrets.length === 0 ? [] : seenIn(filesIn(machine.root, true), secrets);
}

/** Each leak once. */
export function withoutRepeats(leaks: readonly Leak[]): Leak[] {
  return [...new Map(leaks.map((leak) => [`${leak.secret} ${leak.where}`, leak])).values()];
}

function seenIn(places: readonly Place[], secrets: readonly string[]): Leak[] {
  return [...new Set(secrets)].flatMap((secret) => {
    const forms = formsOf(secret);
    const found = places.filter(({ text }) => forms.some((form) => text.includes(form)));
    return found.map(({ where }) => ({ secret: `${secret.slice(0, 4)}…`, where }));
  });
}

function formsOf(secret: string): string[] {
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.from(' '.repeat(shift) + secret)
      .toString('base64')
      .slice(shift === 0 ? 0 : 4, -4),
  );
  return [
    secret,
    ...base64.filter((form) => form.length > 8),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ];
}

function placesOf(step: StepResult): Place[] {
  const of = (what: string, text: string): Place => ({ where: `${what} of step ${step.name}`, text });
  const outputs = Object.entries(step.outputs).filter(([name]) => !credentialOutputs.includes(name));
  const exported = Object.entries(step.exported).filter(([name]) => !credentialVariables.includes(name));
  const places = [
    ...exported.map(([name, value]) => of(`variable ${name}`, value)),
    ...Object.entries(step.state).map(([name, value]) => of(`state ${name}`, value)),
    ...outputs.map(([name, value]) => of(`output ${name}`, value)),
    of('summary', step.summary),
    ...step.annotations.map(({ message, title = '' }) => of('an annotation', `${title} ${message}`)),
    ...step.commandLines.map((line) => of('command line', line)),
  ];
  if (step.kind === 'run') return places;
  const unmasked = step.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  return [...places, of('stderr', step.stderr), of('stdout beside its masks', unmasked.join('\n'))];
}

/** Every file except private ones (0600 in a folder of 0700) and the runner's own, of which summaries are searched. */
function filesIn(folder: string, open: boolean): Place[] {
  return namesIn(folder).flatMap((name): Place[] => {
    const path = join(folder, name);
    if (name === '_runner_file_commands')
      return filesIn(path, true).filter(({ where }) => where.includes('step_summary_'));
    if (name.startsWith('_runner_script_')) return [];
    const named = { where: `a name in ${folder}`, text: name };
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory()) return [named, ...filesIn(path, open && !isPrivate(stats, 0o700))];
    return stats?.isFile() && (open || !isPrivate(stats, 0o600))
      ? [named, { where: `file ${path}`, text: contentOf(path) }]
      : [named];
  });
}

/** Reads what a process of the job may have removed since its name was read. */
function unlessGone<T>(read: () => T, gone: T): T {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return gone;
    throw error;
  }
}

const namesIn = (folder: string): string[] => unlessGone(() => readdirSync(folder), []);
const contentOf = (path: string): string => unlessGone(() => readFileSync(path, 'utf8'), '');

const isPrivate = ({ mode }: Stats, wanted: number): boolean => (mode & 0o777) === wanted;

/** Everything below a folder with its mode, without the runner's own files. */
export function listFiles(folder: string): { path: string; mode: number }[] {
  return namesIn(folder).flatMap((name): { path: string; mode: number }[] => {
    if (name.startsWith('_runner_') || name.startsWith('_github_')) return [];
    const path = join(folder, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return [];
    return [{ path, mode: stats.mode & 0o777 }, ...(stats.isDirectory() ? listFiles(path) : [])];
  });
}

import { annotateError, isDebug, say, sayGroup } from '../github/log.ts';
import { harmlessMessage } from '../sts/classify.ts';
import { withoutRequestId } from '../sts/errors.ts';
import { mostListed } from './accounts.ts';
import type { FailedAccount, Report } from './explanation.ts';
import { annotationOf } from './render.ts';
import { pageOf } from './troubleshooting-link.ts';

/**
 * Fails the step: one red annotation, then what does not fit into it as lines of the log, and a link to the page that
 * says more.
 * @param error what was thrown; with debug logging its stack and its causes are shown
 */
export function failStep(report: Report, error?: unknown): void {
  const { message, rest } = annotationOf(report);
  annotateError(report.title, message);
  for (const line of rest) say(line);
  for (const { title, lines } of accountLines(report)) sayGroup(title, lines);
  say(`More about this failure: ${pageOf(report.title, process.env)}`);
  if (isDebug()) for (const line of causes(error)) say(line);
}

/** For the log: a group for each cause, as far as causes are listed, with every account. */
export function accountLines({ groups = [] }: Report): { title: string; lines: string[] }[] {
  const others = groups.slice(mostListed).flatMap(({ accounts }) => accounts);
  return [
    ...groups.slice(0, mostListed).map(({ report, accounts }) => groupOf(report.title, accounts)),
    ...(others.length > 0 ? [groupOf('Other causes', others)] : []),
  ];
}

const groupOf = (title: string, accounts: readonly FailedAccount[]): { title: string; lines: string[] } => ({
  title: `${title} (${accounts.length})`,
  lines: [...Map.groupBy(accounts, reasonAlone).values()].flatMap(linesOf),
});

/** The reason without what differs from account to account. */
const reasonAlone = ({ role, reason }: FailedAccount): string =>
  withoutRequestId(reason).replaceAll(role.text, '').replaceAll(role.accountId, '');

/** Lines with the same reason: more accounts share one. Characters of a line of names. */
const most = { lines: 10, characters: 160 } as const;

/** Accounts with the same reason. */
function linesOf(alike: readonly FailedAccount[]): string[] {
  const whole = alike.slice(0, alike.length > most.lines ? 1 : most.lines);
  const lines = whole.map(({ name, role, reason }) => `${name}: ${role.text}: ${reason}`);
  const roles = new Set(alike.map(({ role }) => role.path + role.name));
  for (const { name, role } of alike.slice(whole.length)) {
    const shown = `${name} (${roles.size === 1 ? role.accountId : role.text})`;
    const last = lines.at(-1) ?? '';
    if (lines.length > 1 && last.length + shown.length < most.characters)
      lines[lines.length - 1] = `${last}, ${shown}`;
    else lines.push(`Same reason: ${shown}`);
  }
  return lines;
}

/** Links of a chain of causes. A longer one is a circle. */
const longest = 10;

/** Each error of the chain of causes, with its stack. Messages are shown without what the classifier leaves out. */
export function causes(error: unknown): string[] {
  const lines: string[] = [];
  let current = error;
  for (let depth = 0; current instanceof Error && depth < longest; depth++, current = current.cause) {
    const { name, code, stack = '' } = current as NodeJS.ErrnoException;
    const named = code === undefined ? name : `${name} (${code})`;
    const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
    lines.push(`${depth === 0 ? 'Error' : 'Caused by'}: ${named}: ${harmlessMessage(current)}`, ...frames);
  }
  return lines;
}

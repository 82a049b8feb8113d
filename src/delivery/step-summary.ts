import { sources } from '../sources/sources.ts';
import type { SourceKind } from '../sources/source.ts';
import type { RoleSession } from '../aws/session.ts';
import { appendSummary } from '../github/job-summary.ts';
import { cell, plain, stepLine, table, tableThatFits } from '../text/markdown.ts';
import { isoTime } from '../text/time.ts';

/** What a step adds to the summary of the job (`job-summary: always`). */

/** Which step it is, and what it did. */
interface About {
  /** `''` where the runner does not say. */
  readonly step: string;
  readonly profile?: string | undefined;
  /** A sentence: where the chain started, and why there. */
  readonly source: string;
}

const roleIn = (roleArn: string): string => roleArn.split('/').at(-1) ?? roleArn;

/** The chain that was assumed: a drawing, and a table of its hops. */
export async function summarizeChain(session: RoleSession, source: SourceKind, about: About): Promise<void> {
  const rows = session.hops.map(({ accountId, roleArn, sessionName, expiration }, index) => {
    return [String(index + 1), ...[accountId, roleIn(roleArn), sessionName].map(cell), isoTime(expiration)];
  });
  await appendSummary(
    `### Assumed ${plain(session.assumedRoleArn)}\n\n${aboutLine(about)}\n\n${drawing(session, source)}\n\n${table(['hop', 'account', 'role', 'session', 'expires'], rows)}`,
  );
}

/** All accounts that were assumed. */
export async function summarizeAccounts(
  accounts: readonly { name: string; session: RoleSession }[],
  about: About,
): Promise<void> {
  const rows = accounts.map(({ name, session }) => [
    ...[name, session.accountId, roleIn(session.hops.at(-1)?.roleArn ?? session.assumedRoleArn)].map(cell),
    isoTime(session.expiration),
  ]);
  await appendSummary(
    `### Assumed a role in ${accounts.length} ${accounts.length === 1 ? 'account' : 'accounts'}\n\n${aboutLine(about)}\n\n${tableThatFits(['profile', 'account', 'role', 'expires'], rows)}`,
  );
}

/** Credentials of an earlier step, used again. */
export async function summarizeReuse(assumedRoleArn: string, sentence: string, step: string): Promise<void> {
  await appendSummary(`### Reused ${plain(assumedRoleArn)}\n\n${aboutLine({ step, source: sentence })}`);
}

function aboutLine({ step, profile, source }: About): string {
  const named = profile === undefined ? '' : `Profile: ${cell(profile)}.`;
  return [stepLine(step), named, plain(source)].filter((part) => part !== '').join(' ');
}

function drawing({ hops }: RoleSession, source: SourceKind): string {
  const boxes = hops.map(({ roleArn, accountId }, index) => {
    return `  hop${index + 1}["${roleIn(roleArn)}<br/>${accountId}"]`;
  });
  const arrows = hops.map((_, index) => `  ${index === 0 ? 'base' : `hop${index}`} --> hop${index + 1}`);
  const base = sources[source].label;
  return ['```mermaid', 'flowchart LR', `  base(["${base}"])`, ...boxes, ...arrows, '```'].join('\n');
}

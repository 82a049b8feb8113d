import { sources } from '../sources/sources.ts';
import type { SourceKind } from '../sources/source.ts';
import type { RoleSession } from '../aws/session.ts';
import { appendSummary } from '../github/summary.ts';
import { cell, plain, table } from '../text/markdown.ts';
import { isoTime } from '../text/time.ts';

/** What a step that succeeded adds to the summary of the job (`job-summary: always`). */

/** The chain that was assumed: a drawing, and a table of its hops. */
export async function summarizeChain(session: RoleSession, source: SourceKind): Promise<void> {
  const rows = session.hops.map(({ accountId, roleArn, sessionName, expiration }, index) => {
    const role = roleArn.split('/').at(-1) ?? roleArn;
    return [String(index + 1), cell(accountId), cell(role), cell(sessionName), isoTime(expiration)];
  });
  await appendSummary(
    `### Assumed ${plain(session.assumedRoleArn)}\n\n${drawing(session, source)}\n\n${table(['hop', 'account', 'role', 'session', 'expires'], rows)}`,
  );
}

/** All accounts that were assumed. */
export async function summarizeAccounts(
  accounts: readonly { name: string; session: RoleSession }[],
): Promise<void> {
  const rows = accounts.map(({ name, session }) => [
    ...[name, session.accountId, session.assumedRoleArn].map(cell),
    isoTime(session.expiration),
  ]);
  await appendSummary(
    `### Assumed a role in ${accounts.length} ${accounts.length === 1 ? 'account' : 'accounts'}\n\n${table(['profile', 'account', 'role', 'expires'], rows)}`,
  );
}

function drawing({ hops }: RoleSession, source: SourceKind): string {
  const boxes = hops.map(({ roleArn, accountId }, index) => {
    const name = roleArn.split('/').at(-1) ?? roleArn;
    return `  hop${index + 1}["${name}<br/>${accountId}"]`;
  });
  const arrows = hops.map((_, index) => `  ${index === 0 ? 'base' : `hop${index}`} --> hop${index + 1}`);
  const base = sources[source].label;
  return ['```mermaid', 'flowchart LR', `  base(["${base}"])`, ...boxes, ...arrows, '```'].join('\n');
}

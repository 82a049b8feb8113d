import { summary } from '@actions/core';
import { pageOf } from '../failures/troubleshooting-link.ts';
import type { RoleSession } from '../aws/session.ts';
import { isoTime } from '../text/time.ts';
import type { Report } from './log.ts';
import { cell, markdown, plain } from '../failures/render.ts';
import { redact } from '../text/redact.ts';

/** The summary on a job's page. Loaded only when one is written. */

/** What the log says of a failure. */
export async function summarizeFailure({ title, message, parts }: Report): Promise<void> {
  await write(
    `### ${plain(title)}\n\n${plain(message)}\n\n${markdown(parts)}\n\n[More on this](${pageOf(title)})`,
  );
}

/** The chain that was assumed: a drawing, and a table of its hops. */
export async function summarizeChain(session: RoleSession, source: string): Promise<void> {
  const rows = session.hops.map(({ accountId, roleArn, sessionName, expiration }, index) => {
    const role = roleArn.split('/').at(-1) ?? roleArn;
    return `| ${index + 1} | ${cell(accountId)} | ${cell(role)} | ${cell(sessionName)} | ${isoTime(expiration)} |`;
  });
  const table = [
    '| hop | account | role | session | expires |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
  await write(`### Assumed ${plain(session.assumedRoleArn)}\n\n${drawing(session, source)}\n\n${table}`);
}

/** All accounts that were assumed. */
export async function summarizeAccounts(
  accounts: readonly { name: string; session: RoleSession }[],
): Promise<void> {
  const rows = accounts.map(
    ({ name, session }) =>
      `| ${[name, session.accountId, session.assumedRoleArn].map(cell).join(' | ')} | ${isoTime(session.expiration)} |`,
  );
  const table = ['| profile | account | role | expires |', '| --- | --- | --- | --- |', ...rows].join('\n');
  await write(`### Entered ${accounts.length} ${accounts.length === 1 ? 'account' : 'accounts'}\n\n${table}`);
}

/** What a chain starts from, in words for a drawing. */
const sources: Readonly<Record<string, string>> = {
  oidc: "GitHub's<br/>OIDC token",
  'access-key': 'access keys',
  'token-file': 'token file',
  ambient: "the runner's<br/>credentials",
};

function drawing({ hops }: RoleSession, source: string): string {
  const boxes = hops.map(({ roleArn, accountId }, index) => {
    const name = roleArn.split('/').at(-1) ?? roleArn;
    return `  hop${index + 1}["${name}<br/>${accountId}"]`;
  });
  const arrows = hops.map((_, index) => `  ${index === 0 ? 'base' : `hop${index}`} --> hop${index + 1}`);
  const base = sources[source] ?? source;
  return ['```mermaid', 'flowchart LR', `  base(["${base}"])`, ...boxes, ...arrows, '```'].join('\n');
}

/** A summary is a help, not a promise: where the runner takes none, the step goes on. */
async function write(text: string): Promise<void> {
  try {
    await summary.addRaw(redact(text), true).write();
  } catch {
    // No GITHUB_STEP_SUMMARY, or one that cannot be written.
  }
}

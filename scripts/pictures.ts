import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deployed } from '../local/aws/cloudformation.ts';
import type { AccountSpec } from '../local/aws/spec.ts';
import { externalId, hubRole } from '../local/services.ts';
import { checkBrowser, draw } from './pictures/browser.ts';
import { checkLibraries, logPage, markdownPage } from './pictures/html.ts';
import {
  chainStep,
  deniedStep,
  direct,
  hub,
  lasting,
  ownLines,
  stepWith,
  untilPolicy,
} from './pictures/steps.ts';

/**
 * Draws every page, log and summary as GitHub shows it, into build/pictures, so that people can look at them. The two
 * pictures of the README are written to docs/pictures: draw them again when the log or the summary changes. Arguments
 * limit the run to `steps` and to the pages that they name.
 */

const root = join(import.meta.dirname, '..');
const drawn = join(root, 'build', 'pictures');
const ofReadme = join(root, 'docs', 'pictures');
/** GitHub's width of a page, and of a log. */
const size = { width: 1012, scale: 1 } as const;
/** Sharp on every screen. */
const sharp = { width: 1012, scale: 1.5 } as const;

/** Many customers, three of whom have not created their role or have another external id. */
function manyAccounts(count: number): { accounts: AccountSpec[]; inputs: Record<string, string> } {
  const ids = Array.from({ length: count }, (_, index) => String(300_000_000_000 + index));
  const failing = new Set([ids[7], ids[90], ids[91]]);
  const own = (id: string): AccountSpec => {
    const ExternalId = failing.has(id) ? 'another-value' : externalId;
    return deployed('customer', { HubAccountId: '111111111111', ExternalId }, { id });
  };
  const list = ids.map((id, index) => `customer-${index + 1}: '${id}'`).join('\n');
  return {
    accounts: [hub(), ...ids.map(own)],
    inputs: {
      ...{ 'role-arn': hubRole, accounts: list, 'account-role': 'deploy/customer-deployment' },
      ...{ 'account-external-id': externalId, 'continue-on-account-error': 'true', region: 'us-east-1' },
    },
  };
}

/**
 * Draws a picture of the README. Writes its text to a file beside it, which a test compares with the current text.
 */
function drawForReadme(name: string, page: string, shown: string): void {
  draw(page, join(ofReadme, `${name}.png`), sharp);
  writeFileSync(join(ofReadme, `${name}.txt`), lasting(shown));
}

async function drawSteps(): Promise<void> {
  const failed = await deniedStep();
  const shown = untilPolicy(failed);
  drawForReadme('failing-log', logPage('Assume the role', shown, true), `${shown.join('\n')}\n`);
  draw(markdownPage(failed.summary, root), join(drawn, 'summary-denied.png'), size);
  const first = await stepWith(direct, [{ id: '111111111111' }]);
  draw(logPage('Assume the role', ownLines(first), true), join(drawn, 'log-first-run.png'), size);
  const succeeded = await chainStep();
  drawForReadme('summary', markdownPage(succeeded.summary, root), succeeded.summary);
  draw(logPage('Assume the roles', ownLines(succeeded), false), join(drawn, 'log-chain.png'), size);
  const { accounts, inputs } = manyAccounts(200);
  const many = await stepWith(inputs, accounts);
  draw(markdownPage(many.summary, root), join(drawn, 'summary-200-accounts.png'), size);
  draw(logPage('Assume all', ownLines(many), false), join(drawn, 'log-200-accounts.png'), size);
}

checkBrowser();
checkLibraries();
for (const folder of [drawn, ofReadme]) mkdirSync(folder, { recursive: true });
const wanted = process.argv.slice(2);
if (wanted.length === 0 || wanted.includes('steps')) await drawSteps();
const docs = readdirSync(join(root, 'docs')).map((name) => join('docs', name));
for (const name of ['README.md', ...docs].filter(
  (one) => one.endsWith('.md') && (wanted.length === 0 || wanted.includes(one)),
)) {
  const path = join(root, name);
  const picture = join(drawn, `${name.replaceAll(/[/.]/g, '-')}.png`);
  draw(markdownPage(readFileSync(path, 'utf8'), dirname(path)), picture, size);
}

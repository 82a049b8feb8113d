import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { anchorOf, headingOf, pageOf } from '../../src/failures/troubleshooting-link.ts';
import type { Plan } from '../../src/aws/plan.ts';
import { reportOf } from '../../src/failures/report.ts';
import { readAnswer } from '../../src/sts/classify.ts';
import { RequestFailure } from '../../src/sts/errors.ts';
import { keys, planOf } from './sts/plans.ts';

/** Every failure's title is a heading of the page, and the words of AWS below it lead to that failure. */

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'troubleshooting.md'), 'utf8');
const sections = page
  .split(/^## /m)
  .slice(1)
  .map((section) => ({
    title: section.split('\n')[0] ?? '',
    answers: [...section.matchAll(/^### ([\w ]+): (.*)$/gm)].map(([, code = '', text = '']) => ({
      code,
      text,
    })),
  }));
const titles = sections.map(({ title }) => title);

/** Titles as they stand in the sources, where none is put together. */
const inSources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .flatMap((name) => {
    const text = readFileSync(join(root, 'src', name), 'utf8');
    const found = [...text.matchAll(/(?:title[:=] |\babout\(\s*)'([^']+)'/g)];
    return found.map(([, title = '']) => title);
  });

test('the titles in the sources are found', () => {
  expect(new Set(inSources).size).toBeGreaterThan(25);
});

test.each([...new Set(inSources)])('%s: has a heading', (title) => {
  expect(titles).toContain(headingOf(title));
});

test.each([
  ['One input is wrong', 'inputs-are-wrong'],
  ['3 inputs are wrong', 'inputs-are-wrong'],
  ['12 settings are wrong', 'inputs-are-wrong'],
  ['One setting is wrong', 'inputs-are-wrong'],
  ['3 of 5 accounts failed', 'accounts-failed'],
  ['sts:TagSession is not allowed', 'ststagsession-is-not-allowed'],
  ['sts:SetSourceIdentity is not allowed', 'stssetsourceidentity-is-not-allowed'],
])('%s: its link leads to a heading', (title, anchor) => {
  expect(pageOf(title)).toBe(
    `https://github.com/assume-role-chain/assume-role-chain/blob/v1/docs/troubleshooting.md#${anchor}`,
  );
  expect(titles.map(anchorOf)).toContain(anchor);
});

/** The requests that could be answered so. */
const byKeys = planOf({ kind: 'access-key', credentials: keys });
const byToken = planOf({ kind: 'oidc', audience: 'sts.amazonaws.com' });
const requests: readonly { plan: Plan; operation: 'AssumeRole' | 'AssumeRoleWithWebIdentity' }[] = [
  { plan: byToken, operation: 'AssumeRoleWithWebIdentity' },
  { plan: byKeys, operation: 'AssumeRole' },
];

/** The answer as it would be read, of a service or of the network. */
function answerOf(code: string, text: string) {
  const status = /^HTTP (\d+)$/.exec(code)?.[1];
  if (status) {
    const page = Object.assign(new SyntaxError('not XML'), { $metadata: { httpStatusCode: Number(status) } });
    return readAnswer(page);
  }
  const network = /^(E[A-Z]|[A-Z]+_|TimeoutError)/.test(code);
  const more = network ? { code } : { Code: code, $metadata: { httpStatusCode: 400 } };
  return readAnswer(Object.assign(new Error(text), more));
}

describe.each(sections.filter(({ answers }) => answers.length > 0))('$title', ({ title, answers }) => {
  test.each(answers)('$code: $text', ({ code, text }) => {
    const reported = requests.map(({ plan, operation }) => {
      const attempt = { operation, hop: { index: 1, of: 1 }, roleArn: plan.hops[0].role.text };
      return reportOf(new RequestFailure(attempt, answerOf(code, text), 1), plan, {}).title;
    });
    expect(reported).toContain(title);
  });
});

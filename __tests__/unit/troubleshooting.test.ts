import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { headingOf, titles } from '../../src/failures/titles.ts';
import { anchorOf, pageOf } from '../../src/failures/troubleshooting-link.ts';
import type { Plan } from '../../src/aws/plan.ts';
import { variableRules } from '../../src/delivery/variable-rules.ts';
import { reportOf } from '../../src/failures/report.ts';
import { readAnswer } from '../../src/sts/classify.ts';
import { RequestFailure, type Operation } from '../../src/sts/errors.ts';
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
const headings = sections.map(({ title }) => title);

test.each(titles)('%s: has a heading', (title) => {
  expect(headings).toContain(headingOf(title));
});

test.each([
  ['Invalid input', 'invalid-input'],
  ['3 invalid inputs', 'invalid-input'],
  ['12 invalid settings', 'invalid-input'],
  ['Invalid setting', 'invalid-input'],
  ['3 of 5 accounts failed', 'accounts-failed'],
  ['3 of 5 accounts left out', 'accounts-failed'],
  ['sts:TagSession is not allowed', 'ststagsession-is-not-allowed'],
  ['sts:SetSourceIdentity is not allowed', 'stssetsourceidentity-is-not-allowed'],
])('%s: its link leads to a heading', (title, anchor) => {
  expect(pageOf(title, {})).toBe(
    `https://github.com/assume-role-chain/assume-role-chain/blob/v1/docs/troubleshooting.md#${anchor}`,
  );
  expect(headings.map(anchorOf)).toContain(anchor);
});

test('the link leads to the page of the version that runs', () => {
  const environment = { GITHUB_ACTION_REPOSITORY: 'acme/fork', GITHUB_ACTION_REF: 'v1.2.3' };
  expect(pageOf('Clock skew', environment)).toBe(
    'https://github.com/acme/fork/blob/v1.2.3/docs/troubleshooting.md#clock-skew',
  );
  expect(pageOf('Clock skew', { ...environment, GITHUB_ACTION_REF: '' })).toContain('/blob/v1/');
});

test('the index at the top has every heading, and leads to it', () => {
  const index = page.slice(0, page.indexOf('\n## ', page.indexOf('\n## Index') + 1));
  const links = [...index.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor]) => anchor);
  expect(links.filter((anchor) => !headings.map(anchorOf).includes(anchor ?? ''))).toEqual([]);
  for (const title of titles) expect(links).toContain(anchorOf(headingOf(title)));
});

test('every warning of the page is one that the action shows', () => {
  const [, section = ''] = page.split('\n## Warnings\n');
  const quotes = [...(section.split('\n## ')[0] ?? '').matchAll(/\*\*"([^"]+)"\*\*(, from the runner)?/g)];
  const source = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, 'src', name), 'utf8'))
    .join('\n');
  expect(quotes.length).toBeGreaterThan(10);
  for (const [, quote = '', foreign] of quotes) {
    const [, variable, state] = /^(AWS_\w+) is (set|empty)/.exec(quote) ?? [];
    const rules = variableRules.filter(({ name, does }) => name === variable && does !== 'blank');
    if (variable !== undefined)
      expect([quote, rules.some(({ value }) => (value === 'empty') === (state === 'empty'))]).toEqual([
        quote,
        true,
      ]);
    else if (foreign === undefined) expect(source).toContain(quote);
  }
});

/** The requests that could be answered so. */
const byKeys = planOf({ kind: 'access-key', credentials: keys });
const byToken = planOf({ kind: 'oidc', audience: 'sts.amazonaws.com' });
const typo: Plan = { ...byKeys, sts: { ...byKeys.sts, region: 'us-esat-1' } };
const proxied = { HTTPS_PROXY: 'http://proxy.example.com:3128' };
const requests: readonly {
  plan: Plan;
  operation: Operation;
  environment: NodeJS.ProcessEnv;
}[] = [
  { plan: byToken, operation: 'AssumeRoleWithWebIdentity', environment: {} },
  { plan: byKeys, operation: 'AssumeRole', environment: {} },
  { plan: byKeys, operation: 'AssumeRole', environment: proxied },
  { plan: byKeys, operation: 'ListAccountsForParent', environment: {} },
  { plan: byToken, operation: 'GetIdToken', environment: {} },
  { plan: typo, operation: 'AssumeRole', environment: {} },
];

/** The answer as it would be read, of a service, a proxy or the network. */
function answerOf(code: string, text: string) {
  const status = Number(/^HTTP (\d+)$/.exec(code)?.[1]);
  if (status === 407 || status === 502)
    return readAnswer(Object.assign(new Error(`HTTP/1.1 ${String(status)} x`), { code: 'ERR_PROXY_TUNNEL' }));
  if (status === 403 && text === 'Forbidden')
    return readAnswer(Object.assign(new Error(text), { Code: code, $metadata: { httpStatusCode: status } }));
  if (status)
    return readAnswer(Object.assign(new SyntaxError('not XML'), { $metadata: { httpStatusCode: status } }));
  const network = /^(E[A-Z]|[A-Z]+_|TimeoutError|AnswerCutShort)/.test(code);
  const more = network ? { code } : { Code: code, $metadata: { httpStatusCode: 400 } };
  return readAnswer(Object.assign(new Error(text), more));
}

describe.each(sections.filter(({ answers }) => answers.length > 0))('$title', ({ title, answers }) => {
  test.each(answers)('$code: $text', ({ code, text }) => {
    const reported = requests.map(({ plan, operation, environment }) => {
      const attempt = { operation, hop: { index: 1, of: 1 }, roleArn: plan.hops[0].role.text };
      return reportOf(new RequestFailure(attempt, answerOf(code, text), 1), plan, { environment }).title;
    });
    expect(reported).toContain(title);
  });
});

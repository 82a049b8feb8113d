import { describe, expect, test } from '@jest/globals';
import { reportOf } from '../../../src/failures/report.ts';
import { InputError } from '../../../src/request/problems.ts';
import { readAnswer } from '../../../src/sts/classify.ts';
import { Interrupted, RequestFailure, UnexpectedResponse, type Attempt } from '../../../src/sts/errors.ts';
import { ActionError } from '../../../src/text/action-error.ts';
import { planOf } from '../sts/plans.ts';

const plan = planOf({ kind: 'ambient', origin: {} });
const surroundings = { environment: {} };
const attempt: Attempt = { operation: 'AssumeRole', hop: { index: 1, of: 2 }, roleArn: 'arn:x' };

test('an unknown error is an unexpected failure, in its own words', () => {
  expect(reportOf('text', undefined, surroundings)).toMatchObject({
    title: 'Unexpected failure',
    advice: 'text',
  });
  expect(reportOf(new TypeError('x is not a function'), plan, surroundings).title).toBe('Unexpected failure');
});

describe('a fault of the machine', () => {
  const fault = (code: string, path?: string) =>
    reportOf(Object.assign(new Error(`${code}: write`), { code, path }), plan, {
      environment: { RUNNER_TEMP: '/runner/_temp' },
    });

  test.each(['ENOSPC', 'EDQUOT', 'EFBIG'])('%s: what is full, although the error names no file', (code) => {
    expect(fault(code)).toMatchObject({
      title: 'Disk full',
      advice: `There is no space left to write a file in RUNNER_TEMP (/runner/_temp) (${code}): free space on that disk, or raise its quota.`,
      words: `${code}: write`,
    });
  });

  test('EROFS: that the file system is read-only, and nothing of its owner', () => {
    expect(fault('EROFS', '/runner/_temp/x')).toMatchObject({
      title: 'File not writable',
      advice:
        '/runner/_temp/x is on a file system that is mounted read-only (EROFS): mount it writable, or use another folder.',
      steps: [],
    });
  });

  test.each(['EACCES', 'EPERM'])('%s: the file, and the user of a container', (code) => {
    const found = fault(code, '/runner/_temp/x');
    expect(found.title).toBe('File not writable');
    expect(found.advice).toContain(`may not use /runner/_temp/x (${code})`);
    expect(found.steps.join()).toContain('options: --user UID');
    expect(found.steps).toHaveLength(1);
  });
});

test.each([
  ['account-not-allowed', 'Account not allowed'],
  ['proxy-unusable', 'Invalid setting'],
  ['folder-unusable', 'Invalid setting'],
  ['plan-missing', 'Profile not renewable'],
] as const)('%s', (code, title) => {
  expect(reportOf(new ActionError(code, 'text'), plan, surroundings)).toMatchObject({
    title,
    advice: 'text.',
  });
});

test.each([
  ['the variable X is not set. Do not change it', 'The variable X is not set. Do not change it.'],
  ['another process has been renewing for too long', 'Another process has been renewing for too long.'],
  ['/tmp/plan is not a plan.', '/tmp/plan is not a plan.'],
])('a message of the log becomes a sentence: %s', (message, advice) => {
  expect(reportOf(new ActionError('plan-missing', message), undefined, surroundings).advice).toBe(advice);
});

describe('a step that was stopped', () => {
  test('by the runner', () => {
    expect(
      reportOf(new Interrupted({ kind: 'cancelled', signal: 'SIGINT' }, 'x'), plan, surroundings),
    ).toMatchObject({
      title: 'Step cancelled',
      advice: 'Cancelled by SIGINT while waiting for x.',
    });
  });

  test('by its time, while it waited for another try: the hints of the last answer stay', () => {
    const answer = readAnswer({
      Code: 'AccessDenied',
      message: 'No.',
      $metadata: { httpStatusCode: 403 },
    });
    const last = new RequestFailure(attempt, answer, 3);
    const found = reportOf(
      new Interrupted({ kind: 'timeout', seconds: 7 }, attempt, last),
      plan,
      surroundings,
    );
    expect(found.title).toBe('timeout-seconds exceeded');
    expect(found.advice).toMatch(
      /^timeout-seconds \(7\) ran out while waiting for AssumeRole .* AccessDenied: No\.: raise/,
    );
    expect(found.steps[0]).toMatch(/^the last answer: Hop 1 of 2: /);
    expect(found.paste).not.toEqual([]);
  });

  test('by its time, after a failure of the network: its cause, which more time does not mend', () => {
    const thrown = Object.assign(new Error('no tunnel within 21 s'), { name: 'TimeoutError' });
    const last = new RequestFailure(attempt, readAnswer(thrown), 2);
    const environment = { HTTPS_PROXY: 'http://proxy:3128' };
    const stopped = new Interrupted({ kind: 'timeout', seconds: 60 }, attempt, last);
    const found = reportOf(stopped, plan, { environment });
    expect(found.title).toBe('timeout-seconds exceeded');
    expect(found.advice).toMatch(
      /^The proxy proxy:3128 \(HTTPS_PROXY\) accepted the connection, but nothing/,
    );
    expect(found.steps.at(-1)).toMatch(/^or raise timeout-seconds: timeout-seconds \(60\) ran out while/);
  });

  test('by its time, before any answer: the way to the service', () => {
    const found = reportOf(new Interrupted({ kind: 'timeout', seconds: 7 }, attempt), plan, {
      environment: { HTTPS_PROXY: 'http://proxy:3128' },
    });
    expect(found.advice).toContain('STS in us-east-1 (sts.us-east-1.amazonaws.com) did not answer');
    expect(found.steps.join()).toContain('the proxy proxy:3128, which HTTPS_PROXY names');
    expect(reportOf(new Interrupted({ kind: 'timeout', seconds: 7 }, 'x'), plan, surroundings).steps).toEqual(
      [],
    );
  });
});

test('credentials that have expired already: the clock is the first suspect', () => {
  const found = reportOf(new UnexpectedResponse('expired', attempt, 'text'), plan, surroundings);
  expect(found.title).toBe('Clock skew');
  expect(found.advice).toMatch(/^This machine's clock is probably wrong/);
  expect(found.words).toContain('text');
});

test.each([
  ['incomplete', 'no complete credentials', false],
  ['other-role', 'credentials for another role', false],
  ['too-long', 'valid for longer than requested', true],
] as const)('an answer that is %s', (reason, words, blamesClock) => {
  const found = reportOf(new UnexpectedResponse(reason, attempt, 'text'), plan, surroundings);
  expect([found.title, found.words]).toEqual(['Unexpected response', expect.stringMatching(/: text$/)]);
  expect(found.advice).toContain(words);
  expect(found.steps.some((step) => step.startsWith('the clock'))).toBe(blamesClock);
});

test("the ID token service's refusal", () => {
  const thrown = Object.assign(new Error('Forbidden'), {
    Code: 'HTTP 403',
    $metadata: { httpStatusCode: 403 },
  });
  const failure = new RequestFailure({ operation: 'GetIdToken' }, readAnswer(thrown), 1);
  const found = reportOf(failure, plan, surroundings);
  expect(found.title).toBe('OIDC token request refused');
  expect(found.advice).toContain('(HTTP 403: Forbidden)');
});

describe('inputs', () => {
  const titleOf = (...inputs: string[]): string =>
    reportOf(new InputError(inputs.map((input) => ({ input, text: 'is wrong' }))), undefined, surroundings)
      .title;

  test('that are empty: why a secret may be, in this run', () => {
    const steps = (topic?: 'empty') =>
      reportOf(new InputError([{ input: 'role-arn', text: 'is empty', topic }]), undefined, {
        environment: { GITHUB_ACTOR: 'dependabot[bot]' },
      }).steps;
    expect(steps('empty').join()).toContain('Dependabot runs get Dependabot secrets');
    expect(steps()).toEqual([]);
  });

  test('are counted, and distinguished from settings', () => {
    expect(titleOf('region')).toBe('Invalid input');
    expect(titleOf('region', 'role-arn')).toBe('2 invalid inputs');
    expect(titleOf('GITHUB_ENV')).toBe('Invalid setting');
    expect(titleOf('role_arn')).toBe('Invalid input');
    expect(titleOf('__proto__')).toBe('Invalid input');
    expect(titleOf('HTTPS_PROXY', 'GITHUB_ENV')).toBe('2 invalid settings');
    expect(titleOf('HTTPS_PROXY', 'region')).toBe('2 invalid inputs');
  });

  test('an empty key: where this run gets its secrets from', () => {
    const found = reportOf(new InputError([{ input: 'secret-access-key', text: 'is empty' }]), undefined, {
      environment: { GITHUB_ACTOR: 'dependabot[bot]' },
    });
    expect(found.advice).toBe('secret-access-key: is empty');
    expect(found.steps).toEqual([expect.stringContaining('Dependabot secrets, not Actions secrets')]);
  });

  test('the permission that is missing', () => {
    const problem = { input: 'credential-source', text: 'is oidc', topic: 'id-token' } as const;
    const alone = reportOf(new InputError([problem]), undefined, surroundings);
    expect(alone.title).toBe('Missing id-token permission');
    expect(alone.advice).toMatch(/^This job may not request GitHub's OIDC token: add/);
    const more = reportOf(new InputError([problem, { input: 'region', text: 'x' }]), undefined, surroundings);
    expect(more.title).toBe('2 invalid inputs');
    expect(more.steps[0]).toBe(alone.advice);
  });
});

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { customerRole, hubRole, startLocalServices, type LocalServices } from '../../local/services.ts';
import { assume, chain, leftNothing, shown, stepOf, workflow } from '../workflows.ts';

/**
 * Which parts of secrets and of foreign text reach the log: secrets that overlap or are short, and invisible
 * characters.
 */

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

const denied = (message: string) =>
  ({ kind: 'error', status: 403, code: 'AccessDenied', message, action: 'AssumeRole', times: 9 }) as const;

describe('secrets that overlap', () => {
  const long = 'a8F3/kQ9zT+longer-secret-of-the-hub-7Xc2';

  // Each is registered unchanged, and AWS's answer quotes the long one. No part of it may remain.
  test.each([
    ['a prefix', long.slice(0, 12)],
    ['a suffix', long.slice(-12)],
    ['a part', long.slice(8, 20)],
    ['a piece of four characters', long.slice(10, 14)],
    ['the end of one and the beginning of another', `${long.slice(-8)}a8F3`],
  ])('one is %s of another', async (_, other) => {
    local.aws.injectFault({
      ...{ kind: 'credentials', action: 'AssumeRoleWithWebIdentity' },
      values: { SecretAccessKey: long, SessionToken: `${other}${'T0kenOfTheRole'.repeat(20)}` },
    });
    local.aws.injectFault(denied(`of ${long}a8F3 and ${other}, ${long}.`));
    const result = await local.run({
      workflow: workflow(assume({ ...chain, 'job-summary': 'always' })),
      machineEnv: {
        https_proxy: `http://ci:${encodeURIComponent(other)}@127.0.0.1:9`,
        no_proxy: '127.0.0.1',
      },
    });
    const step = stepOf(result);
    expect([step.outcome, result.leaks]).toEqual(['failure', []]);
    // Also before the runner's own masks, which do not apply to the summary.
    const text = `${step.stdout.replaceAll(/^::add-mask::.*$/gm, '')}${step.summary}`;
    for (let start = 0; start + 12 <= long.length; start += 2)
      expect(text).not.toContain(long.slice(start, start + 12));
  });

  test('a secret that is quoted as URLs, JSON and base64 write it', async () => {
    local.aws.injectFault({
      ...{ kind: 'credentials', action: 'AssumeRoleWithWebIdentity' },
      values: { SecretAccessKey: long },
    });
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const forms = [encodeURIComponent(long), long.replaceAll('/', '\\/'), base64(long), base64(`ci:${long}`)];
    local.aws.injectFault(denied(forms.join(' ')));
    const result = await local.run({ workflow: workflow(assume({ ...chain, 'job-summary': 'always' })) });
    const step = stepOf(result);
    expect([step.outcome, result.leaks]).toEqual(['failure', []]);
    const text = `${step.stdout.replaceAll(/^::add-mask::.*$/gm, '')}${step.summary}`;
    for (const form of forms) expect(text).not.toContain(form.slice(8, 40));
  });

  test('a secret that is part of an ARN or of a region changes nothing that is delivered', async () => {
    const result = await local.run({
      workflow: workflow(assume({ ...chain, 'mask-account-id': 'true' })),
      machineEnv: { http_proxy: '', https_proxy: 'http://ci:us-east-1@127.0.0.1:9', no_proxy: '127.0.0.1' },
    });
    expect(result.conclusion).toBe('success');
    expect(stepOf(result).exported['AWS_REGION']).toBe('us-east-1');
    expect(stepOf(result).outputs['assumed-role-arn']).toBe(
      'arn:aws:sts::222222222222:assumed-role/customer-deployment/acme.shop@42',
    );
    const own = shown(stepOf(result)).replace(/^##\[group\].*?##\[endgroup\]/s, '');
    expect(own).toContain('arn:aws:sts::***:assumed-role/customer-deployment');
    expect(own).not.toMatch(/us-east-1|222222222222/);
  });

  test.each(['a', 'ab', 'abc'])('a proxy password of %j is neither masked nor replaced', async (password) => {
    const result = await local.run({
      workflow: workflow(assume(chain)),
      machineEnv: { https_proxy: `http://ci:${password}@127.0.0.1:9`, no_proxy: '127.0.0.1' },
    });
    expect([result.conclusion, result.leaks]).toEqual(['success', []]);
    expect(result.masks).not.toContain(password);
    expect(shown(stepOf(result))).toContain('assumed-role/customer-deployment/acme.shop@42');
  });
});

describe('invisible characters are written out', () => {
  const override = '\u202e';
  const invisible = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[^\n\x20-\uffff]/u;

  test("in AWS's own words, in log, annotation and summary", async () => {
    local.aws.injectFault(denied(`not ${override}authorized\u200b for \u2066that\u2069\u0007\u{e0041}`));
    const result = await local.run({ workflow: workflow(assume(chain)) });
    const step = stepOf(result);
    expect(step.outcome).toBe('failure');
    expect(step.stdout).toContain('\\u202e');
    expect(step.stdout.replaceAll('%0A', '')).not.toMatch(invisible);
    expect(step.summary).not.toMatch(invisible);
  });

  test.each<[string, Record<string, string>]>([
    ['role-arn', { 'role-arn': `${hubRole}${override}` }],
    ['session-name', { 'session-name': `ci${override}` }],
    ['region', { region: `us-east-1${override}` }],
    ['session-tags', { 'session-tags': `a${override}=b` }],
    ['allowed-account-ids', { 'allowed-account-ids': `222222222222${override}` }],
    ['profile', { profile: `customer${override}` }],
    ['accounts', { accounts: `cust${override}omer: ${customerRole}` }],
    ['organization', { organization: `und${override}er: r-abcd`, 'account-role': 'deploy' }],
    ['an input that is unknown', { [`regi${override}on`]: 'x' }],
    ['sts-endpoint', { 'sts-endpoint': `https://sts${override}.example.net` }],
    ['session-policy-arns', { 'session-policy-arns': `arn:aws:iam::aws:policy/Read${override}Only` }],
    ['accounts-file', { 'accounts-file': `acc${override}ounts.yml` }],
  ])('in %s, which is refused', async (_, inputs) => {
    const result = await local.run({ workflow: workflow(assume({ ...chain, ...inputs })) });
    const step = stepOf(result);
    expect(step.outcome).toBe('failure');
    expect(step.stdout).toMatch(/\\u202e|U\+202E/);
    expect(step.stdout + step.stderr + step.summary).not.toMatch(invisible);
    expect(leftNothing(step)).toBe(true);
    expect(local.aws.requests).toEqual([]);
  });

  test('in the ARN of an answer, which is refused', async () => {
    const arn = `arn:aws:sts::222222222222:assumed-role/customer${override}-deployment/acme.shop@42`;
    local.aws.injectFault({ kind: 'identity', action: 'AssumeRole', arn });
    const step = stepOf(await local.run({ workflow: workflow(assume(chain)) }));
    expect(step.annotations[0]?.message).toContain('\\u202e');
    expect(step.stdout + step.summary).not.toMatch(invisible);
    expect(leftNothing(step)).toBe(true);
  });
});

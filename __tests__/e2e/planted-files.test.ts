import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  customerRole,
  externalId,
  hubRole,
  startLocalServices,
  type LocalServices,
} from '../../local/services.ts';
import type { StepResult } from '../../local/runner/result.ts';
import { assume, chain, node, postOf, shown, stepOf, workflow } from '../workflows.ts';

/** What another program of the job may have written into a step's private folder. */

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

const profile = assume({ ...chain, profile: 'customer' });
const customer = 'arn:aws:sts::222222222222:assumed-role/customer-deployment/acme.shop@42';
/** Runs the profile's process, as an AWS client would, and prints the account. */
const use = {
  name: 'use',
  run: `cmd=$(sed -n 's/^credential_process = //p' "$AWS_CONFIG_FILE" | head -1)
    sh -c "$cmd" | grep -o '"AccountId":"[0-9]*"'`,
};
/** Runs a script in the private folder of the first step. */
const inFolder = (script: string, env: Record<string, string> = {}) => ({
  name: 'plant',
  run: `cd "$(dirname "$AWS_CONFIG_FILE")"\n${script}`,
  env,
});
const renewals = (): number =>
  local.aws.requests.filter(({ action }) => action === 'AssumeRoleWithWebIdentity').length - 1;
const printed = (step: StepResult): string[] => step.lines.filter((line) => /^"A\w+":/.test(line));

const hour = 3_600_000;
const record = (more: object) =>
  JSON.stringify({
    ...{
      format: 1,
      accessKeyId: 'ASIAPLANTED000000000',
      secretAccessKey: 'planted',
      sessionToken: 'planted',
    },
    ...{ accountId: '999999999999', obtained: Date.now() - 1000, expires: Date.now() + hour },
    ...more,
  });

describe("a profile's cache that cannot be right counts as absent, and the profile is renewed", () => {
  test.each<[string, string]>([
    ['null', 'null'],
    ['an empty object', '{}'],
    ['a list', '[]'],
    ['no JSON', '{"format":1,"accessKeyId":'],
    ['empty', ''],
    ['of another format', record({ format: 99 })],
    ['without an expiry', record({ expires: undefined })],
    ['obtained in the future', record({ obtained: Date.now() + hour, expires: Date.now() + 2 * hour })],
    ['valid for a year', record({ expires: Date.now() + 8760 * hour })],
    ['valid until no date can say', record({ expires: 8.7e15 })],
    ['expired', record({ obtained: Date.now() - 2 * hour, expires: Date.now() - hour })],
  ])('%s', async (_, content) => {
    const plant = inFolder('printf "%s" "$CONTENT" > plan-0.cache.json', { CONTENT: content });
    const result = await local.run({ workflow: workflow(profile, plant, use) });
    expect(shown(stepOf(result, 2))).toContain('"AccountId":"222222222222"');
    expect([result.conclusion, renewals()]).toEqual(['success', 1]);
    expect(shown(postOf(result))).toContain(`Verified: the job's credentials belong to ${customer}.`);
    expect(result.leaks).toEqual([]);
  });

  test.each([
    ['a folder', 'rm plan-0.cache.json; mkdir plan-0.cache.json'],
    [
      'a link to a file elsewhere',
      'mv plan-0.cache.json "$RUNNER_TEMP/x"; ln -s "$RUNNER_TEMP/x" plan-0.cache.json',
    ],
    ['a pipe', 'rm plan-0.cache.json; mkfifo plan-0.cache.json'],
  ])('%s', async (_, script) => {
    const result = await local.run({ workflow: workflow(profile, inFolder(script), use) });
    expect(shown(stepOf(result, 2))).toContain('"AccountId":"222222222222"');
    expect([result.conclusion, renewals()]).toEqual(['success', 1]);
  });
});

test("a cache with another identity's keys fails the job, which names both", async () => {
  const { accessKeyId, secretAccessKey, sessionToken } = local.aws.issueFor(hubRole, 'mallory');
  const content = record({ accessKeyId, secretAccessKey, sessionToken });
  const plant = inFolder('printf "%s" "$CONTENT" > plan-0.cache.json', { CONTENT: content });
  const result = await local.run({ workflow: workflow(profile, plant, use) });
  expect(result.conclusion).toBe('failure');
  const [annotation] = postOf(result).annotations;
  expect(annotation?.message).toContain(customer);
  expect(annotation?.message).toContain('arn:aws:sts::111111111111:assumed-role/deployment-hub/mallory');
  expect(postOf(result).files.map(({ path }) => path)).toEqual([]);
});

describe('locks and records of failures from a clock that was wrong hold nothing up', () => {
  const gone = 'rm plan-0.cache.json';
  test.each([
    [
      'a lock that is dated ahead',
      `printf "1 x" > plan-0.lock; ${node} -e 'const ahead = Date.now() / 1000 + 3600; fs.utimesSync("plan-0.lock", ahead, ahead)'`,
    ],
    ['a lock of a process that has ended', 'printf "%s x" 4194000 > plan-0.lock'],
    ['a lock that is a folder', 'mkdir plan-0.lock'],
    [
      'a failure that is dated ahead',
      `printf '{"format":1,"at":%s000,"why":"planted"}' "$(( $(date +%s) + 3600 ))" > plan-0.cache.failed`,
    ],
    ['a failure that is null', 'printf null > plan-0.cache.failed'],
  ])('%s', async (_, script) => {
    const began = Date.now();
    const result = await local.run({ workflow: workflow(profile, inFolder(`${gone}; ${script}`), use) });
    expect(shown(stepOf(result, 2))).toContain('"AccountId":"222222222222"');
    expect([result.conclusion, renewals()]).toEqual(['success', 1]);
    expect(Date.now() - began).toBeLessThan(15_000);
  });
});

test.each([
  ['{}', '{}'],
  ['null', 'null'],
  ['a plan of another role', '{"format":1,"content":"{}","fingerprint":"x"}'],
])('a plan that is %s renews nothing: one line on stderr', async (_, content) => {
  const plant = inFolder('printf "%s" "$CONTENT" > plan-0.json; rm plan-0.cache.json', { CONTENT: content });
  const result = await local.run({
    workflow: workflow(profile, plant, { ...use, run: `${use.run} || true` }),
  });
  const { stderr } = stepOf(result, 2);
  expect(stderr).toMatch(/^assume-role-chain: .+plan-0\.json is not a plan that this version .+\n$/);
  expect([renewals(), printed(stepOf(result, 2))]).toEqual([0, []]);
});

test('a plan that is a pipe renews nothing, and holds nothing up', async () => {
  const plant = inFolder('rm plan-0.cache.json plan-0.json; mkfifo plan-0.json');
  const result = await local.run({
    workflow: workflow(profile, plant, { ...use, run: `${use.run} || true` }),
  });
  expect(stepOf(result, 2).stderr).toContain('plan-0.json is not a plan that this version');
  expect([renewals(), printed(stepOf(result, 2))]).toEqual([0, []]);
});

test('a journal that is a pipe holds no renewal up, and has it afterwards', async () => {
  const plant = inFolder('rm plan-0.cache.json; mkfifo plan-0.cache.journal');
  const result = await local.run({ workflow: workflow(profile, plant, use) });
  expect(shown(stepOf(result, 2))).toContain('"AccountId":"222222222222"');
  expect(shown(postOf(result))).toContain('customer: renewed once');
});

test('a session of shared roles that somebody wrote is not used: the roles are assumed', async () => {
  const role = { 'role-arn': customerRole, 'external-id': externalId };
  const accounts = JSON.stringify({ a: role, b: { ...role, 'session-name': 'b-session' } });
  const plant = inFolder(
    'rm plan-0.cache.json; for f in shared-*.json; do printf "%s" "$CONTENT" > "$f"; done',
    { CONTENT: '{"format":1,"box":"cGxhbnRlZCBwbGFudGVkIHBsYW50ZWQgcGxhbnRlZCBwbGFudGVk"}' },
  );
  const several = assume({ 'role-arn': hubRole, accounts, region: 'us-east-1' });
  const result = await local.run({ workflow: workflow(several, plant, use) });
  expect(shown(stepOf(result, 2))).toContain('"AccountId":"222222222222"');
  expect([result.conclusion, renewals(), result.leaks]).toEqual(['success', 1, []]);
});

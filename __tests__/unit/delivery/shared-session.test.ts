import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Reached } from '../../../src/chain/chain.ts';
import {
  discardShared,
  isRefused,
  reachShared,
  readSharedSession,
  sharedSessionOf,
  type SharedSession,
} from '../../../src/delivery/shared-session.ts';
import { newKey } from '../../../src/profiles/encrypt.ts';
import type { StoredPlan } from '../../../src/profiles/plan-file.ts';
import { keyVariableOfPlan } from '../../../src/profiles/plan-key.ts';
import { Interrupted, RequestFailure } from '../../../src/sts/errors.ts';
import { planOf } from '../sts/plans.ts';

let temp: string;
let planPath: string;
let shared: SharedSession;
const running = new AbortController().signal;
const stored: StoredPlan = {
  plan: planOf({ kind: 'oidc', audience: 'sts.amazonaws.com' }),
  limits: { timeoutSeconds: 60, maxAttempts: 5, propagationWaitSeconds: 0 },
  jobSummary: 'on-failure',
  sharedHops: 1,
};

beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'shared-'));
  planPath = join(temp, 'da81e9a2-4b57-44f1-b9b0-2eedb9ce62b7', 'plan-0.json');
  mkdirSync(dirname(planPath));
  const found = sharedSessionOf(planPath, stored, { [keyVariableOfPlan(planPath)]: newKey() });
  if (!found) throw new TypeError('the profile shares its hub');
  shared = found;
});
afterEach(() => {
  rmSync(temp, { recursive: true });
});

/** The hub's session. @param seconds until it expires */
function hub(seconds: number, name = 'hub'): Reached {
  const trace = {
    roleArn: 'arn:aws:iam::111111111111:role/hub',
    assumedRoleArn: `arn:aws:sts::111111111111:assumed-role/hub/${name}`,
    accountId: '111111111111',
    sessionName: name,
    expiration: new Date(Date.now() + seconds * 1000),
  };
  const credentials = { accessKeyId: 'ASIA1', secretAccessKey: 'hub-secret-key', sessionToken: 'hub-token' };
  return { session: { credentials, assumedRoleId: `AROA1:${name}`, trace }, traces: [trace] };
}

const assuming = (reached: Reached, clockOffset = 0) =>
  jest.fn(() => Promise.resolve({ reached, clockOffset }));

test('a profile that shares no role has none, nor has a process without the key', () => {
  const environment = { [keyVariableOfPlan(planPath)]: newKey() };
  expect(sharedSessionOf(planPath, { ...stored, sharedHops: 0 }, environment)).toBeUndefined();
  expect(sharedSessionOf(planPath, stored, {})).toBeUndefined();
});

test('of many at once, one assumes the roles, and all get its session', async () => {
  const assume = assuming(hub(3600));
  const all = await Promise.all(Array.from({ length: 5 }, () => reachShared(shared, running, assume)));
  expect(assume).toHaveBeenCalledTimes(1);
  expect(all.filter((one) => !one.stored)).toHaveLength(1);
  for (const { reached } of all) expect(reached).toEqual(all[0]?.reached);
  expect(readSharedSession(shared)?.session.trace.expiration).toBeInstanceOf(Date);
});

test('its file is private, and encrypted', async () => {
  await reachShared(shared, running, assuming(hub(3600)));
  expect(readFileSync(shared.path, 'utf8')).not.toMatch(/hub-secret-key|hub-token|ASIA1/);
  expect(statSync(shared.path).mode & 0o777).toBe(0o600);
  expect(readdirSync(dirname(planPath))).toEqual([expect.stringMatching(/^shared-[\w-]{16}\.json$/)]);
  expect(readSharedSession({ ...shared, key: newKey() })).toBeUndefined();
  expect(readSharedSession({ ...shared, hops: '[]' })).toBeUndefined();
});

test.each([
  ['an hour, of which a minute is left', 3600, 0, 3541],
  ['three seconds, of which half is over', 3, 0, 1.6],
  ['an hour by a clock that is an hour ahead', 7200, 3_600_000, 3541],
])('a session of %s is not used', async (_, seconds, clockOffset, after) => {
  await reachShared(shared, running, assuming(hub(seconds), clockOffset));
  expect(readSharedSession(shared)).toBeDefined();
  expect(readSharedSession(shared, Date.now() + after * 1000)).toBeUndefined();
  expect(readSharedSession(shared, Date.now() - 60_000)).toBeUndefined();
});

test.each(['', '{}', '{"format":1,"box":"x"}', '{"format":0,"box":""}'])('%j is no session', (text) => {
  writeFileSync(shared.path, text);
  expect(readSharedSession(shared)).toBeUndefined();
});

test('those who wait fail with the one who failed, and a later one tries again', async () => {
  const begun = Promise.withResolvers<undefined>();
  const fails = Promise.withResolvers<never>();
  const first = reachShared(shared, running, () => {
    begun.resolve(undefined);
    return fails.promise;
  });
  await begun.promise;
  const assume = assuming(hub(3600));
  const second = reachShared(shared, running, assume);
  const since = Date.now();
  while (Date.now() <= since + 1);
  fails.reject(new Error('the hub refuses'));
  await expect(first).rejects.toThrow('the hub refuses');
  await expect(second).rejects.toMatchObject({ code: 'renewal-failed', message: 'the hub refuses' });
  expect(assume).not.toHaveBeenCalled();
  await expect(reachShared(shared, running, assume)).resolves.toMatchObject({ stored: false });
});

test('one that was cancelled says nothing to the others', async () => {
  const cancelled = new Interrupted({ kind: 'cancelled', signal: 'SIGINT' }, 'x');
  await expect(reachShared(shared, running, () => Promise.reject(cancelled))).rejects.toBe(cancelled);
  expect(readdirSync(dirname(planPath))).toEqual([]);
});

test('waiting ends with the time limit', async () => {
  const over = AbortSignal.abort({ kind: 'timeout', seconds: 30 });
  await expect(reachShared(shared, over, assuming(hub(3600)))).rejects.toThrow(
    'timeout-seconds (30) ran out while waiting for the session of the shared roles',
  );
});

test('a folder that is gone costs the sharing only', async () => {
  const assume = (): Promise<{ reached: Reached; clockOffset: number }> => {
    rmSync(dirname(planPath), { recursive: true });
    return Promise.resolve({ reached: hub(3600), clockOffset: 0 });
  };
  await expect(reachShared(shared, running, assume)).resolves.toMatchObject({ stored: false });
  mkdirSync(dirname(planPath));
});

test('a session that AWS refuses is discarded', async () => {
  const answer = {
    text: '',
    from: 'service',
    transient: false,
    throttled: false,
    clockCorrected: false,
  } as const;
  const failure = (code: string): RequestFailure =>
    new RequestFailure({ operation: 'AssumeRole' }, { ...answer, code }, 1);
  expect(isRefused(failure('ExpiredTokenException'))).toBe(true);
  expect(isRefused(failure('AccessDenied'))).toBe(true);
  expect(isRefused(failure('Throttling'))).toBe(false);
  expect(isRefused(new Error('AccessDenied'))).toBe(false);
  await reachShared(shared, running, assuming(hub(3600)));
  discardShared(shared);
  discardShared(shared);
  expect(readSharedSession(shared)).toBeUndefined();
});

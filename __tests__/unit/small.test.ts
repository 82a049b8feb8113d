import { expect, jest, test } from '@jest/globals';
import { isoTime, untilThen } from '../../src/text/time.ts';
import { identityOf } from '../../src/aws/plan-identity.ts';
import { isWebIdentity, lastHop } from '../../src/aws/plan.ts';
import { deadlineAfter, stopReasonOf } from '../../src/sts/deadline.ts';
import { customerArn, hopTo, hubArn, keys, planOf } from './sts/plans.ts';

test('points in time', () => {
  const now = new Date('2026-11-23T12:00:00.700Z');
  expect(isoTime(now)).toBe('2026-11-23T12:00:00Z');
  expect(untilThen(new Date('2026-11-23T12:01:59Z'), new Date('2026-11-23T12:00:00Z'))).toBe('119 s');
  expect(untilThen(new Date('2026-11-23T13:00:00Z'), new Date('2026-11-23T12:00:01Z'))).toBe('60 min');
  expect(untilThen(new Date('2026-11-23T12:00:00Z'), now)).toBe("already over by this machine's clock");
});

test('a plan is the same by its roles, session, tags and policies, not by how it is paid for', () => {
  const plan = planOf({ kind: 'oidc', audience: 'a' });
  expect(identityOf(plan)).toBe(
    identityOf({
      ...planOf({ kind: 'access-key', credentials: keys }),
      sts: { ...plan.sts, region: 'eu-west-1' },
    }),
  );
  const [hub, customer] = [hopTo(hubArn), hopTo(customerArn)];
  for (const other of [
    { tags: [{ key: 'a', value: 'b' }] },
    { sessionName: 'other' },
    { transitiveTagKeys: ['a'] },
    { sourceIdentity: 'fred' },
    { policy: '{}' },
    { policyArns: ['x'] },
    { tags: [{ key: 'a', value: '' }] },
  ]) {
    expect(identityOf(planOf(plan.base, [hub, { ...customer, ...other }]))).not.toBe(identityOf(plan));
  }
  expect(identityOf(planOf(plan.base, [hub]))).not.toBe(identityOf(plan));
  expect(identityOf(planOf(plan.base, [hub, { ...customer, durationSeconds: 1234, externalId: 'x' }]))).toBe(
    identityOf(plan),
  );
});

test('the last hop, and who begins by token', () => {
  expect(lastHop(planOf({ kind: 'ambient', origin: {} })).role.text).toBe(customerArn);
  expect((['oidc', 'token-file', 'access-key', 'ambient'] as const).map(isWebIdentity)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('a step stops after its time, and when the runner says so', () => {
  jest.useFakeTimers();
  const timed = deadlineAfter(2);
  jest.advanceTimersByTime(1999);
  expect(timed.signal.aborted).toBe(false);
  jest.advanceTimersByTime(1);
  expect(stopReasonOf(timed.signal)).toEqual({ kind: 'timeout', seconds: 2 });
  timed.release();
  jest.useRealTimers();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const stop = deadlineAfter(60);
    process.emit(signal, signal);
    expect(stopReasonOf(stop.signal)).toEqual({ kind: 'cancelled', signal });
    stop.release();
    expect(process.listenerCount(signal)).toBe(0);
  }
});

import { expect, test } from '@jest/globals';
import type { Target } from '../../../src/aws/plan.ts';
import type { RoleSession } from '../../../src/aws/session.ts';
import { accountsOutput, type AccountsOutcome } from '../../../src/delivery/accounts-output.ts';
import { errorCodeOf } from '../../../src/text/action-error.ts';
import { hopTo, keys, planOf } from '../sts/plans.ts';

const target = (index: number): Target => ({
  name: `customer-${String(index).padStart(4, '0')}`,
  plan: planOf({ kind: 'access-key', credentials: keys }, [
    hopTo(`arn:aws:iam::${String(300_000_000_000 + index)}:role/x`),
  ]),
  sharedHops: 0,
});

/** @param count of accounts, the first of which have failed */
function outcome(
  count: number,
  failed = 0,
  reason = 'x',
  sessionName = 'acme.shop@12345678901',
): AccountsOutcome {
  const targets = Array.from({ length: count }, (_, index) => target(index));
  const session = (index: number): RoleSession => ({
    ...{ credentials: { ...keys, sessionToken: 't' }, accountId: String(300_000_000_000 + index) },
    ...{ assumedRoleId: 'id', sessionName, expires: 0, hops: [], expiration: new Date(0) },
    assumedRoleArn: `arn:aws:sts::${String(300_000_000_000 + index)}:assumed-role/customer-deployment/${sessionName}`,
  });
  return {
    targets,
    assumed: targets.slice(failed).map((one, index) => ({ target: one, session: session(index + failed) })),
    failed: targets.slice(0, failed).map((one) => ({ target: one, error: new Error('x') })),
    reasons: new Map(targets.slice(0, failed).map(({ name = '' }) => [name, reason])),
  };
}

test('an entry for each account, in their order', () => {
  const whole = outcome(2, 1);
  expect(accountsOutput({ ...whole, targets: [...whole.targets, target(9)] })).toEqual([
    { profile: 'customer-0000', 'role-arn': 'arn:aws:iam::300000000000:role/x', error: 'x' },
    {
      profile: 'customer-0001',
      'account-id': '300000000001',
      'assumed-role-arn': 'arn:aws:sts::300000000001:assumed-role/customer-deployment/acme.shop@12345678901',
      expiration: '1970-01-01T00:00:00Z',
    },
  ]);
});

/** GitHub counts two bytes a character (GitHub Docs, "Defining outputs for jobs"). */
const bytes = (entries: readonly object[]): number => 2 * JSON.stringify(entries).length;

test('2,200 accounts fit into what GitHub accepts', () => {
  expect(bytes(accountsOutput(outcome(2200)))).toBeLessThan(1024 * 1024);
});

test('reasons are cut where they would not fit', () => {
  const entries = accountsOutput(outcome(2200, 2000, 'because '.repeat(100)));
  expect(entries).toHaveLength(2200);
  expect(bytes(entries)).toBeLessThan(1024 * 1024);
  expect(entries[0]).toMatchObject({ error: expect.stringMatching(/^because .*…$/) });
  expect(accountsOutput(outcome(10, 5, 'because '.repeat(100)))[0]).toMatchObject({
    error: 'because '.repeat(100),
  });
});

test('more than fits is an error that says what to do', () => {
  let error: unknown;
  try {
    accountsOutput(outcome(4000, 0, '', 's'.repeat(64)));
  } catch (one) {
    error = one;
  }
  expect(errorCodeOf(error)).toBe('outputs-too-large');
  expect(String(error)).toMatch(
    /the output accounts of 4000 accounts has \d+ characters, .* list fewer accounts/,
  );
});

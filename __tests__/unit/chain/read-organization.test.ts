import { expect, test } from '@jest/globals';
import type { OrganizationQuery } from '../../../src/aws/organization.ts';
import { readOrganization, type OrganizationDependencies } from '../../../src/chain/read-organization.ts';
import type { Target } from '../../../src/aws/plan.ts';
import { hopTo, keys, planOf } from '../sts/plans.ts';

const base = { kind: 'access-key', credentials: keys } as const;
const account = 'arn:aws:iam::222222222222:role/deploy';
const settings = { partition: 'aws', endpoint: undefined, useFips: false, useDualstack: false };

/** Reads an organization of two accounts, one of which is suspended, without a chain. */
async function read(query: Partial<OrganizationQuery>) {
  const lines: string[] = [];
  const bodies: Record<string, object> = {
    ListRoots: { Roots: [{ Id: 'r-abcd' }] },
    ListAccountsForParent: {
      Accounts: [
        { Id: '222222222222', Name: 'shop', State: 'ACTIVE' },
        { Id: '333333333333', Name: 'old', State: 'SUSPENDED' },
      ],
    },
    ListOrganizationalUnitsForParent: { OrganizationalUnits: [] },
    ListTagsForResource: { Tags: [] },
  };
  const send = (_: URL, { headers }: { headers: Record<string, string> }) => {
    const operation = headers['x-amz-target']?.split('.')[1] ?? '';
    return Promise.resolve({
      status: 200,
      headers: {},
      body: Buffer.from(JSON.stringify(bodies[operation])),
    });
  };
  const say = (line: string): void => void lines.push(line);
  const dependencies = {
    base: { credentials: () => Promise.resolve(keys) },
    sts: { clockOffset: 0 },
    connections: { open: () => Promise.resolve(), send },
    retryOptions: { maxAttempts: 1, propagationWaitSeconds: 0, signal: new AbortController().signal, say },
    ...{ say, warn: (line: string) => void lines.push(`warning: ${line}`) },
  } as unknown as OrganizationDependencies;
  const target: Target = { name: 'organization', plan: planOf(base, [hopTo(account)]), sharedHops: 0 };
  const request = { query: { under: [], tags: [], except: [], ...query }, settings, note: undefined };
  const { members } = await readOrganization(request, target, dependencies);
  return { members, lines };
}

test('the accounts, and a line with the counts', async () => {
  expect(await read({})).toEqual({
    members: [{ id: '222222222222', name: 'shop' }],
    lines: ['Found 1 account in the organization (left out: 1 not active).'],
  });
});

test('what was asked for is in the line, and what was not found is a warning', async () => {
  const { lines } = await read({
    under: ['r-abcd'],
    except: ['222222222222', '999999999999'],
    tags: [['a', 'b']],
  });
  expect(lines).toEqual([
    'Found 0 accounts in the organization (under r-abcd; left out: 1 not active, 1 in except).',
    'warning: organization: 999999999999 of except is not one of the accounts that were listed. Correct or remove it.',
  ]);
  expect((await read({ tags: [['a', 'b']] })).lines).toEqual([
    'Found 0 accounts in the organization (left out: 1 not active, 1 without the tags).',
  ]);
});

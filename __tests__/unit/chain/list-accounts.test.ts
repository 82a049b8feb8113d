import { describe, expect, test } from '@jest/globals';
import { listAccounts } from '../../../src/chain/list-accounts.ts';
import { isRequestFailure, type OrganizationsOperation } from '../../../src/sts/errors.ts';
import type { Item, Page } from '../../../src/sts/organizations.ts';

const everything = { under: [], tags: [], except: [] };
const throttled = Object.assign(new Error('slow down'), {
  name: 'TooManyRequestsException',
  $metadata: { httpStatusCode: 400 },
});

type Tree = Readonly<Record<string, { units?: readonly string[]; accounts?: readonly Item[] }>>;

/** An organization of two entries a page. @param before called with each request, and may throw */
function open(
  tree: Tree,
  before: (operation: OrganizationsOperation) => void = () => undefined,
  maxAttempts = 5,
) {
  const asked: string[] = [];
  let [now, most] = [0, 0];
  const page = async (operation: OrganizationsOperation, subject = '', next = '0'): Promise<Page> => {
    asked.push(`${operation} ${subject} ${next}`.trim());
    most = Math.max(most, ++now);
    await new Promise(setImmediate);
    now--;
    before(operation);
    const all: readonly Item[] = {
      ListRoots: [{ Id: 'r-abcd' }],
      ListAccountsForParent: tree[subject]?.accounts ?? [],
      ListOrganizationalUnitsForParent: (tree[subject]?.units ?? []).map((id) => ({ Id: id })),
      ListTagsForResource: [
        { Key: 'Env', Value: Number(subject) % 2 === 0 ? 'prod' : 'dev' },
        { Key: 'A', Value: 'B' },
        { Key: 'C', Value: '' },
      ],
    }[operation];
    const start = Number(next);
    return {
      items: all.slice(start, start + 2),
      next: start + 2 < all.length ? String(start + 2) : undefined,
    };
  };
  const retryOptions = {
    ...{ maxAttempts, propagationWaitSeconds: 0, signal: new AbortController().signal },
    ...{ say: () => undefined, wait: () => Promise.resolve() },
  };
  return {
    asked,
    most: () => most,
    list: (query: Partial<typeof everything> | object = {}) =>
      listAccounts({ ...everything, ...query }, { organizations: { page }, retryOptions, callerArn: 'arn' }),
  };
}

const account = (id: string, name: string, more: Item = {}): Item => ({
  Id: id,
  Name: name,
  Status: 'ACTIVE',
  ...more,
});
const tree: Tree = {
  'r-abcd': { units: ['ou-a', 'ou-b', 'ou-c'], accounts: [account('1', 'z')] },
  'ou-a': { units: ['ou-d'], accounts: [account('2', 'b'), account('3', 'a'), account('4', 'a')] },
  'ou-b': {
    accounts: [account('5', 'c', { State: 'SUSPENDED' }), account('6', 'd', { Status: 'SUSPENDED' })],
  },
  'ou-d': { accounts: [account('8', 'e', { State: 'ACTIVE' }), { Id: '7', State: 'ACTIVE' }] },
};

describe('the accounts of an organization', () => {
  test('from the root down, page by page, in the order of their names', async () => {
    const { list, asked } = open(tree);
    const found = await list();
    expect(found.accounts.map(({ id }) => id)).toEqual(['7', '3', '4', '2', '8', '1']);
    expect(found).toMatchObject({ inactive: 2, untagged: 0, unknownExcept: [] });
    expect(asked.filter((one) => one.startsWith('ListTags'))).toEqual([]);
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked).toContain('ListAccountsForParent ou-a 2');
  });

  test('of units that are listed twice, once', async () => {
    const { list, asked } = open(tree);
    const found = await list({ under: ['ou-d', 'ou-a', 'ou-d'] });
    expect(found.accounts.map(({ id }) => id)).toEqual(['7', '3', '4', '2', '8']);
    expect(asked).not.toContain('ListRoots  0');
    expect(new Set(asked).size).toBe(asked.length);
  });

  test('pages in a circle are an unexpected response, not an endless list', async () => {
    const next = { '0': '2', '2': '4', '4': '2' } as Record<string, string>;
    const asked: string[] = [];
    const page = (_: OrganizationsOperation, __?: string, token = '0'): Promise<Page> => {
      asked.push(token);
      return Promise.resolve({ items: [], next: next[token] });
    };
    const retryOptions = {
      ...{ maxAttempts: 1, propagationWaitSeconds: 0, signal: new AbortController().signal },
      say: () => undefined,
    };
    const query = { ...everything, under: ['r-abcd'] };
    const error: unknown = await listAccounts(query, {
      ...{ organizations: { page }, retryOptions, callerArn: 'arn' },
    }).catch((thrown: unknown) => thrown);
    expect(isRequestFailure(error) && error.answer).toMatchObject({ from: 'other' });
    expect(asked.length).toBeLessThanOrEqual(6);
  });

  test('by tags, which are read for those that are left', async () => {
    const { list, asked } = open(tree);
    const found = await list({
      tags: [
        ['Env', 'prod'],
        ['C', ''],
      ],
      except: ['2', '9'],
    });
    expect(found.accounts.map(({ id }) => id)).toEqual(['4', '8']);
    expect(found).toMatchObject({ untagged: 3, unknownExcept: ['9'] });
    expect(asked.filter((one) => /^ListTags.* 0$/.test(one))).toHaveLength(5);
  });

  test('a few requests at once, and fewer when throttled', async () => {
    const many = Array.from({ length: 40 }, (_, index) => account(String(index), 'x'));
    const big: Tree = { 'r-abcd': { accounts: many } };
    const calm = open(big);
    await calm.list({ tags: [['A', 'B']] });
    expect(calm.most()).toBe(8);
    let left = 10;
    const busy = open(big, (operation) => {
      if (operation === 'ListTagsForResource' && left-- > 0) throw throttled;
    });
    expect((await busy.list({ tags: [['A', 'B']] })).accounts).toHaveLength(40);
  });

  test('a failure ends everything else', async () => {
    const denied = Object.assign(new Error('no'), {
      name: 'ParentNotFoundException',
      $metadata: { httpStatusCode: 400 },
    });
    const { list, asked } = open(tree, (operation) => {
      if (operation === 'ListAccountsForParent') throw denied;
    });
    const error: unknown = await list({ under: ['ou-a', 'ou-b', 'ou-c', 'ou-d'] }).catch(
      (one: unknown) => one,
    );
    expect(isRequestFailure(error) && error.attempt).toEqual({
      ...{ operation: 'ListAccountsForParent', subject: 'ou-a', callerArn: 'arn' },
    });
    const { length } = asked;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).toHaveLength(length);
  });
});

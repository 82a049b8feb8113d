import { describe, expect, test } from '@jest/globals';
import { Problems } from '../../../src/request/problems.ts';
import { readTags } from '../../../src/request/tags.ts';
import { facts, found } from './given.ts';

const read = (tags: string, transitive = '', workflow = 'false') => {
  const problems = new Problems();
  const result = readTags({ tags, transitive, workflow }, () => facts, problems);
  return { ...result, problems: problems.all.map(({ input, text }) => `${input}: ${text}`) };
};

test('tags are key=value lines; a value may be empty and contain the sign', () => {
  expect(read('a = b \nempty=\nurl=https://x/?y=z\n').problems).toEqual([expect.stringContaining('"?"')]);
  expect(read('a = b \nempty=\nsum=1=1').others).toEqual([
    { key: 'a', value: 'b' },
    { key: 'empty', value: '' },
    { key: 'sum', value: '1=1' },
  ]);
});

test('transitive ones are recognized in any case of the key', () => {
  const { transitive, others, problems } = read('Project=shop\nTicket=7', 'project');
  expect({ transitive, others, problems }).toEqual({
    transitive: [{ key: 'Project', value: 'shop' }],
    others: [{ key: 'Ticket', value: '7' }],
    problems: [],
  });
});

test("the workflow's tags come after the user's, which win; they may be transitive", () => {
  const { transitive, others } = read('actor=fred', 'Job', 'true');
  expect(transitive).toEqual([{ key: 'Job', value: 'deploy' }]);
  expect(others).toEqual([
    { key: 'actor', value: 'fred' },
    { key: 'Repository', value: 'acme/shop' },
    { key: 'Workflow', value: 'Deploy' },
    { key: 'Ref', value: 'refs/heads/feature/-2@473a00b1' },
    { key: 'Commit', value: 'abc123' },
    { key: 'RunId', value: '42' },
    { key: 'EventName', value: 'push' },
  ]);
});

test('a value may have placeholders', () => {
  expect(read('Branch={ref_name}\nBy=run {run_id} of {owner}').others).toEqual([
    { key: 'Branch', value: expect.stringMatching(/^feature\/-2@[0-9a-f]{8}$/) },
    { key: 'By', value: 'run 42 of acme' },
  ]);
  expect(read('Branch={branch}').problems).toEqual([
    'session-tags: "Branch={branch}" has the unknown placeholder "{branch}": the placeholders are owner, repo, repository, ref, ref_name, sha, actor, workflow, job, run_id, run_attempt, event_name, environment',
  ]);
});

describe('wrong tags', () => {
  test.each([
    ['novalue', 'session-tags: "novalue" is not key=value'],
    ['=x', 'session-tags: "=x" is not key=value'],
    ['aws:x=y', 'session-tags: "aws:x=y" begins with "aws:", which is reserved for AWS'],
    ['a=b\nA=c', 'session-tags: "A" is listed twice: STS ignores upper and lower case in keys'],
    [
      'a*=b',
      'session-tags: "a*=b" has "*" in its key: only letters, digits, spaces and _ . : / = + - @ are allowed',
    ],
    [
      'a=[b]',
      'session-tags: "a=[b]" has "[", "]" in its value: only letters, digits, spaces and _ . : / = + - @ are allowed',
    ],
    [`${'k'.repeat(129)}=v`, 'has a key of 129 characters: 128 are allowed'],
    [`k=${'v'.repeat(257)}`, 'has a value of 257 characters: 256 are allowed'],
  ])('%j', (text, rule) => {
    expect(read(text).problems.join()).toContain(rule);
  });

  test('limits count characters, not bytes', () => {
    expect(read(`${'ü'.repeat(128)}=${'日'.repeat(256)}`).problems).toEqual([]);
  });

  test('50 are allowed, 51 are not; the message says where they come from', () => {
    const lines = (count: number): string =>
      Array.from({ length: count }, (_, index) => `k${String(index)}=v`).join('\n');
    expect(read(lines(50)).problems).toEqual([]);
    expect(read(lines(51)).problems).toEqual(['session-tags: has 51 tags: a session may have 50']);
    expect(read(lines(50), '', 'true').problems).toEqual([
      'session-tags: has 58 tags, 8 of them from workflow-tags: a session may have 50',
    ]);
  });

  test.each([
    ['b', 'transitive-tag-keys: "b" is not a key of session-tags'],
    ['a,', 'transitive-tag-keys: has an empty entry between commas'],
    ['a\nA', 'transitive-tag-keys: "A" is listed twice'],
  ])('transitive %j', (transitive, rule) => {
    const tags = { tags: 'a=1', transitive, workflow: 'false' };
    expect(found((problems) => readTags(tags, () => facts, problems)).join()).toContain(rule);
  });
});

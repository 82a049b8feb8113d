import { describe, expect, test } from '@jest/globals';
import { Problems } from '../../../src/request/problems.ts';
import { madeTag, readTags } from '../../../src/request/tags.ts';
import { found } from './given.ts';

const read = (tags: string, transitive = '', workflow: { key: string; value: string }[] = []) => {
  const problems = new Problems();
  const result = readTags({ tags, transitive }, workflow, problems);
  return { ...result, problems: problems.all.map(({ input, text }) => `${input}: ${text}`) };
};

test('tags are key=value lines; a value may be empty and hold the sign', () => {
  expect(read('a = b \nempty=\nurl=https://x/?y=z\n').problems).toEqual([expect.stringContaining('"?"')]);
  expect(read('a = b \nempty=\nsum=1=1').others).toEqual([
    { key: 'a', value: 'b' },
    { key: 'empty', value: '' },
    { key: 'sum', value: '1=1' },
  ]);
});

test('transitive ones are told apart, whatever the case of the key', () => {
  const { transitive, others, problems } = read('Project=shop\nTicket=7', 'project');
  expect({ transitive, others, problems }).toEqual({
    transitive: [{ key: 'Project', value: 'shop' }],
    others: [{ key: 'Ticket', value: '7' }],
    problems: [],
  });
});

test("the workflow's tags come after the user's, which win; they may be transitive", () => {
  const workflow = [
    { key: 'Actor', value: 'octo' },
    { key: 'Job', value: 'deploy' },
  ];
  const { transitive, others } = read('actor=fred', 'Job', workflow);
  expect(transitive).toEqual([{ key: 'Job', value: 'deploy' }]);
  expect(others).toEqual([{ key: 'actor', value: 'fred' }]);
});

describe('wrong tags', () => {
  test.each([
    ['novalue', 'session-tags: "novalue" is not key=value'],
    ['=x', 'session-tags: "=x" is not key=value'],
    ['aws:x=y', 'session-tags: "aws:x=y" begins with "aws:", which is reserved to AWS'],
    ['a=b\nA=c', 'session-tags: "A" stands twice: STS does not tell keys apart by upper and lower case'],
    [
      'a*=b',
      'session-tags: "a*=b" has "*" in its key: only letters, digits, spaces and _ . : / = + - @ may stand there',
    ],
    [
      'a=[b]',
      'session-tags: "a=[b]" has "[", "]" in its value: only letters, digits, spaces and _ . : / = + - @ may stand there',
    ],
    [`${'k'.repeat(129)}=v`, 'has a key of 129 characters: at most 128 are possible'],
    [`k=${'v'.repeat(257)}`, 'has a value of 257 characters: at most 256 are possible'],
  ])('%j', (text, rule) => {
    expect(read(text).problems.join()).toContain(rule);
  });

  test('limits count characters, not bytes', () => {
    expect(read(`${'ü'.repeat(128)}=${'日'.repeat(256)}`).problems).toEqual([]);
  });

  test('50 are possible, 51 are not; whose they are is said', () => {
    const lines = (count: number): string =>
      Array.from({ length: count }, (_, index) => `k${String(index)}=v`).join('\n');
    expect(read(lines(50)).problems).toEqual([]);
    expect(read(lines(51)).problems).toEqual(['session-tags: has 51 tags: a session takes at most 50']);
    expect(read(lines(50), '', [{ key: 'Actor', value: 'x' }]).problems).toEqual([
      'session-tags: has 51 tags, 1 of them from workflow-tags: a session takes at most 50',
    ]);
  });

  test.each([
    ['b', 'transitive-tag-keys: "b" is not a key of session-tags'],
    ['a,', 'transitive-tag-keys: has an empty entry between commas'],
    ['a\nA', 'transitive-tag-keys: "A" stands twice'],
  ])('transitive %j', (transitive, rule) => {
    expect(found((problems) => readTags({ tags: 'a=1', transitive }, [], problems)).join()).toContain(rule);
  });
});

test('a made tag is valid: what is refused becomes -, what is too long is cut', () => {
  expect(madeTag('Actor', 'octo[bot]')).toEqual({ key: 'Actor', value: 'octo-bot-' });
  expect(madeTag('Ref', 'x'.repeat(300)).value).toHaveLength(256);
});

import { describe, expect, test } from '@jest/globals';
import { sessionNameRule } from '../../../src/aws/limits.ts';
import { defaultName } from '../../../src/request/hop-readers.ts';
import { readName } from '../../../src/request/names.ts';
import { Problems } from '../../../src/request/problems.ts';
import { facts, found } from './given.ts';

const read = (text: string, problems: Problems, more: Partial<typeof facts> = {}) =>
  readName('session-name', text, sessionNameRule, () => ({ ...facts, ...more }), problems);

test('white space around it does not count', () => {
  expect(read(' deploy ', new Problems())).toBe('deploy');
});

test.each([
  [
    'Freds Session',
    'contains a space: only letters, digits and _ + = , . @ - are allowed, try "Freds-Session"',
  ],
  ['x'.repeat(65), `is longer than 64 characters (65), try "${'x'.repeat(64)}"`],
  ['x', 'is shorter than 2 characters: make it longer, or leave it out'],
  ['{actr}', 'has the unknown placeholder "{actr}": did you mean {actor}?'],
  [
    '{environment}',
    "has the placeholder {environment}, which the runner does not give to a step: write the environment's name itself",
  ],
  [`${'x'.repeat(60)}{actor}`, 'is longer than 64 characters (70) when its placeholders are filled in'],
  [
    'octo[{actor}',
    'contains "[": only letters, digits and _ + = , . @ - are allowed when its placeholders are filled in',
  ],
])('%j is wrong', (name, rule) => {
  expect(found((problems) => read(name, problems))).toEqual([`session-name: "${name}" ${rule}`]);
});

test.each(['xy', 'x'.repeat(64), 'a_b+c=d,e.f@g-h'])('%j is accepted', (name) => {
  expect(found((problems) => read(name, problems))).toEqual([]);
});

test('placeholders are filled in', () => {
  expect(found((problems) => read('{actor}', problems))).toEqual([]);
  expect(read('{owner}.{repo}@{run_id}-{run_attempt}', new Problems())).toBe('acme.shop@42-1');
  expect(read('{actor}', new Problems())).toMatch(/^octo-bot-@[0-9a-f]{8}$/);
});

describe('the name that is made', () => {
  test.each([
    [{}, 'acme.shop@42'],
    [{ repository: '' }, 'github-actions@42'],
    [{ repository: '', run_id: '' }, 'github-actions'],
  ])('%j', (more, expected) => {
    const own = { ...facts, ...more };
    expect(
      read(
        defaultName(() => own),
        new Problems(),
        more,
      ),
    ).toBe(expected);
  });

  test("contains the run, however long the repository's name is", () => {
    const more = { repo: 'r'.repeat(100), repository: `acme/${'r'.repeat(100)}` };
    const name = read(
      defaultName(() => ({ ...facts, ...more })),
      new Problems(),
      more,
    );
    expect(name).toHaveLength(64);
    expect(name).toMatch(/^acme\.r+@[0-9a-f]{8}@42$/);
  });
});

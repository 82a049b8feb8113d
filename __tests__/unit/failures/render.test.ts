import { expect, test } from '@jest/globals';
import { partsAsLines, partsAsMarkdown } from '../../../src/failures/render.ts';
import type { Part } from '../../../src/failures/explanation.ts';

const parts: Part[] = [
  { kind: 'text', text: 'Tried <this>.' },
  {
    kind: 'facts',
    facts: [
      ['iss', 'https://x'],
      ['audience', 'a|b'],
    ],
  },
  { kind: 'steps', steps: ['one', 'two'] },
  { kind: 'code', language: 'json', code: '{\n  "a": 1\n}' },
];

test('a log shows what is to be pasted alone on its lines', () => {
  expect(partsAsLines(parts)).toEqual([
    'Tried <this>.',
    '  iss       https://x',
    '  audience  a|b',
    '  1. one',
    '  2. two',
    '{',
    '  "a": 1',
    '}',
  ]);
});

test('a summary shows the same, and nothing from outside is markup', () => {
  expect(partsAsMarkdown(parts)).toBe(
    [
      'Tried &#60;this&#62;.',
      '',
      '| claim | value |',
      '| --- | --- |',
      '| <code>iss</code> | <code>https://x</code> |',
      '| <code>audience</code> | <code>a&#124;b</code> |',
      '',
      '1. one',
      '2. two',
      '',
      '```json',
      '{',
      '  "a": 1',
      '}',
      '```',
    ].join('\n'),
  );
});

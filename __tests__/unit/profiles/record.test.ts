import { expect, test } from '@jest/globals';
import {
  isFlag,
  isLike,
  isListOf,
  isMapOf,
  isNumber,
  isShape,
  isText,
  optional,
  readRecord,
  recordText,
} from '../../../src/profiles/record.ts';

interface Sample {
  readonly name: string;
  readonly count: number;
  readonly on: boolean;
  readonly words: readonly string[];
  readonly map: Readonly<Record<string, string>>;
  readonly note?: string;
}

const check = isShape<Sample>({
  name: isLike(/^[a-z]+$/),
  count: isNumber,
  on: isFlag,
  words: isListOf(isText),
  map: isMapOf(isText),
  note: optional(isText),
});
const sample: Sample = { name: 'a', count: 1, on: true, words: ['x'], map: { y: 'z' } };

test('what was written is read', () => {
  expect(readRecord(recordText(3, sample), 3, check)).toEqual(sample);
  expect(readRecord(recordText(3, { ...sample, note: 'n', more: 1 }), 3, check)).toMatchObject({ note: 'n' });
});

test('another version is absent', () => {
  expect(readRecord(recordText(2, sample), 3, check)).toBeUndefined();
  expect(readRecord(JSON.stringify(sample), 3, check)).toBeUndefined();
});

test.each([undefined, '', '{', 'null', '[]', '1', '"x"', '{}', '{"format":3}'])('%j is absent', (text) => {
  expect(readRecord(text, 3, check)).toBeUndefined();
});

test.each([
  { name: 'A' },
  { name: 1 },
  { name: undefined },
  { count: '1' },
  { count: -1 },
  { count: null },
  { on: 'true' },
  { words: 'x' },
  { words: [1] },
  { words: {} },
  { map: ['x'] },
  { map: { y: 1 } },
  { map: null },
  { note: null },
])('%j is absent', (wrong) => {
  expect(readRecord(recordText(3, { ...sample, ...wrong }), 3, check)).toBeUndefined();
});

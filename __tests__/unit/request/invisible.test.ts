import { expect, test } from '@jest/globals';
import { invisibleIn } from '../../../src/request/invisible.ts';

test.each([
  ['us-east-1\u200b', 'the invisible character U+200B'],
  ['\u2060x', 'the invisible character U+2060'],
  ['a\u00adb', 'the invisible character U+00AD'],
  ['a\u202eb', 'the invisible character U+202E'],
  ['a\u2028b', 'the invisible character U+2028'],
  ['a\u3164b', 'the invisible character U+3164'],
  ['a\u{e0041}b', 'the invisible character U+E0041'],
  ['a\u0007b', 'the invisible character U+0007'],
  ['us-east-1\ufe0f', 'the invisible character U+FE0F'],
  ['a\nb\r\nc\u200d', 'the invisible character U+200D on line 3'],
  ['a\tb\r\n \u00a0é日本', undefined],
  ['\u26a0\ufe0f \u{1f469}\u200d\u{1f4bb} \u2764\ufe0f\u200d\u{1f525}', undefined],
])('in %j: %s', (text, expected) => {
  expect(invisibleIn(text)).toBe(expected);
});

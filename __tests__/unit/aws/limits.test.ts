import { expect, test } from '@jest/globals';
import {
  accessKeyIdRule,
  breach,
  externalIdRule,
  nearestValid,
  mfaSerialRule,
  sessionNameRule,
} from '../../../src/aws/limits.ts';

test.each([
  [sessionNameRule, 2, 64],
  [externalIdRule, 2, 1224],
  [mfaSerialRule, 9, 256],
  [accessKeyIdRule, 16, 128],
])('each rule applies at both of its limits (%#)', (rule, least, most) => {
  expect(breach('a'.repeat(least), rule)).toBeUndefined();
  expect(breach('a'.repeat(most), rule)).toBeUndefined();
  expect(breach('a'.repeat(least - 1), rule)).toBe(`is shorter than ${least} characters`);
  expect(breach('a'.repeat(most + 1), rule)).toBe(`is longer than ${most} characters (${most + 1})`);
});

test('what does not belong is named, five kinds at most', () => {
  expect(breach('a b\tcé', sessionNameRule)).toBe(
    'contains a space, "\\t", "é": only letters, digits and _ + = , . @ - are allowed',
  );
  expect(breach('ab!"§$%&', sessionNameRule)).toMatch(/^contains "!", "\\"", "§", "\$", "%" and more:/);
});

test('the nearest valid text follows the rule', () => {
  expect(nearestValid(' Freds Session ', sessionNameRule)).toBe('Freds-Session');
  expect(nearestValid('x'.repeat(100), sessionNameRule)).toHaveLength(64);
  expect(breach(nearestValid('日本:語/テスト', sessionNameRule), sessionNameRule)).toBeUndefined();
});

import { expect, test } from '@jest/globals';
import { logLine, logLines, oneLine } from '../../../src/text/log-line.ts';
import { addSecret } from '../../../src/text/redact.ts';

test('a text from outside is one harmless line', () => {
  expect(oneLine('a\r\n::set-env name=x::y\u2028b\u0007c\u0085d')).toBe('a ::set-env name=x::y b c d');
  expect(oneLine('x ##[error]y')).toBe('x ## [error]y');
  expect(oneLine('x'.repeat(1001))).toBe(`${'x'.repeat(1000)}…`);
});

test('format characters are written out, so that no text reads other than it is', () => {
  expect(oneLine('role\u202eelor')).toBe('role\\u202eelor');
  expect(logLine('a\u200bb\u001b[31mc\td')).toBe('a\\u200bb\\u001b[31mc d');
  expect(logLine('\u{e0041}')).toBe('\\udb40\\udc41');
});

test('no line is a command of the runner', () => {
  expect(logLines('one\r\n::set-env name=a::b\r  ::x\nend ##[error]y')).toEqual([
    'one',
    ': :set-env name=a::b',
    '  : :x',
    'end ## [error]y',
  ]);
});

test('secrets are redacted before a text is cut, so that no part of one is left', () => {
  const secret = `${'s3cr3t/'.repeat(80)}end`;
  addSecret(secret);
  const line = oneLine(`${'x'.repeat(700)} ${secret} ${'y'.repeat(700)}`);
  expect(line).not.toContain('s3cr3t');
  expect(line).toHaveLength(1001);
});

test('a secret with a line end in it is redacted before the lines are parted', () => {
  addSecret('first-half\nsecond-half');
  expect(logLines('x first-half\nsecond-half y')).toEqual(['x *** y']);
});

import { describe, expect, test } from '@jest/globals';
import { parseLogCommand } from '../../../../local/runner/log-command.ts';

describe('a line is a command', () => {
  test.each([
    ['::debug::text', 'debug', {}, 'text'],
    ['  ::warning::after white space', 'warning', {}, 'after white space'],
    ['::ERROR::of any case', 'error', {}, 'of any case'],
    ['::error title=A title,file=a.ts::text', 'error', { title: 'A title', file: 'a.ts' }, 'text'],
    ['::error title=a%3Ab%2Cc%0Ad%25::text', 'error', { title: 'a:b,c\nd%' }, 'text'],
    ['::error title=::text', 'error', {}, 'text'],
    ['::error title=a=b::text', 'error', { title: 'a=b' }, 'text'],
    ['::add-mask::a%0Ab%25%0D', 'add-mask', {}, 'a\nb%\r'],
    ['::add-mask::%250A', 'add-mask', {}, '%0A'],
    ['::add-mask::a%3Ab%2C', 'add-mask', {}, 'a%3Ab%2C'],
    ['::debug::a::b', 'debug', {}, 'a::b'],
    ['##[warning]text', 'warning', {}, 'text'],
    ['anywhere ##[add-mask]secret', 'add-mask', {}, 'secret'],
    ['##[error title=a%3Bb;file=c]x%5Dy', 'error', { title: 'a;b', file: 'c' }, 'x]y'],
  ])('%s', (line, name, properties, value) => {
    expect(parseLogCommand(line)).toEqual({ name, properties, value });
  });

  test('by a word of its own', () => {
    expect(parseLogCommand('::Word::', 'word')?.name).toBe('word');
  });
});

test.each([
  '',
  'text',
  'a ::debug::text',
  '::unknown::text',
  '::debug',
  ':: debug::text',
  '##[unknown]',
  '##[debug',
])('"%s" is none', (line) => {
  expect(parseLogCommand(line)).toBeUndefined();
});

import { expect, test } from '@jest/globals';
import { StoppedCommands } from '../../../src/command/stopped-commands.ts';

/** What is left stopped after an output, read in parts of `size` characters. */
function left(output: string, size = output.length): string | undefined {
  const stopped = new StoppedCommands();
  for (let at = 0; at < output.length; at += size) stopped.read(output.slice(at, at + size));
  stopped.end();
  return stopped.token;
}

test.each([
  ['nothing at all\n', undefined],
  ['::stop-commands::a1b2\ntext\n', 'a1b2'],
  ['  ::STOP-COMMANDS::a1b2', 'a1b2'],
  ['text ##[stop-commands]a1b2\n', 'a1b2'],
  ['::stop-commands::a%3Ab%25%0D\n', 'a%3Ab%\r'],
  ['progress\r::stop-commands::a1b2\r', 'a1b2'],
  ['text ::stop-commands::a1b2\n', undefined],
  ['::stop-commands::\n', undefined],
  ['::stop-commands::a1b2\n::other::\n::stop-commands::c3\n', 'a1b2'],
  ['::stop-commands::a1b2\r\n::A1B2::\r\n', undefined],
  ['::stop-commands::a1b2\n##[a1b2]\n', undefined],
  ['::stop-commands::a1b2\n::a1b2::\n::stop-commands::c3\n', 'c3'],
])('%j leaves %j', (output, token) => {
  expect(left(output)).toBe(token);
  for (const size of [1, 3, 7]) expect(left(output, size)).toBe(token);
});

test('a line without an end costs no more than its beginning', () => {
  expect(left(`${'x'.repeat(100_000)}\n::stop-commands::a1b2\n`, 1000)).toBe('a1b2');
});

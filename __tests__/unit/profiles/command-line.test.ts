import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { commandLine } from '../../../src/profiles/command-line.ts';

const posix = (...words: string[]): string => commandLine(words, false);
const windows = (...words: string[]): string => commandLine(words, true);

describe('on posix', () => {
  test.each([
    ['/usr/bin/node', '/usr/bin/node credential-process'],
    ['/a b/node', "'/a b/node' credential-process"],
    ["/quo'te/node", "'/quo'\\''te/node' credential-process"],
    ['/do$lar/node', "'/do$lar/node' credential-process"],
    ['/back\\slash/node', "'/back\\slash/node' credential-process"],
    ['/dou"ble', `'/dou"ble' credential-process`],
    ['/semi;colon#hash', "'/semi;colon#hash' credential-process"],
    ['', "'' credential-process"],
  ])('%s', (word, line) => {
    expect(posix(word)).toBe(line);
  });

  test('a shell gives back every word', () => {
    const words = ['/a b/c', "it's", '$HOME', '`id`', '"x"', '\\', '~', '*', 'ümlaut', 'a&b|c>d'];
    const { stdout } = spawnSync('sh', ['-c', `printf '%s\\n' ${posix(...words)}`], { encoding: 'utf8' });
    expect(stdout).toBe([...words, 'credential-process', ''].join('\n'));
  });
});

test.each([
  ['C:\\node\\node.exe', 'C:\\node\\node.exe credential-process'],
  ['C:\\Program Files\\node.exe', '"C:\\Program Files\\node.exe" credential-process'],
  ['C:\\a b\\', '"C:\\a b\\\\" credential-process'],
])('on Windows, %s', (word, line) => {
  expect(windows(word)).toBe(line);
});

test.each<[string, boolean]>([
  ['/a #b', false],
  ['/a ;b', false],
  ['/a\t#b', false],
  ['/a\nb', false],
  ['C:\\a%b%', true],
  ['C:\\"a"', true],
])('%j cannot be carried', (word, onWindows) => {
  expect(() => commandLine([word], onWindows)).toThrow('A profile cannot be made: the path');
});

import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { commandLine, pathProblem, quoteForShell, type PathUse } from '../../../src/profiles/paths.ts';

const posix = (...words: string[]): string => commandLine(words, false);

describe('the command line on Linux and macOS', () => {
  test.each([
    ['/usr/bin/node', '/usr/bin/node credential-process'],
    ['/a b/node', "'/a b/node' credential-process"],
    ["/quo'te/node", "'/quo'\\''te/node' credential-process"],
    ['/do$lar/node', "'/do$lar/node' credential-process"],
    ['/per%cent%/node', "'/per%cent%/node' credential-process"],
    ['/ti~lde/node', "'/ti~lde/node' credential-process"],
    ['/Ünïcode/node', "'/Ünïcode/node' credential-process"],
    ['/back\\slash/node', "'/back\\slash/node' credential-process"],
    ['/dou"ble', `'/dou"ble' credential-process`],
    ['/semi;colon#hash', "'/semi;colon#hash' credential-process"],
    ['', "'' credential-process"],
  ])('%s', (word, line) => {
    expect(posix(word)).toBe(line);
  });

  test('a shell reads back every word', () => {
    const words = ['/a b/c', "it's", '$HOME', '`id`', '"x"', '\\', '~', '*', 'ümlaut', 'a&b|c>d', '%PATH%'];
    const { stdout } = spawnSync('sh', ['-c', `printf '%s\\n' ${posix(...words)}`], { encoding: 'utf8' });
    expect(stdout).toBe([...words, 'credential-process', ''].join('\n'));
    expect(words.map(quoteForShell).join(' ')).toBe(posix(...words).replace(/ credential-process$/, ''));
  });
});

test('the command line on Windows has no quotes', () => {
  const words = ['C:\\node\\node.exe', 'D:/a/_actions/x/dist/a.js', 'C:\\Users\\RUNNER~1\\plan-0.json'];
  expect(commandLine(words, true)).toBe([...words, 'credential-process'].join(' '));
});

const [line, config, search]: PathUse[] = ['command line', 'config file', 'PATH'];
test.each<[string, string, PathUse | undefined, boolean, string]>([
  ['a comment', '/a #b', line, false, 'JavaScript and Go'],
  ['a comment', '/a ;b', line, false, 'JavaScript and Go'],
  ['a comment after a tab', '/a\t#b', line, false, 'JavaScript and Go'],
  ['a line break', '/a\nb', line, false, 'a line break'],
  ['a line break', '/a\nb', config, false, 'a line break'],
  ['a line break', '/a\nb', search, false, 'a line break'],
  ['bytes that are not text', '/a\ufffdb', line, false, 'not UTF-8'],
  ['a variable', '/a$HOME/b', config, false, 'AWS CLI and boto3'],
  ['a variable', '/a${HOME}/b', config, false, 'AWS CLI and boto3'],
  ['a colon', '/a:b', search, false, 'PATH'],
  ['a space', 'C:\\Program Files\\node.exe', line, true, 'the AWS SDK for Go, and Terraform'],
  ['a space', 'C:\\a b\\config', config, true, 'the AWS SDK for Go, and Terraform'],
  ['a letter beyond ASCII', 'C:\\Jürgen', line, true, 'need quotes'],
  ['a percent sign', 'C:\\a%b%', line, true, 'need quotes'],
  ['a quote', 'C:\\"a"', line, true, 'need quotes'],
  ['an equals sign', 'C:\\a=b', line, true, 'need quotes'],
  ['a share', '\\\\server\\share', line, true, 'need quotes'],
  ['a semicolon', 'C:\\a;b', search, true, 'PATH'],
])('%s: %j is refused', (_, path, use = 'PATH', windows, words) => {
  const problem = pathProblem(path, use, windows);
  expect(problem).toContain(words);
  expect(problem).toContain(JSON.stringify(path));
  expect(problem).toContain('Install the runner in a folder whose path has letters, digits and ');
  if (use === 'command line') expect(() => commandLine([path], windows)).toThrow(words);
});

test.each<[string, PathUse | undefined, boolean]>([
  ['/a$ b/$', config, false],
  ['/a #b', config, false],
  ['/a$HOME', line, false],
  ['/a:b', line, false],
  ['/a b/ü', search, false],
  ['C:\\Users\\Jürgen Meier\\bin', search, true],
  ['C:\\a.b_c-d+e\\RUNNER~1', config, true],
])('%j can be used: %s', (path, use = 'PATH', windows) => {
  expect(pathProblem(path, use, windows)).toBeUndefined();
});

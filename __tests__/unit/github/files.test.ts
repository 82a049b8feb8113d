import { appendFileSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { allOrNothing, runnerProblems } from '../../../src/github/files.ts';
import { unreadable } from '../../../src/github/token-file.ts';
import { beRunner, type Runner } from '../runner.ts';

let runner: Runner;
beforeEach(() => {
  runner = beRunner();
});
afterEach(() => {
  runner.end();
});

test('a runner has its files and its temporary folder', () => {
  expect(runnerProblems(process.env)).toEqual([]);
  expect(runnerProblems({}).map(({ input }) => input)).toEqual([
    'GITHUB_ENV',
    'GITHUB_OUTPUT',
    'GITHUB_STATE',
    'RUNNER_TEMP',
  ]);
  expect(runnerProblems({ ...process.env, GITHUB_ENV: '/none/at/all' })).toEqual([
    { input: 'GITHUB_ENV', text: 'names a file that cannot be written' },
  ]);
});

test('what a failing step wrote is taken back', () => {
  const path = process.env['GITHUB_ENV'] ?? '';
  appendFileSync(path, 'A=1\n');
  expect(() => {
    allOrNothing({ GITHUB_ENV: path }, () => {
      appendFileSync(path, 'B=2\n');
      throw new Error('disk full');
    });
  }).toThrow('disk full');
  expect(readFileSync(path, 'utf8')).toBe('A=1\n');
  allOrNothing(process.env, () => {
    appendFileSync(path, 'C=3\n');
  });
  expect(readFileSync(path, 'utf8')).toBe('A=1\nC=3\n');
});

test('why a file cannot be read', () => {
  expect(unreadable(process.env['GITHUB_ENV'] ?? '')).toBeUndefined();
  expect(unreadable(runner.temp)).toBe('it is not a file');
  expect(unreadable('/none/at/all')).toBe('there is no such file');
  expect(unreadable(`${process.env['GITHUB_ENV'] ?? ''}/x`)).toBe('it is not readable for this user');
});

test.each([
  ['24.4.1', 'HTTPS_PROXY', 1],
  ['24.4.1', 'http_proxy', 1],
  ['22.20.0', 'https_proxy', 1],
  ['24.5.0', 'HTTPS_PROXY', 0],
  ['25.0.0', 'HTTP_PROXY', 0],
  ['24.4.1', 'NO_PROXY', 0],
])('Node.js %s with %s has %i problem', (version, name, count) => {
  const problems = runnerProblems({ ...process.env, [name]: 'http://proxy:1' }, version);
  expect(problems.filter(({ input, text }) => input === name && text.includes(version))).toHaveLength(count);
});

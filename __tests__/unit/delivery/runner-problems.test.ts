import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runnerProblems } from '../../../src/delivery/runner-problems.ts';
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
  const text = 'is not set: this action needs a runner that sets it (actions/runner 2.327 or later)';
  expect(runnerProblems({})).toEqual([
    ...['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_STATE'].map((input) => ({ input, text })),
    { input: 'RUNNER_TEMP', text: 'is not set: the runner sets it to its temporary folder' },
  ]);
  expect(runnerProblems({ ...process.env, GITHUB_ENV: '/none/at/all' })).toEqual([
    { input: 'GITHUB_ENV', text: 'names "/none/at/all", which cannot be written (ENOENT)' },
  ]);
});

const noFolder = ', which is not the whole path of a folder that this step can write to';
test.each<[string, string, string]>([
  ['RUNNER_TEMP', '/none/at/all', noFolder],
  ['RUNNER_TEMP', '__tests__', noFolder],
  ['RUNNER_TEMP', join(import.meta.dirname, 'runner-problems.test.ts'), noFolder],
  ['GITHUB_ENV', tmpdir(), 'which is not a file'],
  ['ACTIONS_ID_TOKEN_REQUEST_URL', 'not a url', 'is not a URL: the runner sets it'],
  ['HTTPS_PROXY', 'socks5://proxy', 'is a SOCKS proxy'],
  ['HTTPS_PROXY', 'ftp://proxy', 'is not the URL of a proxy'],
])('%s=%s is a problem', (name, value, words) => {
  const [problem, ...more] = runnerProblems({ ...process.env, [name]: value });
  expect(problem?.input).toBe(name);
  expect(problem?.text).toContain(words);
  expect(more).toEqual([]);
});

test('a proxy that this Node.js cannot use is a problem', () => {
  expect(runnerProblems({ ...process.env, HTTPS_PROXY: 'http://proxy:1' }, '24.4.0')).toHaveLength(1);
});

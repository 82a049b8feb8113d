import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { isFromFork, loadEvent, workflowFacts } from '../../../src/github/workflow.ts';
import { beRunner, type Runner } from '../runner.ts';

let runner: Runner;
beforeEach(() => {
  runner = beRunner({
    GITHUB_WORKFLOW: 'Deploy',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_SHA: 'abc',
    GITHUB_ACTOR: 'fred',
    GITHUB_JOB: 'deploy',
    GITHUB_EVENT_NAME: 'push',
  });
});
afterEach(() => {
  runner.end();
});

function event(value: unknown): void {
  const path = join(runner.temp, 'event.json');
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  process.env['GITHUB_EVENT_PATH'] = path;
}

test('the facts of the workflow', () => {
  expect(workflowFacts(process.env)).toEqual({
    ...{ owner: 'acme', repo: 'shop', repository: 'acme/shop', ref: 'refs/heads/main', ref_name: '' },
    ...{ sha: 'abc', actor: 'fred', workflow: 'Deploy', job: 'deploy', run_id: '42', run_attempt: '' },
    ...{ event_name: 'push', environment: '' },
  });
});

test('facts that the runner does not give are empty, for every event', () => {
  event('not json');
  expect(Object.values(workflowFacts({}))).toEqual(Array.from({ length: 13 }, () => ''));
});

test.each<[unknown, boolean]>([
  [{}, false],
  [{ pull_request: { head: { repo: { full_name: 'acme/shop' } } } }, false],
  [{ pull_request: { head: { repo: { full_name: 'mallory/shop' } } } }, true],
  [{ pull_request: { head: { repo: null } } }, true],
  [{ pull_request: {} }, true],
  ['not json', false],
])('the event %j is from a fork: %s', async (value, expected) => {
  event(value);
  await loadEvent(process.env);
  expect(isFromFork(process.env)).toBe(expected);
});

test('a pull_request_target of a fork gets secrets and the permissions of its workflow', async () => {
  event({ pull_request: { head: { repo: { full_name: 'mallory/shop' } } } });
  await loadEvent(process.env);
  expect(isFromFork({ ...process.env, GITHUB_EVENT_NAME: 'pull_request_target' })).toBe(false);
  expect(isFromFork({ ...process.env, GITHUB_EVENT_NAME: 'pull_request' })).toBe(true);
});

test('an event that is too large, or is no file, is not read', async () => {
  event({ pull_request: {} });
  truncateSync(process.env['GITHUB_EVENT_PATH'] ?? '', 26 * 1024 * 1024);
  await loadEvent(process.env);
  expect(isFromFork(process.env)).toBe(false);
  process.env['GITHUB_EVENT_PATH'] = '/dev/zero';
  await loadEvent(process.env);
  expect(isFromFork(process.env)).toBe(false);
});

test('an event that is not there is none, and nothing is printed', async () => {
  process.env['GITHUB_EVENT_PATH'] = join(runner.temp, 'none.json');
  const write = jest.spyOn(process.stdout, 'write');
  await loadEvent(process.env);
  expect(write).not.toHaveBeenCalled();
  write.mockRestore();
  expect(isFromFork(process.env)).toBe(false);
});

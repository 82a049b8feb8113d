import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { idTokenAdvice } from '../../../src/failures/id-token-permission.ts';
import { isFromFork, workflowFacts } from '../../../src/github/workflow.ts';
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
  const { sessionName, tags } = workflowFacts(process.env);
  expect(sessionName).toBe('acme.shop@42');
  expect(Object.fromEntries(tags.map(({ key, value }) => [key, value]))).toEqual({
    Repository: 'acme/shop',
    Workflow: 'Deploy',
    Ref: 'refs/heads/main',
    Commit: 'abc',
    Actor: 'fred',
    RunId: '42',
    Job: 'deploy',
    EventName: 'push',
  });
});

test('without facts there is a name all the same', () => {
  expect(workflowFacts({}).sessionName).toBe('github-actions@');
});

test.each<[unknown, boolean]>([
  [{}, false],
  [{ pull_request: { head: { repo: { full_name: 'acme/shop' } } } }, false],
  [{ pull_request: { head: { repo: { full_name: 'mallory/shop' } } } }, true],
  [{ pull_request: { head: { repo: null } } }, true],
  [{ pull_request: {} }, true],
  ['not json', false],
])('the event %j is from a fork: %s', (value, expected) => {
  event(value);
  expect(isFromFork(process.env)).toBe(expected);
});

test('the advice is the permission, but for a fork', () => {
  expect(idTokenAdvice(process.env)).toContainEqual({
    kind: 'code',
    language: 'yaml',
    code: 'permissions:\n  id-token: write\n  contents: read',
  });
  event({ pull_request: { head: { repo: { full_name: 'mallory/shop' } } } });
  expect(idTokenAdvice(process.env)).toEqual([
    { kind: 'text', text: expect.stringContaining('from a fork') },
  ]);
});

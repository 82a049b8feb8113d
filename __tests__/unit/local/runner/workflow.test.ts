import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  chooseJob,
  dispatchDefaults,
  firstCombination,
  kindOf,
  type WorkflowSpec,
} from '../../../../local/runner/workflow.ts';

const text = `
name: Two jobs
on:
  workflow_dispatch:
    inputs:
      stage: { default: test }
      dry-run: { default: true, type: boolean }
      note:
permissions: { contents: read }
jobs:
  one: { steps: [{ run: a }] }
  two: { steps: [{ run: b }], permissions: { id-token: write } }
`;

describe('a job', () => {
  test('the first, unless another is wanted', () => {
    expect(chooseJob(text, undefined)).toMatchObject({
      jobId: 'one',
      workflowName: 'Two jobs',
      idToken: false,
    });
    expect(chooseJob(text, 'two')).toMatchObject({ jobId: 'two', idToken: true });
  });

  test('that is not there', () => {
    expect(() => chooseJob(text, 'three')).toThrow('The workflow has no job three');
  });

  test('of a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'workflow '));
    const path = join(folder, 'deploy.yml');
    writeFileSync(path, 'jobs: { only: { steps: [] } }\n');
    expect(chooseJob(path, undefined)).toMatchObject({ jobId: 'only', workflowName: 'deploy.yml' });
    rmSync(folder, { recursive: true });
  });

  test.each([
    ['{ steps: [], services: {}, if: false }', 'The job one: the local runner does not support services, if'],
    [
      '{ steps: [{ run: a }, { uses: ./, wiht: {} }] }',
      'Step 2 of the job one: the local runner does not support wiht',
    ],
  ])('%s is refused, because parts of it would be skipped', (job, message) => {
    expect(() => chooseJob(`jobs:\n  one: ${job}\n`, undefined)).toThrow(message);
  });

  test.each([
    [undefined, undefined, false],
    ['write-all', undefined, true],
    ['read-all', undefined, false],
    [{ 'id-token': 'write' }, undefined, true],
    [{ 'id-token': 'read' }, undefined, false],
    [{ 'id-token': 'write' }, {}, false],
    [{ 'id-token': 'write' }, { contents: 'read' }, false],
    [{}, { 'id-token': 'write' }, true],
  ])('may ask for ID tokens: workflow %j, job %j', (workflow, job, allowed) => {
    const spec: WorkflowSpec = {
      jobs: { one: { steps: [], ...(job ? { permissions: job } : {}) } },
      ...(workflow === undefined ? {} : { permissions: workflow }),
    };
    expect(chooseJob(spec, undefined).idToken).toBe(allowed);
  });
});

test.each([
  [undefined, {}],
  [
    { os: ['a', 'b'], node: [24] },
    { os: 'a', node: 24 },
  ],
  [{ os: ['a'], include: [{ os: 'c' }], exclude: [] }, { os: 'a' }],
  [{ include: [{ os: 'c', x: 1 }, { os: 'd' }] }, { os: 'c', x: 1 }],
])('of the matrix %j the first combination', (matrix, first) => {
  expect(firstCombination(matrix)).toEqual(first);
});

test.each([
  [chooseJob(text, undefined).workflow, { stage: 'test', 'dry-run': true, note: '' }],
  [{ on: 'push', jobs: {} }, {}],
  [{ on: { workflow_dispatch: null }, jobs: {} }, {}],
  [{ jobs: {} }, {}],
])('inputs of workflow_dispatch have their defaults', (workflow, defaults) => {
  expect(dispatchDefaults(workflow)).toEqual(defaults);
});

describe('a step', () => {
  test.each([
    [{ run: 'x' }, 'run'],
    [{ run: '' }, 'run'],
    [{ uses: './' }, 'action'],
    [{ uses: 'anyone/assume-role-chain@v1' }, 'action'],
    [{ uses: 'actions/checkout@v5' }, 'checkout'],
  ])('%j', (step, kind) => {
    expect(kindOf(step)).toBe(kind);
  });

  test.each([
    'actions/setup-node@v6',
    './other',
    'anyone/assume-role-chain',
    'anyone/assume-role-chain-x@v1',
  ])('of another action, %s, is not run as if it were this one', (uses) => {
    expect(() => kindOf({ uses })).toThrow(`${uses}: the local runner supports`);
  });

  test('of nothing', () => {
    expect(() => kindOf({ name: 'x' })).toThrow('A step needs `uses` or `run`');
  });
});

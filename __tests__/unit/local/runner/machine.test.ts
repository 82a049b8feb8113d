import { readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { makeMachine, type Machine, type MachineOptions } from '../../../../local/runner/machine.ts';
import { chooseJob } from '../../../../local/runner/workflow.ts';

let machine: Machine;
afterEach(() => {
  rmSync(machine.root, { recursive: true });
});

function machineOf(options: MachineOptions): Machine {
  machine = makeMachine(options, chooseJob({ name: 'Deploy', jobs: { prod: { steps: [] } } }, undefined));
  return machine;
}

test('the variables of every step', () => {
  const { fixedEnv, temp, workspace } = machineOf({ event: { number: 7 } });
  expect(fixedEnv).toMatchObject({
    ...{ GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: workspace, GITHUB_JOB: 'prod', GITHUB_WORKFLOW: 'Deploy' },
    ...{ GITHUB_REPOSITORY: 'acme/shop', GITHUB_REPOSITORY_OWNER: 'acme', GITHUB_REF: 'refs/heads/main' },
    ...{ GITHUB_REF_NAME: 'main', GITHUB_REF_TYPE: 'branch', GITHUB_RUN_ID: '42', GITHUB_RUN_ATTEMPT: '1' },
    ...{ GITHUB_EVENT_NAME: 'push', GITHUB_SERVER_URL: 'https://github.com', GITHUB_HEAD_REF: '' },
    ...{ RUNNER_TEMP: temp, RUNNER_ENVIRONMENT: 'self-hosted' },
  });
  expect(JSON.parse(readFileSync(fixedEnv['GITHUB_EVENT_PATH'] ?? '', 'utf8'))).toEqual({ number: 7 });
  expect(fixedEnv).not.toHaveProperty('RUNNER_DEBUG');
  expect(fixedEnv).not.toHaveProperty('GITHUB_EVENT');
});

test('what follows from what is given', () => {
  const github = { repository: 'umbrella/hive', ref: 'refs/tags/v1.0', actor: 'alice' };
  const { fixedEnv } = machineOf({ github, debug: true, os: 'Windows', folderName: 'a runner ' });
  expect(fixedEnv).toMatchObject({
    ...{ GITHUB_REPOSITORY_OWNER: 'umbrella', GITHUB_REF_NAME: 'v1.0', GITHUB_REF_TYPE: 'tag' },
    ...{ GITHUB_TRIGGERING_ACTOR: 'alice', RUNNER_DEBUG: '1', RUNNER_OS: 'Windows' },
    GITHUB_WORKFLOW_REF: 'umbrella/hive/.github/workflows/prod.yml@refs/tags/v1.0',
  });
  expect(basename(machine.root)).toMatch(/^a runner /);
});

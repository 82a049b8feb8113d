import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RunResult } from '../../local/runner/result.ts';
import { user } from '../../local/services.ts';
import { where } from '../installed.ts';
import { assume, chain, stepOf, workflow } from '../workflows.ts';
import { customer, startSurroundings, withoutBlankRole, type Surroundings } from './shared.ts';
import { allTools } from './tools.ts';

/** A runner that has a user's keys under their older names, which some tools prefer to a profile. */

const older = {
  ...{ AWS_ACCESS_KEY: user.accessKeyId, AWS_SECRET_KEY: user.secretAccessKey },
  ...{ AMAZON_ACCESS_KEY_ID: user.accessKeyId, AMAZON_SECRET_ACCESS_KEY: user.secretAccessKey },
  ...{ MINIO_ACCESS_KEY: user.accessKeyId, MINIO_SECRET_KEY: user.secretAccessKey },
  ...{ MINIO_ROOT_USER: user.accessKeyId, MINIO_ROOT_PASSWORD: user.secretAccessKey },
};
const tools = allTools().filter(({ usesProfiles }) => usesProfiles);
const present = tools.filter(({ installed }) => installed);

let surroundings: Surroundings;
let result: RunResult;
const callers = new Map<string, Set<string | undefined>>();
beforeAll(async () => {
  surroundings = await startSurroundings();
  const { local, machineEnv } = surroundings;
  const starts: [name: string, requests: number][] = [];
  result = await local.run({
    workflow: workflow(
      assume({ ...chain, profile: 'customer' }),
      ...present.map(({ name, script }) => ({
        ...{ name, 'continue-on-error': true, run: withoutBlankRole(name, script) },
      })),
    ),
    machineEnv: { ...machineEnv, ...older },
    onStep: (name) => starts.push([name, local.aws.requests.length]),
  });
  starts.forEach(([name, from], index) => {
    const requests = local.aws.requests.slice(from, starts[index + 1]?.[1]);
    callers.set(name, new Set(requests.map(({ callerArn }) => callerArn)));
  });
}, 300_000);
afterAll(() => surroundings.close());

for (const { name, installed } of tools)
  where(installed, name)(`${name} runs as the profile's role`, () => {
    expect([...(callers.get(name) ?? [])]).toEqual([customer]);
    expect(stepOf(result, 1 + present.findIndex((tool) => tool.name === name)).outcome).toBe('success');
  });

test('the previous values are back after the job, and are nowhere else', () => {
  expect({ ...older, ...result.env }).toMatchObject(older);
  expect(result.leaks.map((leak) => leak.where)).toEqual([
    'variable AWS_SECRET_KEY of step Post assume',
    'variable AMAZON_SECRET_ACCESS_KEY of step Post assume',
    'variable MINIO_SECRET_KEY of step Post assume',
    'variable MINIO_ROOT_PASSWORD of step Post assume',
  ]);
});

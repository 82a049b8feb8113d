import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunResult } from '../../local/runner/result.ts';
import { toolFacts } from '../../scripts/tools/facts.ts';
import { where } from '../installed.ts';
import { assume, postOf, shown, stepOf, workflow } from '../workflows.ts';
import { profileWays, startSurroundings, withoutBlankRole, type Surroundings } from './shared.ts';
import { allTools } from './tools.ts';

/**
 * A profile whose session has expired and cannot be renewed, on a runner with three identities of its own: every tool
 * must fail with the message that docs/tools.md shows, and none may continue as the runner.
 */

const tools = allTools();
const present = tools.filter(({ installed }) => installed);
const tested = toolFacts.filter(({ evidence }) => evidence === 'tests');
const reason = 'AssumeRole of arn:aws:iam::222222222222:role/deploy/customer-deployment';

test('the page lists every tool that is tested, and no other as tested', () => {
  expect(tools.map(({ name, usesProfiles }) => [name, usesProfiles])).toEqual(
    tested.map(({ name, profiles }) => [name, profiles]),
  );
});

describe.each(profileWays)('by $name', ({ inputs, step }) => {
  let surroundings: Surroundings;
  let result: RunResult;
  beforeAll(async () => {
    surroundings = await startSurroundings(3);
    const { local, machineEnv } = surroundings;
    result = await local.run({
      workflow: workflow(
        assume({ ...inputs, 'max-attempts': '1' }),
        { name: 'wait', run: 'sleep 4' },
        ...present.map(({ name, script }) => ({
          ...{ name, 'continue-on-error': true },
          ...step(withoutBlankRole(name, script)),
        })),
      ),
      machineEnv,
      onStep: (name) => {
        if (name === 'wait')
          local.aws.injectFault({ kind: 'unavailable', action: 'AssumeRole', times: Infinity });
      },
    });
  }, 300_000);
  afterAll(() => surroundings.close());

  for (const { name, shows, showsReason } of tested) {
    const index = present.findIndex((tool) => tool.name === name);
    where(index >= 0, name)(`${name} fails, and shows what the page says`, () => {
      const { outcome, stderr } = stepOf(result, 2 + index);
      expect([name, outcome]).toEqual([name, 'failure']);
      expect(stderr).toContain(shows);
      expect(stderr.includes(reason)).toBe(showsReason);
    });
  }

  test("no tool ran as one of the runner's own identities", () => {
    expect(surroundings.runner.used()).toEqual([]);
    const callers = surroundings.local.aws.requests.flatMap(({ callerArn = [] }) => callerArn);
    expect([...new Set(callers.filter((arn) => !arn.includes(':assumed-role/deployment-hub/')))]).toEqual([]);
  });

  test('the post step reports the failed renewal, and nothing leaked', () => {
    expect(shown(postOf(result))).toMatch(/Renewing profile customer failed at \d\d:\d\d UTC/);
    expect(result.leaks).toEqual([]);
  });
});

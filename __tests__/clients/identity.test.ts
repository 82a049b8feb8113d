import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RecordedRequest } from '../../local/aws/server.ts';
import type { RunResult } from '../../local/runner/result.ts';
import { where } from '../installed.ts';
import { assume, chain, stepOf, workflow } from '../workflows.ts';
import {
  accountsInputs,
  customer,
  profileWays,
  startSurroundings,
  withoutBlankRole,
  type Surroundings,
  type Way,
} from './shared.ts';
import { allTools, type Tool } from './tools.ts';

/**
 * Every tool by every way that the action delivers credentials, on a runner that has an instance role, a pod's role
 * (IRSA) and a container endpoint. The server verifies each signature: every request must come from the customer's
 * role, and no tool may use an identity of the runner.
 */

const tools = allTools();
const withProfiles = tools.filter(({ usesProfiles }) => usesProfiles);
const ways: readonly (Way & { readonly tools: readonly Tool[] })[] = [
  { name: 'keys', inputs: chain, step: (run) => ({ run }), tools },
  ...profileWays.map((way) => ({ ...way, tools: withProfiles })),
  {
    name: 'assume-role-chain exec',
    inputs: accountsInputs,
    step: (run) => ({
      run: 'assume-role-chain exec --profile customer -- bash -e -c "$SCRIPT"',
      env: { SCRIPT: run },
    }),
    tools,
  },
];

const isProfileWay = ({ name }: Way): boolean => profileWays.some((one) => one.name === name);

describe.each(ways)('by $name', (way) => {
  let surroundings: Surroundings;
  let result: RunResult;
  const requests = new Map<string, readonly RecordedRequest[]>();
  const used = new Map<string, readonly string[]>();
  const present = way.tools.filter(({ installed }) => installed);

  beforeAll(async () => {
    surroundings = await startSurroundings();
    const { local, runner, machineEnv } = surroundings;
    const starts: [name: string, requests: number, used: number][] = [];
    const ruby = present.find(({ name }) => name === 'AWS SDK for Ruby');
    const blankRole = ruby && isProfileWay(way) ? [{ ...ruby, name: 'blank role' }] : [];
    result = await local.run({
      workflow: workflow(
        assume(way.inputs),
        ...[...present, ...blankRole].map(({ name, script }) => ({
          ...{ name, 'continue-on-error': true },
          ...way.step(isProfileWay(way) ? withoutBlankRole(name, script) : script),
        })),
      ),
      machineEnv,
      onStep: (name) => starts.push([name, local.aws.requests.length, runner.used().length]),
    });
    starts.forEach(([name, from, usedFrom], index) => {
      const [, to, usedTo] = starts[index + 1] ?? [];
      requests.set(name, local.aws.requests.slice(from, to));
      used.set(name, runner.used().slice(usedFrom, usedTo));
    });
  }, 300_000);
  afterAll(() => surroundings.close());

  for (const tool of way.tools) {
    where(tool.installed, tool.name)(`${tool.name} runs as the customer's role, and asks no other`, () => {
      const step = stepOf(result, 1 + present.indexOf(tool));
      expect([step.outcome, step.stderr.replace(tool.noise, '')]).toEqual(['success', '']);
      const asked = requests.get(tool.name) ?? [];
      expect(asked.some(({ userAgent }) => tool.userAgent.test(userAgent))).toBe(true);
      expect([...new Set(asked.map(({ callerArn }) => callerArn))]).toEqual([customer]);
      expect(asked.filter(({ status }) => status >= 400 && status !== 404)).toEqual([]);
      expect(used.get(tool.name)).toEqual([]);
    });
  }

  const ruby = present.find(({ name }) => name === 'AWS SDK for Ruby');
  if (ruby && isProfileWay(way))
    test('the SDK for Ruby fails where AWS_ROLE_ARN is blank, as docs/tools.md says', () => {
      const step = stepOf(result, 1 + present.length);
      expect(step.outcome).toBe('failure');
      expect(step.stderr).toContain('Missing :web_identity_token_file parameter');
      expect(requests.get('blank role')).toEqual([]);
    });

  test('nothing leaked, and the job succeeded', () => {
    expect([result.conclusion, result.leaks]).toEqual(['success', []]);
  });
});

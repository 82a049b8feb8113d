import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  startRunnerIdentities,
  runnerAccount,
  type RunnerIdentities,
} from '../../local/runner-identities.ts';
import type { RecordedRequest } from '../../local/aws/server.ts';
import type { RunResult } from '../../local/runner/result.ts';
import type { StepSpec } from '../../local/runner/workflow.ts';
import {
  customerRole,
  defaultAccounts,
  externalId,
  hubRole,
  startLocalServices,
  type LocalServices,
} from '../../local/services.ts';
import { where } from '../installed.ts';
import { assume, chain, stepOf, workflow } from '../workflows.ts';
import { allTools, type Tool } from './tools.ts';

/**
 * Every tool by every way that the action delivers credentials, on a runner that has an instance role, a pod's role (IRSA)
 * and a container endpoint. The server verifies each signature: every request must come from the customer's role, and
 * none of the runner's identities may be asked.
 */

const customer = 'arn:aws:sts::222222222222:assumed-role/customer-deployment/acme.shop@42';
const tools = allTools();
const accounts = JSON.stringify({ customer: { 'role-arn': customerRole, 'external-id': externalId } });

interface Way {
  readonly name: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly step: (script: string) => Partial<StepSpec>;
  readonly tools: readonly Tool[];
}
const ways: readonly Way[] = [
  { name: 'keys', inputs: chain, step: (run) => ({ run }), tools },
  {
    name: 'assume-role-chain exec',
    inputs: { 'role-arn': hubRole, accounts },
    step: (run) => ({
      run: 'assume-role-chain exec --profile customer -- bash -e -c "$SCRIPT"',
      env: { SCRIPT: run },
    }),
    tools,
  },
];

describe.each(ways)('by $name', (way) => {
  let local: LocalServices;
  let runner: RunnerIdentities;
  let result: RunResult;
  const requests = new Map<string, readonly RecordedRequest[]>();
  const used = new Map<string, readonly string[]>();

  beforeAll(async () => {
    local = await startLocalServices({ spec: { accounts: [...defaultAccounts(), runnerAccount()] } });
    runner = await startRunnerIdentities(local.aws, local.github);
    const { instance, container, pod } = runner.environment;
    const present = way.tools.filter(({ installed }) => installed);
    const starts: [name: string, requests: number, used: number][] = [];
    result = await local.run({
      workflow: workflow(
        assume(way.inputs),
        ...present.map(({ name, script }) => ({ name, 'continue-on-error': true, ...way.step(script) })),
      ),
      machineEnv: { PYENV_ROOT: process.env['PYENV_ROOT'] ?? '', ...instance, ...container, ...pod },
      onStep: (name) => starts.push([name, local.aws.requests.length, runner.used().length]),
    });
    starts.forEach(([name, from, usedFrom], index) => {
      const [, to, usedTo] = starts[index + 1] ?? [];
      requests.set(name, local.aws.requests.slice(from, to));
      used.set(name, runner.used().slice(usedFrom, usedTo));
    });
  }, 300_000);
  afterAll(async () => {
    await runner.close();
    await local.close();
  });

  for (const tool of way.tools) {
    where(tool.installed, tool.name)(`${tool.name} runs as the customer's role, and asks no other`, () => {
      const step = stepOf(result, 1 + way.tools.filter(({ installed }) => installed).indexOf(tool));
      expect([step.outcome, step.stderr]).toEqual(['success', '']);
      const asked = requests.get(tool.name) ?? [];
      expect(asked.some(({ userAgent }) => tool.userAgent.test(userAgent))).toBe(true);
      expect([...new Set(asked.map(({ callerArn }) => callerArn))]).toEqual([customer]);
      expect(asked.filter(({ status }) => status >= 400 && status !== 404)).toEqual([]);
      expect(used.get(tool.name)).toEqual([]);
    });
  }

  test('nothing leaked, and the job succeeded', () => {
    expect([result.conclusion, result.leaks]).toEqual(['success', []]);
  });
});

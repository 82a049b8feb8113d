import { afterAll, beforeAll, expect } from '@jest/globals';
import type { RunResult } from '../../local/runner/result.ts';
import { has, where } from '../installed.ts';
import { assume, chain, forgetCached, shown, stepOf, workflow } from '../workflows.ts';
import { customer, startSurroundings, type Surroundings } from './shared.ts';

/**
 * The command and a profile where parts of the step's environment are missing: under sudo, as another user, in an
 * empty environment, without HOME, and in the background. docs/command.md shows these lines.
 */

const identity = 'aws sts get-caller-identity --query Arn --output text --endpoint-url "$AWS_ENDPOINT_URL"';
const command = '"$(command -v assume-role-chain)"';
const noIdToken = 'ACTIONS_ID_TOKEN_REQUEST_URL and _TOKEN are not in the environment';

/** What each script must print. */
const places: Readonly<Record<string, { readonly run: string; readonly prints: string }>> = {
  'sudo -E': { run: `assume-role-chain exec -- sudo -E ${identity}`, prints: customer },
  'sudo -E as another user': {
    run: `assume-role-chain exec -- sudo -E -u nobody ${identity}`,
    prints: customer,
  },
  'the command under sudo -E': {
    run: `${forgetCached}\nsudo -E ${command} exec -- ${identity}`,
    prints: customer,
  },
  'the command under sudo': {
    run: `${forgetCached}\nsudo ${command} exec -- true || true`,
    prints: noIdToken,
  },
  'an empty environment': {
    // What the step before has forgotten.
    run: `env -i ${command} exec -- true || true`,
    prints: noIdToken,
  },
  'no HOME': { run: `env -u HOME assume-role-chain exec -- ${identity}`, prints: customer },
  'the background': {
    run: `(sleep 0.2; ${identity} > identity.txt) & wait\ncat identity.txt`,
    prints: customer,
  },
  'a file for a daemon': {
    run: [
      'assume-role-chain env --format dotenv | sudo tee daemon.env > /dev/null',
      `env -i AWS_ENDPOINT_URL="$AWS_ENDPOINT_URL" sh -c 'set -a; . ./daemon.env; ${identity}'`,
      'sudo rm daemon.env',
    ].join('\n'),
    prints: customer,
  },
};

let surroundings: Surroundings;
let result: RunResult;
beforeAll(async () => {
  surroundings = await startSurroundings();
  const { local, machineEnv } = surroundings;
  const steps = Object.entries(places).map(([name, { run }]) => ({ name, run, 'continue-on-error': true }));
  const inputs = { ...chain, profile: 'customer' };
  result = await local.run({ workflow: workflow(assume(inputs), ...steps), machineEnv });
}, 300_000);
afterAll(() => surroundings.close());

const canRun = has('aws', '--version') && has('sudo', '-n', 'true');
for (const [index, [name, { prints }]] of Object.entries(places).entries()) {
  where(canRun, 'sudo and the AWS CLI')(`${name}: the customer's role, or an error that says why`, () => {
    const step = stepOf(result, 1 + index);
    expect([step.outcome, shown(step)]).toEqual(['success', expect.stringContaining(prints)]);
  });
}

where(canRun, 'sudo and the AWS CLI')("no identity of the runner's own was used, and nothing leaked", () => {
  expect(surroundings.runner.used()).toEqual([]);
  expect(result.leaks).toEqual([]);
});

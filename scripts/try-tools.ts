import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StepSpec } from '../local/runner/workflow.ts';
import { startSurroundings } from '../__tests__/clients/shared.ts';
import { trialWays, trialTools } from './tools/trial.ts';

/**
 * Runs tools that are too large for the tests, AWS CDK and Serverless 3, in each way that a step delivers credentials, and
 * prints a table: whether the tool called AWS as the customer's role, as another identity, or not at all. The runner has
 * an instance role, a pod's role and a container endpoint. Needs `npm run build`. With a folder as argument, the tools are
 * installed there once; otherwise in a temporary folder.
 */

const packages = ['aws-cdk@2', 'serverless@3'];
const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'try-tools-'));
if (!existsSync(join(folder, 'node_modules'))) {
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const install = ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages];
  const { status } = spawnSync('npm', install, { cwd: folder, stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm ${install.join(' ')} failed`);
}

/** One tool in one way. @returns the identities that it called AWS with, and its last line where there are none */
async function tried(
  inputs: Readonly<Record<string, string>>,
  step: StepSpec,
  fails: boolean,
): Promise<string> {
  const { local, runner, machineEnv, close } = await startSurroundings(fails ? 3 : undefined);
  try {
    let from = 0;
    const result = await local.run({
      workflow: {
        permissions: { 'id-token': 'write' },
        jobs: {
          try: {
            steps: [
              {
                uses: 'assume-role-chain/assume-role-chain@v1',
                with: { ...inputs, ...(fails ? { 'max-attempts': '1' } : {}) },
              },
              { name: 'wait', run: fails ? 'sleep 4' : 'true' },
              step,
            ],
          },
        },
      },
      machineEnv,
      onStep: (name) => {
        if (name === 'wait' && fails)
          local.aws.injectFault({ kind: 'unavailable', action: 'AssumeRole', times: Infinity });
        if (name === step.name) from = local.aws.requests.length;
      },
    });
    const callers = local.aws.requests
      .slice(from)
      .flatMap(({ userAgent, callerArn = [] }) =>
        userAgent.startsWith('assume-role-chain') ? [] : callerArn,
      );
    const own = runner.used();
    const lines = result.steps[2]?.lines.filter((line) => /\S/.test(line)) ?? [];
    if (process.env['VERBOSE']) console.log(lines.join('\n'));
    const words =
      callers.length > 0
        ? [...new Set(callers)]
        : [
            `no call: ${lines
              .filter((line) => /rror|credential|profile/i.test(line))
              .slice(-2)
              .join(' ')}`,
          ];
    return [...words, ...(own.length > 0 ? [`USED THE RUNNER'S ${[...new Set(own)].join(', ')}`] : [])].join(
      '; ',
    );
  } finally {
    await close();
  }
}

for (const tool of trialTools(folder)) {
  console.log(`\n${tool.name} ${tool.version}`);
  for (const { name, inputs, step, fails } of trialWays)
    console.log(`  ${name}: ${await tried(inputs, { name: 'tool', ...step(tool.script) }, fails)}`);
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inputsOf, readNodeAction } from '../runner/action.ts';
import { makeFiles } from '../runner/file-commands.ts';
import { makeMachine } from '../runner/machine.ts';
import { chooseJob } from '../runner/workflow.ts';
import type { LocalServices } from '../services.ts';

/** A step to run by hand: its environment in one file, and a program that runs the sources. */

/** The paths of both files, and of the folder to remove at the end. */
export interface StepFiles {
  readonly root: string;
  /** For `node --env-file`. */
  readonly environment: string;
  /** Runs `main` of src/, so that an inspector shows TypeScript. */
  readonly program: string;
}

/** @param inputs those of the step; all others have their defaults */
export function makeStepFiles(
  { aws, github }: LocalServices,
  repository: string,
  inputs: Readonly<Record<string, string>>,
): StepFiles {
  const step = { uses: './', with: inputs };
  const chosen = chooseJob({ name: 'Deploy', jobs: { deploy: { steps: [step] } } }, undefined);
  const machine = makeMachine({ folderName: 'lab-' }, chosen);
  const context = {
    ...{ github: machine.github, runner: machine.runner, job: {}, strategy: {}, matrix: {} },
    ...{ inputs: {}, env: {}, steps: {}, status: 'success' as const },
  };
  const all = inputsOf(readNodeAction(repository), inputs, context).inputs;
  const environment = {
    ...machine.fixedEnv,
    ...makeFiles(machine.temp, 0),
    ACTIONS_ID_TOKEN_REQUEST_URL: github.requestUrl,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: github.requestToken,
    AWS_ENDPOINT_URL: aws.url,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...Object.fromEntries(Object.entries(all).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
  };
  const lines = Object.entries(environment).map(([name, value]) => `${name}=${JSON.stringify(value)}\n`);
  const files = { environment: join(machine.root, 'step.env'), program: join(machine.root, 'step.mts') };
  writeFileSync(files.environment, lines.join(''));
  const entry = JSON.stringify(join(repository, 'src', 'entry-points.ts'));
  writeFileSync(files.program, `import { main } from ${entry};\nawait main();\n`);
  return { root: machine.root, ...files };
}

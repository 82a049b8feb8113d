import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accountsInputs, profileWays, type Way } from '../../__tests__/clients/shared.ts';
import { chain } from '../../__tests__/workflows.ts';

/** The tools of `npm run try-tools`, and the ways in which they are tried. */

export const trialWays: readonly (Way & { readonly fails: boolean })[] = [
  { name: 'keys', inputs: chain, step: (run) => ({ run }), fails: false },
  ...profileWays.map((way) => ({ ...way, fails: false })),
  {
    name: 'assume-role-chain exec',
    inputs: accountsInputs,
    step: (run) => ({
      run: 'assume-role-chain exec --profile customer -- bash -e -c "$SCRIPT"',
      env: { SCRIPT: run },
    }),
    fails: false,
  },
  ...profileWays.map((way) => ({ ...way, name: `${way.name}, renewal fails`, fails: true })),
];

/** A tool, and a bash script that makes it call AWS. */
export interface TrialTool {
  readonly name: string;
  readonly version: string;
  readonly script: string;
}

/** @param folder where the tools are installed */
export function trialTools(folder: string): TrialTool[] {
  const version = (name: string): string => {
    const file = join(folder, 'node_modules', name, 'package.json');
    return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  };
  const program = (name: string): string =>
    `"${process.execPath}" "${join(folder, 'node_modules', '.bin', name)}"`;
  const preload = join(import.meta.dirname, 'trial', 'endpoint.cjs');
  return [
    {
      name: 'AWS CDK',
      version: version('aws-cdk'),
      script: `CDK_DISABLE_CLI_TELEMETRY=true ${program('cdk')} bootstrap aws://222222222222/us-east-1 --no-color --no-notices`,
    },
    {
      name: 'Serverless',
      version: version('serverless'),
      script: [
        'mkdir sls; cd sls',
        "printf 'service: trial\\nprovider: {name: aws, region: us-east-1}\\n' > serverless.yml",
        'export SLS_TELEMETRY_DISABLED=1 SLS_NOTIFICATIONS_MODE=off AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE=1',
        `export TRIAL_FOLDER="${folder}"`,
        `NODE_OPTIONS="--require ${preload}" timeout 60 ${program('serverless')} info`,
      ].join('\n'),
    },
  ];
}

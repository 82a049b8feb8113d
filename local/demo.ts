import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { RunResult } from './runner/result.ts';
import { customerRole, hubRole, openStage, type Stage } from './stage.ts';

/**
 * The main job on this machine, without AWS or GitHub: runs an example as it stands, shows the log that a GitHub user
 * would see, and ends by saying what was shown.
 */
async function demo(): Promise<void> {
  const root = join(import.meta.dirname, '..');
  const hasCli = spawnSync('aws', ['--version'], { stdio: 'ignore' }).status === 0;
  const standIn = join(import.meta.dirname, 'stand-in');
  const path = [...(hasCli ? [] : [standIn]), process.env['PATH'] ?? ''].join(':');
  const stage = await openStage();
  try {
    const result = await stage.run({
      workflow: join(root, 'examples', 'customer-deployment.yml'),
      machineEnv: { PATH: path },
      onLine: (line) => {
        console.log(shownAs(line));
      },
    });
    const facts = factsOf(result, stage, hasCli);
    console.log('\nWhat was shown, against a local AWS and a local GitHub:');
    for (const [holds, text] of facts) console.log(`  ${holds ? 'yes' : 'NO '}  ${text}`);
    if (facts.some(([holds]) => !holds)) process.exitCode = 1;
    result.cleanUp();
  } finally {
    await stage.close();
  }
}

/** What a user may believe after this, each with whether it holds. */
function factsOf(result: RunResult, stage: Stage, hasCli: boolean): [boolean, string][] {
  const asked = stage.aws.requests.filter(({ action }) => action === 'GetCallerIdentity');
  const arn = result.steps[1]?.outputs['assumed-role-arn'] ?? '';
  const cli = hasCli ? '' : ' (a stand-in for the AWS CLI, which is not installed)';
  return [
    [
      result.conclusion === 'success',
      'The workflow examples/customer-deployment.yml ran as it stands, and succeeded.',
    ],
    [
      arn.includes('assumed-role/customer-deployment/'),
      `One step went from GitHub's OIDC token over ${hubRole} to ${customerRole}.`,
    ],
    [asked[0]?.callerArn === arn, `The run: step asked STS who it is${cli}: ${arn}`],
    [asked[1]?.callerArn === arn, 'The post step asked as well, and gave the environment back as it was.'],
    [result.env['AWS_ACCESS_KEY_ID'] === '', 'No key is left in the environment of the job.'],
    [
      result.leaks.length === 0,
      `None of ${stage.aws.secrets().length} secrets was seen in the log, state, outputs or files.`,
    ],
  ];
}

/** Groups and annotations as GitHub's page shows them, in a terminal. */
function shownAs(line: string): string {
  if (line.startsWith('##[group]')) return `▼ ${line.slice('##[group]'.length)}`;
  if (line === '##[endgroup]') return '';
  return line.replace(
    /^##\[(error|warning|notice)\]/,
    (_, level: string) => `${level.charAt(0).toUpperCase()}${level.slice(1)}: `,
  );
}

await demo();

import { join } from 'node:path';
import { supportsLocalEndpoints } from './aws-cli.ts';
import type { RunResult } from './runner/result.ts';
import { shownAs } from './terminal.ts';
import { customerRole, hubRole, startLocalServices, type LocalServices } from './services.ts';

/**
 * Runs an example unchanged on this machine, without AWS or GitHub, prints the log that a GitHub user would see, and
 * ends with a list of what that showed. Exits with 1 if any of it is not true.
 */
async function demo(): Promise<void> {
  const root = join(import.meta.dirname, '..');
  const event = 'workflow_dispatch';
  const hasCli = supportsLocalEndpoints();
  const bin = join(import.meta.dirname, 'bin');
  const path = [...(hasCli ? [] : [bin]), process.env['PATH'] ?? ''].join(':');
  const local = await startLocalServices({ github: { eventName: event } });
  try {
    const result = await local.run({
      workflow: join(root, 'examples', 'customer-deployment.yml'),
      machineEnv: { PATH: path },
      github: { event_name: event },
      onStep: (name) => {
        console.log(`\n● ${name}`);
      },
      onLine: (line) => {
        console.log(`  ${shownAs(line)}`);
      },
    });
    const facts = factsOf(result, local, hasCli);
    console.log('\nWhat was shown, against a local AWS and a local GitHub:');
    for (const [holds, text] of facts) console.log(`  ${holds ? 'yes' : 'NO '}  ${text}`);
    if (facts.some(([holds]) => !holds)) process.exitCode = 1;
    console.log(readNext);
    result.cleanUp();
  } finally {
    await local.close();
  }
}

const readNext = `
What to read next:
  docs/getting-started.md   set up a role and a workflow, in ten minutes
  examples/                 whole workflows to copy
  docs/troubleshooting.md   what each failure looks like, and how to fix it
  npm run lab               break a trust policy of this local AWS, and see what the step reports`;

/** What the run shows, each with whether it is true. */
function factsOf(result: RunResult, local: LocalServices, hasCli: boolean): [boolean, string][] {
  const { requests } = local.aws;
  const asked = requests.filter(({ action }) => action === 'GetCallerIdentity');
  const hops = requests.filter(({ action }) => action.startsWith('AssumeRole'));
  const arn = result.steps[1]?.outputs['assumed-role-arn'] ?? '';
  const deploy = result.steps.at(-1)?.stdout ?? '';
  const cli = hasCli
    ? 'the AWS CLI'
    : 'the small AWS CLI of local/bin (no AWS CLI that reads AWS_ENDPOINT_URL is installed)';
  const keys = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
  return [
    [
      result.conclusion === 'success',
      'The workflow examples/customer-deployment.yml ran unchanged, and succeeded.',
    ],
    [
      hops.map(({ status, params }) => `${status} ${params['RoleArn'] ?? ''}`).join() ===
        `200 ${hubRole},200 ${customerRole}`,
      `One step went from GitHub's OIDC token through ${hubRole} to ${customerRole}.`,
    ],
    [
      arn.includes('assumed-role/customer-deployment/') &&
        asked[0]?.callerArn === arn &&
        deploy.includes(arn),
      `The run: step had ${cli} ask STS who it is: ${arn}`,
    ],
    [
      asked[1]?.callerArn === arn && asked.length === 2,
      'The post step asked as well, and the answer was the same.',
    ],
    [
      keys.every((name) => result.envAfterSteps[name] && !result.env[name]),
      'Then it took the keys out of the environment of the job.',
    ],
    [
      result.leaks.length === 0,
      `None of ${local.aws.secrets().length} secrets was seen in the log, state, outputs or files.`,
    ],
  ];
}

await demo();

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { shellWord } from '../src/text/shell.ts';
import type { UserSpec } from './aws/spec.ts';
import { obey, requestLine, type Lab } from './lab/commands.ts';
import { makeStepFiles, type StepFiles } from './lab/step-files.ts';
import {
  customerAccount,
  customerRole,
  defaultAccounts,
  externalId,
  hubAccount,
  hubRole,
  startLocalServices,
} from './services.ts';

/**
 * Starts the local AWS and the local GitHub, prints how to use them from another terminal, and reads commands: to run
 * workflows, add roles, break and mend trust policies. Prints each request that the local AWS answers.
 */

const repository = join(import.meta.dirname, '..');

/** Of each account, so that `aws iam` and `aws cloudformation` work too. */
const administrator = (account: string): UserSpec => ({
  name: 'administrator',
  accessKeyId: `AKIALAB0${account}`,
  secretAccessKey: `local/secret/of/the/administrator/of/${account}`,
  permissions: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
});

function introduction(url: string, step: StepFiles): string {
  const user = administrator(hubAccount);
  return `The local AWS and the local GitHub are running. ${hubAccount} is your account, ${customerAccount} a customer's.

To call this AWS from another terminal, as an administrator of ${hubAccount}, paste:

  export AWS_ENDPOINT_URL=${url} AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
  export AWS_ACCESS_KEY_ID=${user.accessKeyId} AWS_SECRET_ACCESS_KEY=${user.secretAccessKey}

To run one step by hand, in the repository's folder, change its inputs in the file and paste:

  npx node ${shellWord(`--env-file=${step.environment}`)} ${shellWord(step.program)}

Add --inspect-brk after \`node\` to debug it: it runs src/, and waits for Chrome (chrome://inspect) or an editor.

Type a command:
`;
}

async function lab(): Promise<void> {
  const accounts = defaultAccounts().map((account) => ({
    ...account,
    users: [...(account.users ?? []), administrator(account.id)],
  }));
  const local = await startLocalServices({ spec: { accounts } });
  const inputs = {
    'role-arn': `${hubRole}\n${customerRole}`,
    'external-id': externalId,
    region: 'us-east-1',
  };
  const step = makeStepFiles(local, repository, inputs);
  const print = (line: string): void => {
    console.log(line);
  };
  const shared: Lab = { local, accounts: accounts.map(({ id }) => id), print, before: new Map() };
  let seen = 0;
  const watch = setInterval(() => {
    for (; seen < local.aws.requests.length; seen++) {
      const request = local.aws.requests[seen];
      if (request) print(`  → ${requestLine(request)}`);
    }
  }, 50);
  try {
    print(introduction(local.aws.url, step));
    await obey(shared, 'help');
    const lines = createInterface({ input: process.stdin });
    for await (const line of lines) {
      if (line.trim() === 'quit') break;
      await obey(shared, line);
    }
    lines.close();
  } finally {
    clearInterval(watch);
    rmSync(step.root, { recursive: true });
    await local.close();
  }
}

await lab();

import { currentCredentials } from './delivery/current-credentials.ts';
import { processOutput } from './profiles/cache.ts';

/**
 * The program as profiles call it: the plan's path, then a fixed word. Anything else is one line on stderr and exit
 * code 1.
 */
export async function runCredentialProcess(
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const [planPath, word] = words;
  if (planPath !== undefined && word === 'credential-process' && words.length === 2) {
    await credentialProcess(planPath, environment);
  } else {
    process.stderr.write('assume-role-chain: usage: credential-process.js PLAN credential-process\n');
    process.exitCode = 1;
  }
}

/**
 * What an AWS client runs for a profile: prints the credentials on one line of stdout, and nothing else there.
 * @param planPath the plan's file; the cache and the lock are beside it
 */
export async function credentialProcess(planPath: string, environment: NodeJS.ProcessEnv): Promise<void> {
  try {
    const credentials = await currentCredentials(planPath, environment);
    process.stdout.write(`${processOutput(credentials)}\n`);
  } catch (error) {
    const { oneLine } = await import('./text/log-line.ts');
    const reason = oneLine(error instanceof Error ? error.message : String(error));
    process.stderr.write(`assume-role-chain: ${reason}\n`);
    process.exitCode = 1;
  }
}

import { currentCredentials } from './delivery/current-credentials.ts';
import { print } from './github/print.ts';
import { processOutput } from './profiles/cache.ts';
import { isPlanPath } from './profiles/private-paths.ts';

/**
 * The program as a profile's `credential_process` starts it: prints the credentials on one line of stdout, and nothing
 * else there. Whatever goes wrong is one line on stderr and exit code 1.
 * @param words the plan's path, beside which are the cache and the lock; and the word that ends each command line
 * @param printed for tests
 * @returns whether all that was written has been printed
 */
export async function runCredentialProcess(
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
  printed: (text: string) => boolean = print,
): Promise<boolean> {
  try {
    const credentials = await currentCredentials(planPathOf(words), environment);
    return printed(`${processOutput(credentials)}\n`);
  } catch (error) {
    const { oneLine } = await import('./text/log-line.ts');
    const reason = oneLine(error instanceof Error ? error.message : String(error));
    process.stderr.write(`assume-role-chain: ${reason}\n`);
    process.exitCode = 1;
    return false;
  }
}

/** @throws Error for anything but the path of a plan in a step's private folder, of which nothing has been read yet */
function planPathOf(words: readonly string[]): string {
  const [path = '', word] = words;
  if (words.length !== 2 || word !== 'credential-process')
    throw new Error(
      'usage: credential-process.js PLAN credential-process. An AWS client runs this for a profile of its config file',
    );
  if (isPlanPath(path)) return path;
  throw new Error(
    `${JSON.stringify(path)} is not the plan of a profile that this action created for this user. Profiles exist until the job that created them ends`,
  );
}

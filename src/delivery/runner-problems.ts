import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { fileCommands } from '../github/files.ts';
import { privateFolderFault } from '../profiles/folder.ts';
import type { Problem } from '../request/problems.ts';
import { proxyFaults } from '../sts/proxy.ts';
import { quoted } from '../text/quote.ts';

/**
 * What is wrong with the runner's own settings. Without these files `@actions/core` would print commands, secrets
 * included, to a log in which nothing understands them.
 */
export function runnerProblems(
  environment: NodeJS.ProcessEnv,
  nodeVersion = process.versions.node,
): Problem[] {
  const problems = fileCommands.flatMap((name): Problem[] => {
    const path = environment[name];
    if (!path)
      return [
        {
          input: name,
          text: 'is not set: this action needs a runner that sets it (actions/runner 2.327 or later)',
        },
      ];
    return isOfKind(path, 'file') ? [] : [{ input: name, text: unwritable(path) }];
  });
  const temp = environment['RUNNER_TEMP'];
  if (!temp)
    problems.push({ input: 'RUNNER_TEMP', text: 'is not set: the runner sets it to its temporary folder' });
  else if (!isOfKind(temp, 'folder'))
    problems.push({
      input: 'RUNNER_TEMP',
      text: `names ${quoted(temp)}, which is not the whole path of a folder that this step can write to`,
    });
  else {
    const fault = privateFolderFault(temp);
    if (fault) problems.push({ input: 'RUNNER_TEMP', text: fault });
  }
  const url = environment['ACTIONS_ID_TOKEN_REQUEST_URL'];
  if (url && !URL.canParse(url))
    problems.push({ input: 'ACTIONS_ID_TOKEN_REQUEST_URL', text: 'is not a URL: the runner sets it' });
  for (const { name, text } of proxyFaults(environment, nodeVersion)) problems.push({ input: name, text });
  return problems;
}

/** Why a file of the runner cannot be written, and what to do: mostly, the job's container runs as another user. */
function unwritable(path: string): string {
  try {
    const stats = statSync(path);
    if (!stats.isFile()) return `names ${quoted(path)}, which is not a file`;
    const own = process.getuid?.() ?? stats.uid;
    const cure = `run the container as that user: \`container: { image: …, options: --user ${stats.uid} }\``;
    if (own !== stats.uid)
      return `names ${quoted(path)}, which this step cannot write: the file belongs to user ${stats.uid}, and the step runs as user ${own}. In a job container, ${cure}`;
    return `names ${quoted(path)}, which this step cannot write: its permissions or its disk forbid it`;
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return `names ${quoted(path)}, which cannot be written (${code})`;
  }
}

function isOfKind(path: string, kind: 'file' | 'folder'): boolean {
  try {
    accessSync(path, constants.W_OK);
    const stats = statSync(path);
    return kind === 'file' ? stats.isFile() : stats.isDirectory() && isAbsolute(path);
  } catch {
    return false;
  }
}

import { accessSync, constants, statSync, truncateSync } from 'node:fs';
import type { Problem } from '../request/problems.ts';

/** The files through which a step talks to the runner (GitHub Docs, "Workflow commands", environment files). */

const fileCommands = ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_STATE'] as const;

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
    return writable(path) ? [] : [{ input: name, text: 'names a file that cannot be written' }];
  });
  if (!environment['RUNNER_TEMP']) {
    problems.push({ input: 'RUNNER_TEMP', text: 'is not set: the runner names its temporary folder there' });
  }
  const proxy = proxyVariables.find((name) => environment[name]);
  if (proxy !== undefined && !knowsProxies(nodeVersion)) {
    const text = `is set, but Node.js ${nodeVersion} of this runner cannot use a proxy for STS: update the runner`;
    problems.push({ input: proxy, text: `${text} (Node.js 24.5 or later), or unset it` });
  }
  return problems;
}

const proxyVariables = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

/** `proxyEnv` of Node's agents came with 24.5 (Node.js documentation, http.Agent); older ones would go past the proxy. */
function knowsProxies(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 5);
}

function writable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs `write`; if it throws, the runner's files are as they were before: a step that fails exports nothing. */
export function allOrNothing(environment: NodeJS.ProcessEnv, write: () => void): void {
  const before = fileCommands.flatMap((name) => {
    const path = environment[name];
    return path ? [{ path, size: statSync(path).size }] : [];
  });
  try {
    write();
  } catch (error) {
    for (const { path, size } of before) truncateSync(path, size);
    throw error;
  }
}

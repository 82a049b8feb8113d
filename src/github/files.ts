import { existsSync, statSync, truncateSync } from 'node:fs';

/** The files through which a step talks to the runner (GitHub Docs, "Workflow commands", environment files). */

/** The ones without which a step cannot deliver. */
export const fileCommands = ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_STATE'] as const;

/** Runs `write`; if it throws, the runner's files are as they were before: a step that fails exports nothing. */
export function allOrNothing(environment: NodeJS.ProcessEnv, write: () => void): void {
  const before = [...fileCommands, 'GITHUB_PATH'].flatMap((name) => {
    const path = environment[name];
    return path && existsSync(path) ? [{ path, size: statSync(path).size }] : [];
  });
  try {
    write();
  } catch (error) {
    for (const { path, size } of before) takeBack(path, size);
    throw error;
  }
}

function takeBack(path: string, size: number): void {
  try {
    truncateSync(path, size);
  } catch {
    // The others are taken back all the same.
  }
}

import { dirname, join } from 'node:path';
import type { Plan } from '../aws/plan.ts';
import type { Limits } from '../request/step-settings.ts';
import type { RoleSession } from '../aws/session.ts';
import { cachePathOf } from './cache.ts';
import { withProfiles, type ProfileSection } from './config.ts';
import { privateFolder, writePrivate } from './folder.ts';
import { commandLine, pathProblem } from './paths.ts';
import { writeCommand } from './launcher.ts';
import { planText } from './plan-file.ts';
import { planName } from './private-paths.ts';
import { writeStoredProfiles } from './stored-profiles.ts';
import { byteEncoding, configText, inBytes } from './user-files.ts';
import { cachedFrom, writeCache } from './write-cache.ts';

/** Writes a step's profiles: their plans, their first credentials, the config file, and the record for the post step. */

/** A profile, the plan that renews it, and its first session. */
export interface NewProfile {
  readonly name: string;
  readonly plan: Plan;
  readonly session: RoleSession;
}

/** Where profiles are written, and what they are renewed with. */
export interface ProfilesContext {
  /** The step's own private folder. */
  readonly folder: string;
  readonly temp: string;
  readonly limits: Limits;
  readonly environment: NodeJS.ProcessEnv;
  /** Whether the profiles are the accounts of a list. */
  readonly fromList: boolean;
}

/** What runs a profile's process: this very program. */
export interface Program {
  readonly node: string;
  readonly bundle: string;
  readonly windows: boolean;
}

/** The program that a profile's process runs: its file is in dist/, beside the one that this code is bundled into. */
export function thisProgram(): Program {
  return {
    node: process.execPath,
    bundle: join(import.meta.dirname, 'credential-process.js'),
    windows: process.platform === 'win32',
  };
}

/** The command line that renews by a plan. @throws Error for a path that not every client can use */
function renewalCommand({ node, bundle, windows }: Program, planPath: string): string {
  return commandLine([node, bundle, planPath], windows);
}

/** Why no client could use a profile below this temporary folder, with the repair; undefined where all can. */
export function blocker(temp: string): string | undefined {
  const { node, bundle, windows } = thisProgram();
  return (
    pathProblem(node, 'command line', windows) ??
    pathProblem(bundle, 'command line', windows) ??
    pathProblem(temp, 'command line', windows) ??
    pathProblem(temp, 'config file', windows) ??
    pathProblem(temp, 'PATH', windows)
  );
}

/**
 * Writes the profiles into the step's folder. The config file is a copy of the user's, byte by byte, with the profiles
 * added.
 * @returns the config file's path, the fingerprint of the record for the post step, and the folder of the command
 * @throws Error when a file cannot be read or written, or a path cannot be used by every client
 */
export function writeProfiles(
  profiles: readonly NewProfile[],
  { folder, temp, limits, environment, fromList }: ProfilesContext,
  program = thisProgram(),
): { configPath: string; fingerprint: string; commandFolder: string } {
  const now = Date.now();
  const sections = profiles.map(({ name, plan, session }, index): ProfileSection => {
    const planPath = writePrivate(folder, planName(index), planText({ plan, limits }));
    writeCache(cachePathOf(planPath), cachedFrom(session, now));
    const command = renewalCommand(program, planPath);
    return {
      name,
      region: plan.sts.region,
      credentialProcess: inBytes(command),
    };
  });
  const stored = profiles.map(({ name, plan: { sts }, session }, index) => ({
    name,
    assumedRoleArn: session.assumedRoleArn,
    accountId: session.accountId,
    region: sts.region,
    plan: planName(index),
    sts,
    fromList,
  }));
  const text = withProfiles(configText(environment), sections, inBytes(privateFolder(temp)));
  return {
    configPath: writePrivate(folder, 'config', Buffer.from(text, byteEncoding)),
    fingerprint: writeStoredProfiles(folder, stored),
    commandFolder: writeCommand(folder, { ...program, bundle: join(dirname(program.bundle), 'command.js') }),
  };
}

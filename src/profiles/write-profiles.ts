import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plan } from '../aws/plan.ts';
import type { RoleSession } from '../aws/session.ts';
import { withProfiles, type FileKind, type ProfileSection } from './config.ts';
import { writePrivate } from './folder.ts';
import { commandLine, pathProblem, type PathUse } from './paths.ts';
import { writeCommand } from './launcher.ts';
import { fillCache } from './plan-files.ts';
import { planName } from './private-paths.ts';
import { writeStoredProfiles, type StoredProfile } from './stored-profiles.ts';
import { byteEncoding, configText, credentialsText, inBytes } from './user-files.ts';
import { canBePlain, plainNames, privateFolderNames } from './windows-paths.ts';

/** Writes a step's profiles: their first credentials, the config file, and the record for the post step. */

/** A profile, the plan that renews it, and its first session. */
export interface NewProfile {
  readonly name: string;
  /** Its place among the plans of the step: see `writePlans`. */
  readonly index: number;
  readonly plan: Plan;
  readonly session: RoleSession;
}

/** Where profiles are written, and what they are renewed with. */
export interface ProfilesContext {
  /** The step's own private folder, with the profiles' plans. */
  readonly folder: string;
  readonly temp: string;
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

/** Why no client could use a profile below this temporary folder, with the repair; undefined where all can. */
export function blocker(temp: string): string | undefined {
  const { node, bundle, windows } = thisProgram();
  const problem = (path: string, use: PathUse): string | undefined =>
    windows && canBePlain(path === temp ? temp : dirname(path)) ? undefined : pathProblem(path, use, windows);
  return (
    problem(node, 'command line') ??
    problem(bundle, 'command line') ??
    problem(temp, 'command line') ??
    problem(temp, 'config file') ??
    pathProblem(temp, 'PATH', windows)
  );
}

/** What was written. */
export interface WrittenProfiles {
  readonly configPath: string;
  /** Undefined where the user has a credentials file. */
  readonly credentialsPath: string | undefined;
  /** Whether minio-go can use the profiles: it reads only a credentials file, and passes quotes on (tried with 7.0.46). */
  readonly worksInMinio: boolean;
  /** Of the record for the post step. */
  readonly fingerprint: string;
  /** The folder of the command. */
  readonly commandFolder: string;
}

/**
 * Writes the profiles into the step's folder. The config file is a copy of the user's, byte by byte, with the profiles
 * added. A credentials file has the same profiles, for clients that read only that (minio-go, so restic).
 * @throws Error when a file cannot be read or written, or a path cannot be used by every client
 */
export function writeProfiles(
  profiles: readonly NewProfile[],
  { folder, temp, environment, fromList }: ProfilesContext,
  program = thisProgram(),
): WrittenProfiles {
  const now = Date.now();
  const { node, bundle, windows } = program;
  const names = windows ? plainNames({ folder, node, bundle }, temp) : { folder, node, bundle };
  const starter = starterOf(program, environment);
  const sections = profiles.map(({ name, index, plan, session }): ProfileSection => {
    fillCache(folder, index, session, plan.base.kind, now);
    const words = [...starter, names.node, names.bundle, join(names.folder, planName(index))];
    return {
      name,
      region: plan.sts.region,
      credentialProcess: inBytes(commandLine(words, windows)),
    };
  });
  const write = (kind: FileKind, text: string): string => {
    const content = withProfiles(text, sections, privateFolderNames(temp).map(inBytes), kind);
    writePrivate(folder, kind, Buffer.from(content, byteEncoding));
    return join(names.folder, kind);
  };
  const credentials = credentialsText(environment, temp);
  return {
    configPath: write('config', configText(environment)),
    credentialsPath: credentials === undefined ? undefined : write('credentials', credentials),
    worksInMinio: credentials !== undefined && sections.every(isUnquoted),
    fingerprint: writeStoredProfiles(
      folder,
      profiles.map((profile) => storedProfile(profile, fromList)),
    ),
    commandFolder: writeCommand(folder, {
      ...{ windows, node: names.node, stepFolder: names.folder },
      bundle: join(dirname(names.bundle), 'command.js'),
    }),
  };
}

const isUnquoted = ({ credentialProcess: line }: ProfileSection): boolean => !line.includes("'");

/**
 * The words before Node.js that keep the NODE_OPTIONS of a later step from it: `--require` of a file of the user's project
 * would fail in another folder, or print beside the credentials. Where the step itself has such options they may be needed
 * to reach AWS, such as `--use-system-ca`, so they stay.
 */
function starterOf({ node, windows }: Program, environment: NodeJS.ProcessEnv): string[] {
  const env = '/usr/bin/env';
  // It would take a path with `=` for a variable.
  const own = (environment['NODE_OPTIONS'] ?? '') !== '';
  return windows || own || node.includes('=') || !existsSync(env) ? [] : [env, '-u', 'NODE_OPTIONS'];
}

function storedProfile(
  { name, index, plan: { sts }, session }: NewProfile,
  fromList: boolean,
): StoredProfile {
  const { assumedRoleArn, accountId } = session;
  return { name, assumedRoleArn, accountId, region: sts.region, plan: planName(index), sts, fromList };
}

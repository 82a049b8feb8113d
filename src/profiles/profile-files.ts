import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { commandLine } from './command-line.ts';
import { foreignProfiles, withProfiles, type ProfileSection } from './config.ts';
import { privateFolder, writePrivate } from './folder.ts';
import type { KeptPlan } from './plan-file.ts';

/** The files of profiles: the user's own, which are only read, and the ones that a step adds in its private folder. */

type Environment = NodeJS.ProcessEnv;

/** Bytes are kept as they are, whatever their encoding: each is a character of its own. */
const bytes = 'latin1';

/** The user's config or credentials file; one that is not there is empty. */
function ownFile(environment: Environment, variable: string, name: string): string {
  const given = environment[variable];
  // Clients expand the home folder themselves where no shell has.
  const path = given ? given.replace(/^~(?=[\\/])/, homedir()) : join(homedir(), '.aws', name);
  try {
    return readFileSync(path, bytes);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR'].includes(code)) return '';
    throw new Error(`${variable}, ${path}, cannot be read (${code}), and profiles are added to a copy of it`);
  }
}

const configText = (environment: Environment): string => ownFile(environment, 'AWS_CONFIG_FILE', 'config');

/** Where a profile of this name is already, not counting this action's own: a file's description, or undefined. */
export function placeOfProfile(name: string, environment: Environment, temp: string): string | undefined {
  const folder = privateFolder(temp);
  if (foreignProfiles(configText(environment), folder).has(name)) return 'the AWS config file';
  const credentials = ownFile(environment, 'AWS_SHARED_CREDENTIALS_FILE', 'credentials');
  return foreignProfiles(credentials, folder).has(name) ? 'the AWS credentials file' : undefined;
}

/** What runs a profile's process: this very program. */
export interface Program {
  readonly node: string;
  readonly bundle: string;
  readonly windows: boolean;
}

/** The command line that replays a plan. @throws Error for a path that not every client can carry */
export function replayCommand({ node, bundle, windows }: Program, planPath: string): string {
  return commandLine([node, bundle, planPath], windows);
}

/** One profile to write. */
export interface NewProfile {
  readonly name: string;
  readonly region: string;
  readonly kept: KeptPlan;
}

/** The plan's file of the profile with this number in its step's folder. */
export const planName = (index: number): string => `plan-${index}.json`;

/**
 * Writes the plans and a copy of the config file in use, to the letter, with the profiles added.
 * @param folder the step's own
 * @returns the config file's path, and the plans' in the order of the profiles
 */
export function writeProfiles(
  folder: string,
  temp: string,
  profiles: readonly NewProfile[],
  program: Program,
  environment: Environment,
): { configPath: string; planPaths: string[] } {
  const planPaths = profiles.map(({ kept }, index) =>
    writePrivate(folder, planName(index), JSON.stringify(kept)),
  );
  const sections = profiles.map(({ name, region }, index): ProfileSection => {
    const command = replayCommand(program, planPaths[index] ?? '');
    return { name, region, credentialProcess: Buffer.from(command, 'utf8').toString(bytes) };
  });
  const text = withProfiles(configText(environment), sections, privateFolder(temp));
  return { configPath: writePrivate(folder, 'config', Buffer.from(text, bytes)), planPaths };
}

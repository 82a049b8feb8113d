import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve, sep } from 'node:path';
import { endlessness } from '../sources/readable-file.ts';
import { ActionError } from '../text/action-error.ts';
import { quoted } from '../text/quote.ts';
import { foreignProfiles, processLines, profilesWithOtherCredentials } from './config.ts';
import { iniFault } from './ini-fault.ts';
import { haveProfile } from './stored-profiles.ts';
import { privateFolderNames } from './windows-paths.ts';

/** The user's own AWS config and credentials files. They are only read. */

type Environment = NodeJS.ProcessEnv;

/** One character a byte, so that a copy has the same bytes whatever the encoding. */
export const byteEncoding = 'latin1';

/** A text as it is found in a file that was read in {@link byteEncoding}. */
export const inBytes = (text: string): string => Buffer.from(text, 'utf8').toString(byteEncoding);

/** The variables that name the files, and the files' names in the home folder. */
const configFile = ['AWS_CONFIG_FILE', 'config'] as const;
const credentialsFile = ['AWS_SHARED_CREDENTIALS_FILE', 'credentials'] as const;

/** Why each is read. */
const reasons = {
  AWS_CONFIG_FILE: 'Profiles are added to a copy of the config file',
  AWS_SHARED_CREDENTIALS_FILE: 'The step looks there for profiles of the same name',
} as const;

/** Clients expand the home folder themselves where no shell has. */
function userPath(environment: Environment, [variable, name]: readonly [string, string]): string {
  const given = environment[variable];
  return given ? given.replace(/^~(?=[\\/])/, homedir()) : join(homedir(), '.aws', name);
}

/**
 * @returns undefined for a file that does not exist
 * @throws ActionError profile-unusable for one that exists and cannot be read
 */
function ownFile(
  environment: Environment,
  file: typeof configFile | typeof credentialsFile,
): string | undefined {
  const [variable] = file;
  const given = environment[variable];
  const path = userPath(environment, file);
  try {
    const code = endlessness(path);
    if (code !== undefined) throw Object.assign(new Error(), { code });
    return readFileSync(path, byteEncoding);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR'].includes(code)) return undefined;
    const named = given ? `${variable} names ${path}, which` : path;
    throw new ActionError(
      'profile-unusable',
      `${named} cannot be read (${code}). ${reasons[variable]}: make it a readable file, or set ${variable} to another file`,
      error,
    );
  }
}

/** The text of the user's config file, in {@link byteEncoding}. */
export const configText = (environment: Environment): string => ownFile(environment, configFile) ?? '';

/**
 * The text of the credentials file that profiles are added to, in {@link byteEncoding}: one that this action wrote
 * earlier, or none.
 * @returns undefined where the user has a credentials file. It is never copied, because it may hold long-lived keys
 */
export function credentialsText(environment: Environment, temp: string): string | undefined {
  const text = ownFile(environment, credentialsFile);
  if (text === undefined) return '';
  const path = resolve(userPath(environment, credentialsFile));
  return privateFolderNames(temp).some((folder) => path.startsWith(join(folder, sep))) ? text : undefined;
}

/** A warning for each of the two files that exists and that some clients cannot read. */
export function iniWarnings(environment: Environment): string[] {
  return [configFile, credentialsFile].flatMap((file) => {
    const fault = iniFault(ownFile(environment, file) ?? '');
    return fault === undefined
      ? []
      : `${fault.clients} cannot read ${userPath(environment, file)}: ${fault.text}. They fail at every call until the file is correct, or until ${file[0]} names another file before this step.`;
  });
}

/** A warning where tools that name no profile find credentials in the user's files. */
export const defaultWarnings = (environment: Environment, temp: string): string[] =>
  overridden([{ name: 'default' }], environment, temp).map(
    () =>
      'Your AWS config files have credentials for the profile default. Tools that name no profile use them, and not an account of this step. Name an account with --profile or AWS_PROFILE.',
  );

/** Whether one of the user's files has a profile named `default`. */
export function hasDefaultProfile(environment: Environment, temp: string): boolean {
  return placeOfProfile('default', environment, temp) !== undefined;
}

/**
 * What is wrong with the profile in AWS_PROFILE: no file has it, not even one of this action's own. The AWS CLI, boto3,
 * Terraform and the SDKs for JavaScript and Go then fail, even with keys in the environment.
 * @param released the folders of the job's steps that `assume-role-chain release` has emptied
 * @returns undefined where it exists or may exist: in a file that cannot be read, or whose path boto3 would expand
 */
export function faultOfProfile(environment: Environment, released: readonly string[]): string | undefined {
  const name = environment['AWS_PROFILE'] ?? '';
  if (name === '' || name === 'default') return undefined;
  const files = [configFile, credentialsFile];
  const paths = files.map((file) => userPath(environment, file));
  if (paths.some((path) => /[$%]/.test(path)) || files.some((file) => mayHave(name, file, environment)))
    return undefined;
  if (haveProfile(released, name))
    return `${quoted(name)} is a profile that "assume-role-chain release" destroyed, and GitHub cannot unset AWS_PROFILE: AWS clients fail then, even with keys in the environment. Use the input profile in this step, or call release after the steps that use this step's keys`;
  return `${quoted(name)} is not a profile in ${paths.join(' or ')}: AWS clients fail then, even with keys in the environment. Correct AWS_PROFILE, or unset it`;
}

function mayHave(
  name: string,
  file: typeof configFile | typeof credentialsFile,
  environment: Environment,
): boolean {
  try {
    return foreignProfiles(ownFile(environment, file) ?? '', []).has(inBytes(name));
  } catch {
    return true;
  }
}

/**
 * Those of this action's profiles to which a program has added keys, a role or another source, as `aws configure set`
 * does: clients prefer them to the profile's process.
 */
export function overridden<Profile extends { readonly name: string }>(
  profiles: readonly Profile[],
  environment: Environment,
  temp: string,
): Profile[] {
  const folders = privateFolderNames(temp).map(inBytes);
  const names = inFiles((text) => profilesWithOtherCredentials(text, folders), environment);
  return profiles.filter(({ name }) => names.includes(name));
}

/**
 * Those of a step's profiles that no file has with its process any more, or that one has with the process of another profile.
 * @param folder the step's own
 */
export function withoutOwnProcess<Profile extends { readonly name: string; readonly plan: string }>(
  profiles: readonly Profile[],
  folder: string,
  environment: Environment,
): Profile[] {
  const lines = Map.groupBy(inFiles(processLines, environment), ({ name }) => name);
  return profiles.filter(({ name, plan }) => {
    // Whatever name the folders above it have (windows-paths.ts).
    const end = join(basename(folder), plan);
    return !(lines.get(name)?.every(({ line }) => line.includes(end)) ?? false);
  });
}

/** What both files have. A file that cannot be read has nothing. */
function inFiles<Found>(find: (text: string) => Found[], environment: Environment): Found[] {
  return [configFile, credentialsFile].flatMap((file) => {
    try {
      return find(ownFile(environment, file) ?? '');
    } catch {
      return [];
    }
  });
}

/** Where a profile of this name exists already, this action's own not counted: a file's description, or undefined. */
export const placeOfProfile = (name: string, environment: Environment, temp: string): string | undefined =>
  placesOfProfiles(environment, temp)(name);

/** The same for many names: the files are read for the first. */
export function placesOfProfiles(
  environment: Environment,
  temp: string,
): (name: string) => string | undefined {
  const folders = privateFolderNames(temp).map(inBytes);
  let files: { config: ReadonlySet<string>; credentials: ReadonlySet<string> } | undefined;
  return (name) => {
    files ??= {
      config: foreignProfiles(configText(environment), folders),
      credentials: foreignProfiles(ownFile(environment, credentialsFile) ?? '', folders),
    };
    if (files.config.has(name)) return 'the AWS config file';
    return files.credentials.has(name) ? 'the AWS credentials file' : undefined;
  };
}

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ActionError } from '../text/action-error.ts';
import { foreignProfiles } from './config.ts';
import { privateFolderNames } from './windows-paths.ts';

/** The user's own AWS config and credentials files. They are only read. */

type Environment = NodeJS.ProcessEnv;

/** One character a byte, so that a copy has the same bytes whatever the encoding. */
export const byteEncoding = 'latin1';

/** A text as it is found in a file that was read in {@link byteEncoding}. */
export const inBytes = (text: string): string => Buffer.from(text, 'utf8').toString(byteEncoding);

/** @throws ActionError profile-unusable for a file that exists and cannot be read; one that does not exist is empty */
function ownFile(environment: Environment, variable: string, name: string): string {
  const given = environment[variable];
  // Clients expand the home folder themselves where no shell has.
  const path = given ? given.replace(/^~(?=[\\/])/, homedir()) : join(homedir(), '.aws', name);
  try {
    return readFileSync(path, byteEncoding);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR'].includes(code)) return '';
    const named = given ? `${variable} names ${path}, which` : path;
    throw new ActionError(
      'profile-unusable',
      `${named} cannot be read (${code}). Profiles are added to a copy of the config file: make it readable, or set ${variable} to another file`,
      error,
    );
  }
}

/** The text of the user's config file, in {@link byteEncoding}. */
export const configText = (environment: Environment): string =>
  ownFile(environment, 'AWS_CONFIG_FILE', 'config');

/** Where a profile of this name exists already, this action's own not counted: a file's description, or undefined. */
export function placeOfProfile(name: string, environment: Environment, temp: string): string | undefined {
  const folders = privateFolderNames(temp).map(inBytes);
  if (foreignProfiles(configText(environment), folders).has(name)) return 'the AWS config file';
  const credentials = ownFile(environment, 'AWS_SHARED_CREDENTIALS_FILE', 'credentials');
  return foreignProfiles(credentials, folders).has(name) ? 'the AWS credentials file' : undefined;
}

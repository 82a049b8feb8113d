import { homedir } from 'node:os';
import { join } from 'node:path';
import { unreadable } from '../sources/readable-file.ts';

/** The AWS SDK passes over a config file that it cannot read without a message. */

const files = [
  ['AWS_CONFIG_FILE', 'config'],
  ['AWS_SHARED_CREDENTIALS_FILE', 'credentials'],
] as const;

/** Which of the AWS config files exists and cannot be read, and how to fix it; undefined where all can. */
export function configFault(environment: NodeJS.ProcessEnv): string | undefined {
  for (const [variable, name] of files) {
    const given = environment[variable] ?? '';
    const path = given === '' ? join(homedir(), '.aws', name) : given;
    const fault = unreadable(path);
    if (fault === undefined || fault === 'there is no such file') continue;
    const source = given === '' ? '' : ` (${variable})`;
    return `The AWS SDK cannot read ${path}${source}, because ${fault}: make it a readable file, or set ${variable} to another one.`;
  }
  return undefined;
}

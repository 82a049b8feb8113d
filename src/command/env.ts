import type { Call } from './call.ts';
import { keyVariables, namesToUnset } from './child-environment.ts';
import { allOnStderr, commandValue, type Context } from './context.ts';
import { printedEnvironment } from './print-environment.ts';
import { profileKeys } from './profile-keys.ts';

/**
 * Prints a profile's keys and region. The runner masks them first: it reads the masks on stderr, because stdout may go
 * to a file or a variable.
 * @returns exit code 1 where the profile has no credentials; nothing is printed then
 * @throws UsageError; Interrupted; Error where the masks cannot be printed
 */
export async function env(
  { profile, format }: Extract<Call, { kind: 'env' }>,
  context: Context,
): Promise<number> {
  const keys = await profileKeys(profile, context);
  if (!keys) return 1;
  const masks = [keys.secretAccessKey, keys.sessionToken, keys.accessKeyId].map(
    (secret) => `::add-mask::${commandValue(secret)}\n`,
  );
  await allOnStderr(masks.join(''));
  const unset = namesToUnset(context.isOurs, context.environment);
  process.stdout.write(printedEnvironment(format, keyVariables(keys), unset));
  return 0;
}

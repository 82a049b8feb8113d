import type { Call } from './call.ts';
import { keyVariables, namesToUnset } from './child-environment.ts';
import { chooseProfile } from './choose-profile.ts';
import { allOnStderr, commandValue, complain, type Context } from './context.ts';
import { printedEnvironment } from './print-environment.ts';

/**
 * Prints a profile's keys and region. The runner masks them first: it reads the masks on stderr, because stdout may go
 * to a file or a variable.
 * @returns exit code 1 where the profile has no credentials; nothing is printed then
 * @throws UsageError; Error where the masks cannot be printed
 */
export async function env(
  { profile: asked, format }: Extract<Call, { kind: 'env' }>,
  { profiles, isOurs, environment, credentialsOf }: Context,
): Promise<number> {
  const { profile, remark } = chooseProfile(profiles, asked, environment);
  if (remark !== undefined) complain(remark);
  const keys = await credentialsOf(profile).catch((error: unknown) => {
    complain(`profile ${profile.name} has no credentials: ${(error as Error).message}`);
    return undefined;
  });
  if (!keys) return 1;
  const masks = [keys.secretAccessKey, keys.sessionToken, keys.accessKeyId].map(
    (secret) => `::add-mask::${commandValue(secret)}\n`,
  );
  await allOnStderr(masks.join(''));
  const variables = keyVariables({ ...keys, region: profile.region });
  process.stdout.write(printedEnvironment(format, variables, namesToUnset(isOurs, environment)));
  return 0;
}

import { UsageError } from './call.ts';

/** Which profile a call is for. Pure. */

interface Named {
  readonly name: string;
}

/** A profile, and a remark for stderr where the choice may surprise. */
export interface Choice<Profile> {
  readonly profile: Profile;
  readonly remark: string | undefined;
}

/** Names in a message. More would fill the screen. */
const shown = 20;

/**
 * The profile that `--profile` names, or else the only one, or else the one that AWS_PROFILE names.
 * @throws UsageError with the names to choose from
 */
export function chooseProfile<Profile extends Named>(
  profiles: readonly Profile[],
  asked: string | undefined,
  environment: NodeJS.ProcessEnv,
): Choice<Profile> {
  if (asked !== undefined) return { profile: profileNamed(profiles, asked, '--profile'), remark: undefined };
  const fromEnvironment = environment['AWS_PROFILE'] ?? '';
  const [first, second] = profiles;
  if (first && !second) {
    const other = fromEnvironment !== '' && fromEnvironment !== first.name;
    const remark = `AWS_PROFILE is ${JSON.stringify(fromEnvironment)}, which is not a profile of this action: using ${first.name}, the only one.`;
    return { profile: first, remark: other ? remark : undefined };
  }
  const named = profiles.find(({ name }) => name === fromEnvironment);
  if (named) return { profile: named, remark: undefined };
  const variable =
    fromEnvironment === '' ? 'AWS_PROFILE is not set' : `AWS_PROFILE is ${JSON.stringify(fromEnvironment)}`;
  throw new UsageError(
    `${variable}: name one of the ${profiles.length} profiles with --profile. ${listed(profiles)}`,
  );
}

/**
 * The profiles with these names, in this order.
 * @throws UsageError for one that there is not
 */
export function profilesNamed<Profile extends Named>(
  profiles: readonly Profile[],
  names: readonly string[],
): Profile[] {
  return names.map((name) => profileNamed(profiles, name, '--profiles'));
}

function profileNamed<Profile extends Named>(
  profiles: readonly Profile[],
  name: string,
  option: string,
): Profile {
  const found = profiles.find((profile) => profile.name === name);
  if (found) return found;
  const known = profiles.map((profile) => profile.name);
  throw new UsageError(
    `${option} ${JSON.stringify(name)} is not a profile of this action. ${listed(profiles)}`,
    {
      word: name,
      known,
    },
  );
}

function listed(profiles: readonly Named[]): string {
  const names = profiles.slice(0, shown).map(({ name }) => name);
  const more = profiles.length > shown ? `, and ${profiles.length - shown} more` : '';
  return `Profiles: ${names.join(', ')}${more}.`;
}

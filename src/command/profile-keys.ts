import type { JobProfile } from '../profiles/job-profiles.ts';
import { signalOf } from '../text/action-error.ts';
import type { ProfileKeys } from './child-environment.ts';
import { chooseProfile } from './choose-profile.ts';
import { complain, type Context } from './context.ts';

/**
 * The keys of the profile that a call is for.
 * @returns undefined where it has no credentials: the reason is on stderr
 * @throws UsageError; Interrupted where a signal ended the renewal
 */
export async function profileKeys(
  asked: string | undefined,
  { profiles, environment, credentialsOf }: Context,
): Promise<ProfileKeys | undefined> {
  const { profile, remark } = chooseProfile<JobProfile>(profiles, asked, environment);
  if (remark !== undefined) complain(remark);
  try {
    return { ...(await credentialsOf(profile)), region: profile.region };
  } catch (error) {
    if (signalOf(error) !== undefined) throw error;
    complain(`profile ${profile.name} has no credentials: ${(error as Error).message}`);
    return undefined;
  }
}

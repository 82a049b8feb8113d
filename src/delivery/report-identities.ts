import { readJournal } from '../profiles/journal.ts';
import { cacheOf, type StoredProfile } from '../profiles/stored-profiles.ts';
import { withoutRequestId } from '../sts/errors.ts';
import { oneLine } from '../text/log-line.ts';
import type { Findings } from './findings.ts';
import { otherIdentity } from './verify-keys.ts';

/** What became of one profile: who STS says it is, that it has expired, or why STS did not answer. */
export interface Verification {
  readonly profile: StoredProfile;
  readonly answered?: string;
  readonly expired?: true;
  readonly error?: string;
}

/** Names in a sentence. */
const longest = 10;

/** Logs who the credentials belong to, and why some were not verified. @param folder the step's own */
export function reportIdentities(results: readonly Verification[], folder: string, findings: Findings): void {
  // Where the last renewal failed, nothing assures that the job's tools had these credentials.
  const same = results.filter(
    ({ profile, answered }) =>
      answered === profile.assumedRoleArn && !readJournal(cacheOf(folder, profile)).failing,
  );
  if (same.length > 1)
    findings.say(`Verified: the credentials of ${same.length} profiles belong to their roles.`);
  else
    for (const { profile } of same)
      findings.say(`Verified: the ${credentialsOf(profile)} belong to ${profile.assumedRoleArn}.`);
  const expired = results.filter(({ expired: is }) => is);
  if (expired.length > 0)
    findings.say(
      `${listOfProfiles(expired.map(profileOf))}: the last credentials have expired, so there is nothing to verify.`,
    );
  const unanswered = results.filter(({ error }) => error !== undefined);
  for (const list of Map.groupBy(unanswered, ({ error = '' }) => withoutRequestId(error)).values())
    findings.warn(`${listOfProfiles(list.map(profileOf))} could not be verified: ${list[0]?.error}`);
}

/**
 * Whose credentials belong to another identity than the step exported, and to whom; undefined for none. One sentence for all, because the
 * runner keeps ten annotations of a step.
 */
export function wrongIdentities(results: readonly Verification[]): string | undefined {
  const wrong = results.flatMap(({ answered, profile }) =>
    answered === undefined || answered === profile.assumedRoleArn ? [] : [{ answered, profile }],
  );
  const [first, ...others] = wrong;
  if (!first) return undefined;
  if (others.length === 0)
    return otherIdentity(first.answered, first.profile.assumedRoleArn, credentialsOf(first.profile));
  const each = wrong
    .slice(0, longest)
    .map(
      ({ answered, profile }) => `${profile.name}: ${oneLine(answered)} instead of ${profile.assumedRoleArn}`,
    );
  const more = wrong.length > longest ? `, and ${wrong.length - longest} more` : '';
  return (
    `The credentials of ${wrong.length} profiles belong to other identities than this step exported ` +
    `(${each.join(', ')}${more}). Every AWS call with them since then ran as those other identities.`
  );
}

/** With a list, no profile is the job's: each step names its own. */
const credentialsOf = ({ name, fromList }: StoredProfile): string =>
  fromList ? `credentials of profile ${name}` : "job's credentials";

/** `Profiles a, b and 3 more`, to begin a sentence. */
export function listOfProfiles(profiles: readonly StoredProfile[]): string {
  const names = profiles.slice(0, longest).map(({ name }) => name);
  const more = profiles.length > longest ? ` and ${profiles.length - longest} more` : '';
  return `Profile${profiles.length === 1 ? '' : 's'} ${names.join(', ')}${more}`;
}

const profileOf = ({ profile }: Verification): StoredProfile => profile;

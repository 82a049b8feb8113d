import { profileNamePattern } from '../aws/profile-name.ts';
import type { Problems } from './problems.ts';

/** What a profile's name must be, and what cannot be combined with a profile. */

/** What is known of profiles on this machine. */
export interface ProfileFacts {
  /** Where a profile of this name is already that this action did not write; undefined where it is free. */
  readonly placeOf: (name: string) => string | undefined;
  /** Why no profile can be written here: a path that some AWS clients cannot carry. */
  readonly blocker: () => string | undefined;
}

/** Checks a profile's name, for the input or the entry that it was given in. */
export function checkProfileName(input: string, name: string, facts: ProfileFacts, problems: Problems): void {
  if (!profileNamePattern.test(name)) {
    const why =
      name === '__proto__'
        ? 'the AWS SDK for JavaScript cannot read a file that has a profile of this name. Choose another name'
        : 'use letters, digits and _ . @ + -, at most 64, and not - first';
    problems.add(input, name, `cannot be a profile: ${why}`);
    return;
  }
  const place = facts.placeOf(name);
  if (place) problems.add(input, name, `is already a profile of ${place}: choose another name`);
}

/** `profile`; undefined where it was not given. */
export function readProfile(
  text: string,
  facts: ProfileFacts | undefined,
  problems: Problems,
): string | undefined {
  const name = text.trim();
  if (name === '' || !facts) return undefined;
  checkProfileName('profile', name, facts, problems);
  const blocker = facts.blocker();
  if (blocker) problems.say('profile', blocker);
  return name;
}

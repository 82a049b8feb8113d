import { profileNamePattern } from '../profiles/config.ts';
import type { Problems } from './problems.ts';

/** What a profile's name must be, and what cannot go with a profile. */

/** What is known of profiles on this machine. */
export interface ProfileOffers {
  /** Where a profile of this name is already that this action did not write; undefined where it is free. */
  readonly placeOf: (name: string) => string | undefined;
  /** Why no profile can be written here: a path that some AWS clients cannot carry. */
  readonly hindrance: () => string | undefined;
}

/** Checks a profile's name, for the input or the entry that it was given in. */
export function checkProfileName(
  input: string,
  name: string,
  offers: ProfileOffers,
  problems: Problems,
): void {
  if (!profileNamePattern.test(name)) {
    problems.add(
      input,
      name,
      'cannot be a profile: only letters, digits and _ . @ + - may stand there, at most 64, and not - first',
    );
    return;
  }
  const place = offers.placeOf(name);
  if (place) problems.add(input, name, `is a profile of ${place} already: take another name`);
}

/** `profile`; undefined where it was not given. */
export function readProfile(text: string, offers: ProfileOffers, problems: Problems): string | undefined {
  const name = text.trim();
  if (name === '') return undefined;
  checkProfileName('profile', name, offers, problems);
  const hindrance = offers.hindrance();
  if (hindrance) problems.say('profile', hindrance);
  return name;
}

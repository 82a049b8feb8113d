/**
 * The releases of aws-actions/configure-aws-credentials, and what differs between them. Read in its CHANGELOG.md,
 * action.yml and source at the releases named, up to 6.3.0 (11 September 2026).
 */

/** A release of the other action, such as `4.3.1`. */
export type Version = string;

/** What a step's reference says about the release that it runs. */
export interface Release {
  readonly version: Version;
  /** False if the reference does not say: then the newest release counts. */
  readonly certain: boolean;
}

/** The newest release that this script knows. */
export const newest: Version = '6.3.0';

/** Where each major tag points. The last release of a major version is the one its tag points to. */
const lastOfMajor: Readonly<Record<string, Version>> = {
  '1': '1.7.0',
  '2': '2.2.0',
  '3': '3.0.2',
  '4': '4.3.1',
  '5': '5.1.1',
  '6': newest,
};

/** Branches, and tags that are no version. `v1-node16` followed version 2. */
const named: Readonly<Record<string, Version>> = { main: newest, 'v1-node16': '2.2.0' };

/** Commits of releases, by the first twelve digits, for pins without a comment. */
const commits: Readonly<Record<string, Version>> = {
  '13d241b29375': '1.7.0',
  '0e613a0980cb': '1.7.0',
  '05b148adc31e': '1.6.1',
  '67fbcbb12127': '1.7.0',
  '5fd3084fc36e': '2.2.0',
  '8c3f20df09ac': '4.0.0',
  '010d0da01d0b': '4.0.1',
  e3dd6a429d73: '4.0.2',
  ececac1a45f3: '4.1.0',
  b47578312673: '4.2.1',
  '7474bc4690e2': '4.3.1',
  a03048d87541: '5.0.0',
  '00943011d904': '5.1.0',
  '61815dcd50bd': '5.1.1',
  '8df5847569e6': '6.0.0',
  ec61189d14ec: '6.1.0',
  d979d5b3a711: '6.1.1',
  '99214aa6889f': '6.1.3',
  e7f100cf4c00: '6.2.0',
  '254c19bd240a': '6.2.1',
  '517a711dbcd0': '6.2.2',
  e6de054238d6: '6.2.3',
  cbe3b392738c: '6.2.4',
  e1253824e5c1: '6.3.0',
  ff717079ee20: '4.3.1',
};

/** Whether a reference names a commit, which nobody can move. */
export const isCommit = (ref: string): boolean => /^[\da-f]{40}$/i.test(ref);

/** Whether a reference names one release, such as `v4.0.2`. */
export const isExactTag = (ref: string): boolean => /^v?\d+\.\d+\.\d+$/.test(ref);

/**
 * @param ref what follows `@`
 * @param comment the comment beside it, `''` for none
 * @param given `--from-version`: used only where reference and comment do not say
 */
export function releaseOf(ref: string, comment: string, given: Version | undefined): Release {
  const version =
    named[ref] ??
    versionIn(ref, true) ??
    (isCommit(ref) ? commits[ref.slice(0, 12).toLowerCase()] : undefined) ??
    versionIn(comment, false) ??
    given;
  return version === undefined ? { version: newest, certain: false } : { version, certain: true };
}

/** `v4`, `4.0.2` and the like, as a release that exists. */
export function versionIn(text: string, whole: boolean): Version | undefined {
  const number = /(?<![\w.])v?(\d{1,2})(?:\.(\d+))?(?:\.(\d+))?(?![\w.])/i.exec(text);
  if (!number || (whole && number[0] !== text)) return undefined;
  const [, major = '', minor, patch] = number;
  const last = lastOfMajor[major];
  if (last === undefined) return undefined;
  return minor === undefined ? last : `${major}.${minor}.${patch ?? '0'}`;
}

/** Whether a release is another one or a later one. */
export function atLeast(version: Version, other: Version): boolean {
  const [ours, theirs] = [version, other].map((one) => one.split('.').map(Number));
  for (const index of [0, 1, 2]) {
    const difference = (ours?.[index] ?? 0) - (theirs?.[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** Up to version 2, account ids were masked unless `mask-aws-account-id` said otherwise. */
export const masksByDefault = (version: Version): boolean => !atLeast(version, '3.0.0');

/**
 * Up to version 2, a role that was not assumed with a token got six hours unless the step named another duration.
 * Seconds.
 */
export const durationByKeys = (version: Version): number => (atLeast(version, '3.0.0') ? 3600 : 21_600);

/** From 4.2.0, inputs that a step does not give are read from its environment. */
export const readsEnvironment = (version: Version): boolean => atLeast(version, '4.2.0');

/** Up to version 4, a boolean that was neither true nor false counted as false. From 5.0.0 it is an error. */
export const checksBooleans = (version: Version): boolean => atLeast(version, '5.0.0');

/** From 6.2.0, eight more session tags are sent. */
export const sendsMoreTags = (version: Version): boolean => atLeast(version, '6.2.0');

import { describe, expect, test } from '@jest/globals';
import { chooseProfile, profilesNamed } from '../../../src/command/choose-profile.ts';

const [a, b] = [{ name: 'a' }, { name: 'b' }];

describe('the profile of a call', () => {
  test('is the one that --profile names', () => {
    expect(chooseProfile([a, b], 'b', { AWS_PROFILE: 'a' })).toEqual({ profile: b, remark: undefined });
  });

  test('is the only one, with a remark where AWS_PROFILE names another', () => {
    expect(chooseProfile([a], undefined, {})).toEqual({ profile: a, remark: undefined });
    expect(chooseProfile([a], undefined, { AWS_PROFILE: 'a' }).remark).toBeUndefined();
    expect(chooseProfile([a], undefined, { AWS_PROFILE: 'x' })).toEqual({
      profile: a,
      remark: 'AWS_PROFILE is "x", which is not a profile of this action: using a, the only one.',
    });
  });

  test('is the one of AWS_PROFILE, where there are several', () => {
    expect(chooseProfile([a, b], undefined, { AWS_PROFILE: 'b' }).profile).toBe(b);
  });

  test('must be named otherwise, and the names are listed', () => {
    const many = Array.from({ length: 22 }, (_, index) => ({ name: `p${index}` }));
    expect(() => chooseProfile([a, b], undefined, {})).toThrow(
      'AWS_PROFILE is not set: name one of the 2 profiles with --profile. Profiles: a, b.',
    );
    expect(() => chooseProfile([a, b], undefined, { AWS_PROFILE: 'x' })).toThrow('AWS_PROFILE is "x": name');
    expect(() => chooseProfile(many, 'x', {})).toThrow(/--profile "x" is not a profile.*, and 2 more\.$/);
  });
});

test('profiles by name, in the order of the names', () => {
  expect(profilesNamed([a, b], ['b', 'a'])).toEqual([b, a]);
  expect(() => profilesNamed([a, b], ['a', 'c'])).toThrow('--profiles "c" is not a profile of this action.');
});

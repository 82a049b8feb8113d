import { expect, test } from '@jest/globals';
import { readProfile, type ProfileFacts } from '../../../src/request/profile.ts';
import { found } from './given.ts';

const free: ProfileFacts = { placeOf: () => undefined, blocker: () => undefined };
const read = (text: string, facts: Partial<ProfileFacts> = {}): [string | undefined, string[]] => {
  let name: string | undefined;
  const problems = found((collected) => {
    name = readProfile(text, { ...free, ...facts }, collected);
  });
  return [name, problems];
};

test('a profile is given, without the white space around it, or not', () => {
  expect(read(' customer ')).toEqual(['customer', []]);
  expect(read(' ')).toEqual([undefined, []]);
  expect(read(' ', { blocker: () => 'no' })).toEqual([undefined, []]);
});

test('what is wrong with it, or with the place where it would be', () => {
  expect(read('a b')[1]).toEqual([
    'profile: "a b" cannot be a profile: use letters, digits and _ . @ + -, at most 64, and not - first',
  ]);
  expect(read('__proto__')[1]).toEqual([
    'profile: "__proto__" cannot be a profile: the AWS SDK for JavaScript cannot read a file that has a profile of this name. Choose another name',
  ]);
  expect(read('constructor')[1]).toEqual([]);
  const there = { placeOf: () => 'the AWS config file', blocker: () => 'no path' };
  expect(read('customer', there)[1]).toEqual([
    'profile: "customer" is already a profile of the AWS config file: choose another name',
    'profile: no path',
  ]);
});

import { expect, test } from '@jest/globals';
import {
  atLeast,
  checksBooleans,
  durationByKeys,
  masksByDefault,
  newest,
  readsEnvironment,
  releaseOf,
  sendsMoreTags,
} from '../../../scripts/migrate/versions.ts';

const commit = '9d2a1c17c0d020ee966ed3fa5e24c290d759b4fa';

test.each([
  ['v1', '', '1.7.0'],
  ['v2.2.0', '', '2.2.0'],
  ['v4.1', '', '4.1.0'],
  ['6.1.3', '', '6.1.3'],
  ['v1-node16', '', '2.2.0'],
  ['main', '', newest],
  ['e3dd6a429d7300a6a4c196c26e071d42e0343502', '', '4.0.2'],
  // The commit is more reliable than a comment that somebody forgot to change.
  ['E3DD6A429D7300A6A4C196C26E071D42E0343502', '# v2', '4.0.2'],
  [commit, '# v4.0.2', '4.0.2'],
  [commit, '#v5', '5.1.1'],
  [commit, '# tag=v3.0.1', '3.0.1'],
  [commit, '# pin@v2', '2.2.0'],
  [commit, '# ratchet:aws-actions/configure-aws-credentials@v6', newest],
])('%s with the comment "%s" is %s', (ref, comment, version) => {
  expect(releaseOf(ref, comment, '1.0.0')).toEqual({ version, certain: true });
});

test.each([
  [commit, ''],
  [commit, '# reviewed on 2024-05-06'],
  ['feature/x', ''],
  ['v7', ''],
  ['4', '# not a version of theirs: 99.1'],
])('%s with the comment "%s" does not say it, unless it is the newest', (ref, comment) => {
  if (ref === '4') expect(releaseOf(ref, comment, undefined)).toEqual({ version: '4.3.1', certain: true });
  else {
    expect(releaseOf(ref, comment, undefined)).toEqual({ version: newest, certain: false });
    expect(releaseOf(ref, comment, '2.2.0')).toEqual({ version: '2.2.0', certain: true });
  }
});

test('releases are compared by number', () => {
  expect(atLeast('10.0.0', '9.9.9')).toBe(true);
  expect(atLeast('4.2.0', '4.10.0')).toBe(false);
  expect(atLeast('4.2.0', '4.2.0')).toBe(true);
});

test('what the releases do', () => {
  const table = ['1.7.0', '2.2.0', '3.0.2', '4.1.0', '4.2.0', '5.0.0', '6.1.3', '6.2.0'].map((version) => [
    ...[version, masksByDefault(version), durationByKeys(version), readsEnvironment(version)],
    ...[checksBooleans(version), sendsMoreTags(version)],
  ]);
  expect(table).toEqual([
    ['1.7.0', true, 21_600, false, false, false],
    ['2.2.0', true, 21_600, false, false, false],
    ['3.0.2', false, 3600, false, false, false],
    ['4.1.0', false, 3600, false, false, false],
    ['4.2.0', false, 3600, true, false, false],
    ['5.0.0', false, 3600, true, true, false],
    ['6.1.3', false, 3600, true, true, false],
    ['6.2.0', false, 3600, true, true, true],
  ]);
});

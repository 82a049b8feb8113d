import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { makeStepFolder, writePrivate } from '../../../src/profiles/folder.ts';
import { releasedFolders } from '../../../src/profiles/step-folders.ts';
import { releasedName } from '../../../src/profiles/stored-profiles.ts';
import { recordHidden, withHidden } from '../../../src/profiles/hidden.ts';

let temp: string;
let folder: string;
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'hidden-'));
  folder = makeStepFolder(temp, { id: '00000000-0000-4000-8000-000000000000', nonce: 'x' });
});
afterEach(() => {
  rmSync(temp, { recursive: true });
});

const mayHide = (name: string): boolean => name !== 'AWS_ACCESS_KEY_ID';
const config = (): string => join(folder, 'config');
/** Records what a step set. @returns the environment after it */
function hide(changes: Record<string, string>, before: Record<string, string>): Record<string, string> {
  recordHidden(
    folder,
    Object.entries(changes).map(([name, value]) => ({ name, value })),
    before,
  );
  return { ...before, ...changes };
}

test('what a step with accounts hides is found, unless it was changed since', () => {
  const before = { AWS_ROLE_ARN: 'role', AWS_WEB_IDENTITY_TOKEN_FILE: 'file', PATH: 'p' };
  const blank = { AWS_ROLE_ARN: '', AWS_WEB_IDENTITY_TOKEN_FILE: '' };
  const after = hide({ AWS_CONFIG_FILE: config(), AWS_EC2_METADATA_DISABLED: 'true', ...blank }, before);
  const none = { AWS_CONFIG_FILE: '', AWS_EC2_METADATA_DISABLED: '' };
  expect(withHidden(after, mayHide)).toEqual({ ...before, ...none });
  expect(withHidden({ ...after, AWS_ROLE_ARN: 'mine' }, mayHide)).toEqual({
    ...before,
    ...none,
    AWS_ROLE_ARN: 'mine',
  });
  expect(withHidden({ ...after, AWS_PROFILE: 'a' }, mayHide)).toMatchObject(blank);
  expect(withHidden({ ...after, AWS_CONFIG_FILE: '/etc/passwd/config' }, mayHide)).toMatchObject(blank);
});

test('a record that leads in a circle ends', () => {
  const after = hide({ AWS_CONFIG_FILE: config() }, { AWS_CONFIG_FILE: config() });
  expect(withHidden(after, mayHide)).toEqual(after);
});

test('a variable that no such step changes is not believed', () => {
  const after = hide(
    { AWS_CONFIG_FILE: config(), AWS_ACCESS_KEY_ID: '' },
    { AWS_ACCESS_KEY_ID: 'AKIAPLANTED' },
  );
  expect(withHidden(after, mayHide)).toEqual({ AWS_CONFIG_FILE: '', AWS_ACCESS_KEY_ID: '' });
});

test("what released steps of this job hid is found, the user's own config file included", () => {
  const before = { AWS_ROLE_ARN: 'role', AWS_CONFIG_FILE: '/own' };
  hide({ AWS_CONFIG_FILE: config(), AWS_ROLE_ARN: '' }, before);
  // `release` names the user's own file again.
  const after = { AWS_ROLE_ARN: '', AWS_CONFIG_FILE: '/own' };
  expect(releasedFolders(dirname(folder), process.env)).toEqual([]);
  writePrivate(folder, releasedName, '');
  const without = makeStepFolder(temp, { id: '00000000-0000-4000-8000-000000000001', nonce: 'x' });
  writePrivate(without, releasedName, '');
  const other = { id: '00000000-0000-4000-8000-000000000002', nonce: 'x' };
  writePrivate(makeStepFolder(temp, other, { pid: 1, started: 'x', run: 'other' }), releasedName, '');
  const released = releasedFolders(dirname(folder), process.env);
  expect(released.sort()).toEqual([folder, without]);
  for (const folders of [released, released.toReversed()])
    expect(withHidden(after, mayHide, folders)).toEqual(before);
  expect(withHidden({ ...after, AWS_ROLE_ARN: 'mine' }, mayHide, released)).toEqual({
    ...before,
    AWS_ROLE_ARN: 'mine',
  });
  expect(withHidden({ AWS_PROFILE: 'a', ...after }, mayHide, released)).toMatchObject(after);
});

test('the profile that a released step exported is not what a later step starts from', () => {
  const before = { AWS_ROLE_ARN: 'role', AWS_PROFILE: 'own' };
  const after = hide({ AWS_PROFILE: 'a', AWS_ROLE_ARN: '' }, before);
  expect(withHidden(after, mayHide, [folder])).toEqual(before);
  const later = { ...after, AWS_CONFIG_FILE: config() };
  expect(withHidden(later, mayHide, [folder])).toEqual(later);
});

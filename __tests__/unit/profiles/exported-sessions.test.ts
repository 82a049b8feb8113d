import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findExported, recordExported } from '../../../src/profiles/exported-sessions.ts';
import { makeStepFolder, writePrivate } from '../../../src/profiles/folder.ts';
import { identity } from './steps.ts';

let temp: string;
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'exported-'));
});
afterEach(() => {
  rmSync(temp, { recursive: true });
});

const session = {
  plan: 'p',
  keys: 'k',
  accountId: '222222222222',
  assumedRoleArn: 'arn:aws:sts::222222222222:assumed-role/customer/name',
  assumedRoleId: 'AROA1:name',
  sessionName: 'name',
  expiration: '2026-11-23T12:00:00Z',
  credentialSource: 'oidc',
};

test('a session is found by its plan and its keys', () => {
  recordExported(makeStepFolder(temp, identity(0)), { ...session, keys: 'other' });
  recordExported(makeStepFolder(temp, identity(1)), session);
  writePrivate(makeStepFolder(temp, identity(2)), 'exported.json', '{');
  makeStepFolder(temp, identity(3));
  expect(findExported(temp, 'p', 'k')).toEqual(session);
  expect(findExported(temp, 'q', 'k')).toBeUndefined();
});

test.each([
  ['accountId', '22222222222'],
  ['assumedRoleArn', 'arn:aws:iam::222222222222:role/customer'],
  ['assumedRoleId', 'AROA1:name\nx=y'],
  ['sessionName', 'na\u202eme'],
  ['expiration', 'tomorrow'],
])('a record with a %s that cannot be an output is ignored', (name, value) => {
  recordExported(makeStepFolder(temp, identity(1)), { ...session, [name]: value });
  expect(findExported(temp, 'p', 'k')).toBeUndefined();
});

test('where nothing was exported there is none', () => {
  expect(findExported(temp, 'p', 'k')).toBeUndefined();
});

import { chmodSync, lstatSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  beginStep,
  readSavedStep,
  saveDelivered,
  saveExported,
  type Delivered,
} from '../../../src/delivery/state.ts';
import { makeStepFolder, stepFolder } from '../../../src/profiles/folder.ts';
import { beRunner, type Runner } from '../runner.ts';

let runner: Runner;
beforeEach(() => {
  runner = beRunner();
});
afterEach(() => {
  runner.end();
});

const delivered: Delivered = {
  sts: { region: 'r', useFips: false, useDualstack: false },
  verify: true,
  limits: { timeoutSeconds: 1, maxAttempts: 1, propagationWaitSeconds: 0 },
  jobSummary: 'on-failure',
  left: [],
  changed: [{ name: 'AWS_REGION', set: 'x', before: 'y' }],
};

/** Gives the post what the step saved, as the runner does. */
function handOver(): void {
  for (const [name, value] of Object.entries(runner.read('GITHUB_STATE')))
    process.env[`STATE_${name}`] = value;
}

test('without saved state there is none', () => {
  expect(readSavedStep(runner.temp)).toBeUndefined();
});

test('every key is saved before anything is delivered', () => {
  const identity = beginStep();
  expect(runner.read('GITHUB_STATE')).toEqual({
    step: expect.stringContaining(identity.id),
    delivered: '',
    exported: '',
  });
  process.env['STATE_delivered'] = 'planted';
  process.env['STATE_exported'] = 'planted';
  handOver();
  const folder = stepFolder(runner.temp, identity.id);
  expect(readSavedStep(runner.temp)).toEqual({
    folder,
    state: 'gone',
    delivered: undefined,
    hasExported: false,
  });
});

test('what was delivered comes back with the folder that the step made', () => {
  const identity = beginStep();
  const folder = makeStepFolder(runner.temp, identity);
  saveDelivered(delivered);
  handOver();
  expect(readSavedStep(runner.temp)).toEqual({ folder, state: 'own', delivered, hasExported: false });
  saveExported();
  handOver();
  expect(readSavedStep(runner.temp)).toMatchObject({ hasExported: true });
  expect(readSavedStep('')).toBeUndefined();
  rmSync(folder, { recursive: true });
  expect(readSavedStep(runner.temp)).toMatchObject({ state: 'gone' });
  rmSync(dirname(folder), { recursive: true });
  writeFileSync(dirname(folder), 'a file in the place of the private folder');
  expect(readSavedStep(runner.temp)).toMatchObject({ state: 'gone' });
});

test("another step's folder is not this one's", () => {
  const other = beginStep();
  makeStepFolder(runner.temp, other);
  process.env['STATE_step'] = JSON.stringify({ format: 1, id: other.id, nonce: 'n'.repeat(43) });
  expect(readSavedStep(runner.temp)).toMatchObject({ state: 'other', delivered: undefined });
});

test.each<[string, (folder: string) => void, string]>([
  [
    'was killed before it wrote the owner record',
    (folder) => {
      rmSync(join(folder, 'owner.json'));
    },
    'gone',
  ],
  [
    'was killed while it wrote the owner record',
    (folder) => {
      truncateSync(join(folder, 'owner.json'), 9);
    },
    'gone',
  ],
  ...['null', '{}', '{"format":1}', '{"format":1,"nonce":7}', 'not JSON }'].map(
    (record): [string, (folder: string) => void, string] => [
      `finds ${record} as its owner record`,
      (folder) => {
        writeFileSync(join(folder, 'owner.json'), record);
      },
      'gone',
    ],
  ),
  [
    'finds its folder open to others',
    (folder) => {
      chmodSync(folder, 0o755);
    },
    process.getuid ? 'gone' : 'own',
  ],
  [
    'finds a file in its place',
    (folder) => {
      rmSync(folder, { recursive: true });
      writeFileSync(folder, '');
    },
    'other',
  ],
])('a step that %s', (_, change, state) => {
  const identity = beginStep();
  handOver();
  const folder = makeStepFolder(runner.temp, identity);
  change(folder);
  expect(readSavedStep(runner.temp)).toEqual({ folder, state, delivered: undefined, hasExported: false });
  expect(lstatSync(folder).isDirectory() && process.getuid ? lstatSync(folder).mode & 0o077 : 0).toBe(0);
});

test("another step's folder is not this one's, whatever version wrote its owner record", () => {
  const folder = makeStepFolder(runner.temp, beginStep());
  writeFileSync(join(folder, 'owner.json'), '{"format":99,"nonce":"of another step"}');
  process.env['STATE_step'] = JSON.stringify({ format: 1, id: basename(folder), nonce: 'n'.repeat(43) });
  expect(readSavedStep(runner.temp)).toMatchObject({ state: 'other' });
});

test("another step's folder keeps its mode, whatever the state says", () => {
  const folder = makeStepFolder(runner.temp, beginStep());
  chmodSync(folder, 0o755);
  const text = JSON.stringify({ format: 1, id: basename(folder), nonce: 'n'.repeat(43) });
  process.env['STATE_step'] = text;
  expect(readSavedStep(runner.temp)).toMatchObject({ state: 'other' });
  if (process.getuid) expect(lstatSync(folder).mode & 0o777).toBe(0o755);
});

test.each([
  '{}',
  'null',
  'x',
  '{"format":1,"id":"../..","nonce":"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"}',
  '{"format":1,"id":"00000000-0000-4000-8000-000000000000"}',
])('the step %j is none', (text) => {
  process.env['STATE_step'] = text;
  expect(readSavedStep(runner.temp)).toBeUndefined();
});

test.each([
  { changed: [{ name: 'PATH', set: 'x' }] },
  { changed: [{ name: 'AWS_REGION' }] },
  { changed: {} },
  { verify: 'true' },
  { sts: {} },
  { limits: undefined },
  { exported: { arn: 'x' } },
  { box: 1 },
  { profiles: { path: '/x', fingerprint: 'y' } },
])('with %j what was delivered is unreadable', (wrong) => {
  beginStep();
  saveDelivered({ ...delivered, ...wrong } as unknown as Delivered);
  handOver();
  expect(readSavedStep(runner.temp)?.delivered).toBe('unreadable');
});

test('a step whose state cannot be written does not go on', () => {
  process.env['GITHUB_STATE'] = '/none/at/all';
  expect(beginStep).toThrow('/none/at/all');
});

import { spawn } from 'node:child_process';
import { existsSync, lutimesSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { jobOf, makeStepFolder, privateFolder, writePrivate } from '../../../src/profiles/folder.ts';
import { startOf } from '../../../src/profiles/job-process.ts';
import { removeStaleFolders } from '../../../src/profiles/stale-folders.ts';
import { identity } from './steps.ts';

let temp: string;
let own: string;
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'stale-'));
  own = makeStepFolder(temp, identity(1));
});
afterEach(() => {
  rmSync(temp, { recursive: true });
});

const hour = 3_600_000;
/** A number that no process has: larger than any system gives. */
const deadPid = 2 ** 30;

/** A folder of a step whose files were last written so long ago. */
function left(number: number, hours: number, pid = deadPid): string {
  const folder = makeStepFolder(temp, identity(number), { pid, started: startOf(pid), run: '' });
  writePrivate(folder, 'plan-0.json', 'a secret');
  age(folder, hours);
  return folder;
}
function age(folder: string, hours: number): void {
  const seconds = Date.now() / 1000 - hours * 3600;
  for (const name of readdirSync(folder)) lutimesSync(join(folder, name), seconds, seconds);
  lutimesSync(folder, seconds, seconds);
}

test('what a killed job left is destroyed a day later, where it is not known that the job has ended', async () => {
  const [old, recent] = [left(2, 25), left(3, 23)];
  expect(await removeStaleFolders(temp, own, Date.now())).toBe(1);
  expect([existsSync(old), existsSync(recent), existsSync(own)]).toEqual([false, true, true]);
});

test('what a removal left half-done goes too; whatever else is there stays', async () => {
  const half = join(privateFolder(temp), `${identity(4).id}.gone`);
  mkdirSync(half, { mode: 0o700 });
  writeFileSync(join(half, 'plan-0.json'), 'x');
  const others = ['somebody else', 'x.gone', `${identity(5).id}.gone`].map((name) =>
    join(privateFolder(temp), name),
  );
  for (const other of others) mkdirSync(other, { mode: 0o755 });
  const file = join(privateFolder(temp), `${identity(6).id}.gone`);
  writeFileSync(file, 'x');
  expect(await removeStaleFolders(temp, own, Date.now())).toBe(process.getuid ? 1 : 2);
  expect([half, ...others.slice(0, 2), file].map((path) => existsSync(path))).toEqual([
    ...[false, true],
    ...[true, true],
  ]);
});

test('what an ended job left is destroyed at once; what its own job or another container made stays', async () => {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
  const pid = child.pid ?? 0;
  const started = startOf(pid);
  const folders = [
    ...[{ run: 'x' }, { run: jobOf(own)?.run ?? '' }, { run: 'x', started: `1 other-boot pid:[1]` }],
    ...[{ run: 'x', pid: 0 }],
  ].map((job, index) => makeStepFolder(temp, identity(index + 2), { pid, started, ...job }));
  expect(await removeStaleFolders(temp, own, Date.now())).toBe(0);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  const linux = existsSync('/proc/self/stat');
  expect(await removeStaleFolders(temp, own, Date.now())).toBe(linux ? 1 : 0);
  expect(folders.map((path) => existsSync(path))).toEqual([!linux, true, true, true]);
});

test('a folder that was written to lately stays: its profile is renewed', async () => {
  const folder = left(2, 48);
  writeFileSync(join(folder, 'plan-0.json'), 'renewed');
  expect(await removeStaleFolders(temp, own, Date.now())).toBe(0);
});

test('a folder of the future was written while the clock was wrong', async () => {
  const [old, recent] = [left(2, -25), left(3, -23)];
  expect(await removeStaleFolders(temp, own, Date.now())).toBe(1);
  expect([existsSync(old), existsSync(recent)]).toEqual([false, true]);
});

test("this step's own folder stays, however old it seems", async () => {
  expect(await removeStaleFolders(temp, own, Date.now() + 48 * hour)).toBe(0);
  expect(existsSync(own)).toBe(true);
});

test('the folder of a running job stays; a reused process number protects nothing', async () => {
  left(2, 48, process.pid);
  expect(await removeStaleFolders(temp, own, Date.now())).toBe(0);
  if (!existsSync('/proc/self/stat')) return;
  age(makeStepFolder(temp, identity(3), { pid: process.pid, started: '1', run: '' }), 48);
  expect(await removeStaleFolders(temp, own, Date.now())).toBe(1);
});

test('a folder that a process uses stays', async () => {
  if (!existsSync('/proc/self/environ')) return;
  const folder = left(2, 48);
  const child = spawn('sleep', ['60'], { env: { ...process.env, AWS_CONFIG_FILE: join(folder, 'config') } });
  await new Promise((resolve) => child.once('spawn', resolve));
  expect(await removeStaleFolders(temp, own, Date.now())).toBe(0);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  expect(await removeStaleFolders(temp, own, Date.now())).toBe(1);
});

test('without a private folder there is nothing to remove', async () => {
  expect(await removeStaleFolders(join(temp, 'none'), own, Date.now())).toBe(0);
});

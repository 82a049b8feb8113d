import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { lockUnless } from '../../../src/profiles/lock.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  path = join(folder, 'a.lock');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const never = (): undefined => undefined;
const locked = async (): Promise<() => void> => {
  const lock = await lockUnless(path, never);
  if (!('release' in lock)) throw new Error('no lock');
  return lock.release;
};
/** A number that no process has: larger than any system gives. */
const deadPid = 2 ** 30;
const old = (file: string): void => {
  utimesSync(file, 1, 1);
};

test('one process has it; the others wait until it is released, or until their work is done', async () => {
  const release = await locked();
  let second = false;
  const waiting = locked().then((other) => {
    second = true;
    return other;
  });
  await new Promise(setImmediate);
  expect(second).toBe(false);
  release();
  (await waiting)();
  expect(existsSync(path)).toBe(false);
});

// A pipe would show it as well, but a test of it that fails would never end.
test('what is no file in the place of a lock is not read when the lock is released, and stays', async () => {
  const release = await locked();
  renameSync(path, `${path}.moved`);
  symlinkSync(`${path}.moved`, path);
  release();
  expect(readlinkSync(path)).toBe(`${path}.moved`);
});

test('what is done already needs no lock', async () => {
  expect(await lockUnless(path, () => 'done')).toEqual({ done: 'done' });
  expect(existsSync(path)).toBe(false);
});

test('what was done between the look and the lock is seen', async () => {
  let looks = 0;
  expect(await lockUnless(path, () => (++looks > 1 ? 'done' : undefined))).toEqual({ done: 'done' });
  expect(existsSync(path)).toBe(false);
});

test('the lock of a dead process is taken over, by one', async () => {
  writeFileSync(path, `${deadPid} x`);
  const release = await locked();
  expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`^${process.pid} `));
  release();
});

test('so is what has no owner, or is held for too long', async () => {
  writeFileSync(path, '');
  old(path);
  (await locked())();
  writeFileSync(path, `${process.pid} someone`);
  old(path);
  (await locked())();
});

test('so is one of the future, and a folder', async () => {
  writeFileSync(path, `${process.pid} someone`);
  utimesSync(path, Date.now() / 1000 + 3600, Date.now() / 1000 + 3600);
  (await locked())();
  mkdirSync(join(path, 'with something in it'), { recursive: true });
  (await locked())();
  expect(existsSync(path)).toBe(false);
});

test('a takeover that was left half-done does not stay in the way', async () => {
  writeFileSync(path, `${deadPid} x`);
  writeFileSync(`${path}.takeover`, 'x');
  old(`${path}.takeover`);
  (await locked())();
  expect(existsSync(`${path}.takeover`)).toBe(false);
});

test('who has lost it to another lets nothing go', async () => {
  const release = await locked();
  writeFileSync(path, '1 another');
  release();
  expect(readFileSync(path, 'utf8')).toBe('1 another');
});

test('a folder that is gone is an error', async () => {
  await expect(lockUnless(join(folder, 'none', 'x'), never)).rejects.toThrow('ENOENT');
});

/** How long a lock is looked at before what it guards counts as done. */
const looks = (count: number): (() => 'done' | undefined) => {
  let left = count;
  return () => (left-- > 0 ? undefined : 'done');
};

test('who may not be signalled lives', async () => {
  writeFileSync(path, '4242 another');
  const kill = jest.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('not permitted'), { code: 'EPERM' });
  });
  expect(await lockUnless(path, looks(2))).toEqual({ done: 'done' });
  kill.mockRestore();
  expect(readFileSync(path, 'utf8')).toBe('4242 another');
});

test('a lock that has just been made has no owner yet, and is left alone; so is one of a number that none has', async () => {
  for (const content of ['', '0 x', '-1 x', 'x']) {
    writeFileSync(path, content);
    expect(await lockUnless(path, looks(2))).toEqual({ done: 'done' });
    expect(readFileSync(path, 'utf8')).toBe(content);
  }
});

test('one takeover at a time', async () => {
  writeFileSync(path, `${deadPid} x`);
  writeFileSync(`${path}.takeover`, 'another');
  expect(await lockUnless(path, looks(3))).toEqual({ done: 'done' });
  expect(readFileSync(path, 'utf8')).toBe(`${deadPid} x`);
  expect(existsSync(`${path}.takeover`)).toBe(true);
});

test('a process that has ended, but that its parent has not collected, has no lock', async () => {
  if (!existsSync('/proc/self/stat')) return;
  const child = spawn('sleep', ['60']);
  const { pid = 0 } = child;
  child.kill('SIGKILL');
  // Until this loop ends, nobody asks the system for it.
  const until = Date.now() + 5000;
  while (!readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z') && Date.now() < until);
  writeFileSync(path, `${pid} x`);
  const taking = locked();
  expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`^${process.pid} `));
  (await taking)();
});

test('waiting ends', async () => {
  writeFileSync(path, `${process.pid} another`);
  let now = Date.now();
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => {
    now += 30_000;
    utimesSync(path, now / 1000, now / 1000);
    return now;
  });
  await expect(lockUnless(path, never)).rejects.toThrow('has been renewing this profile for too long');
  clock.mockRestore();
});

test('the signal ends the wait', async () => {
  writeFileSync(path, `${process.pid} another`);
  const stop = new AbortController();
  const waiting = lockUnless(path, never, stop.signal);
  stop.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
});

test('its file is private whatever the umask, and not left open', async () => {
  const before = process.umask(0o377);
  try {
    const release = await locked();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    if (existsSync('/proc/self/fd'))
      expect(readdirSync('/proc/self/fd').map((fd) => linkOf(`/proc/self/fd/${fd}`))).not.toContain(path);
    release();
  } finally {
    process.umask(before);
  }
});

function linkOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}

import { appendFileSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { allOrNothing } from '../../../src/github/files.ts';
import { endlessness, unreadable } from '../../../src/sources/readable-file.ts';
import { beRunner, type Runner } from '../runner.ts';

let runner: Runner;
beforeEach(() => {
  runner = beRunner();
});
afterEach(() => {
  runner.end();
});

test('what a failing step wrote is taken back', () => {
  const path = process.env['GITHUB_ENV'] ?? '';
  appendFileSync(path, 'A=1\n');
  expect(() => {
    allOrNothing({ GITHUB_ENV: path }, () => {
      appendFileSync(path, 'B=2\n');
      throw new Error('disk full');
    });
  }).toThrow('disk full');
  expect(readFileSync(path, 'utf8')).toBe('A=1\n');
  allOrNothing(process.env, () => {
    appendFileSync(path, 'C=3\n');
  });
  expect(readFileSync(path, 'utf8')).toBe('A=1\nC=3\n');
});

test('why a file cannot be read', () => {
  expect(unreadable(process.env['GITHUB_ENV'] ?? '')).toBeUndefined();
  expect(unreadable(runner.temp)).toBe('it is not a file');
  expect(unreadable('/none/at/all')).toBe('there is no such file');
  expect(unreadable(`${process.env['GITHUB_ENV'] ?? ''}/x`)).toBe('there is no such file');
  const path = join(runner.temp, 'large');
  writeFileSync(path, '');
  truncateSync(path, 4 * 1024 * 1024);
  expect([unreadable(path), endlessness(path)]).toEqual([undefined, undefined]);
  truncateSync(path, 80e6);
  expect(unreadable(path)).toBe('it has 80000000 bytes, and at most 4194304 are read');
  expect([endlessness('/dev/null'), endlessness('/dev/zero')]).toEqual([undefined, 'it is not a file']);
  // A name that no file system has: the error is neither of the two.
  expect(unreadable('x'.repeat(5000))).toBe('it is not readable for this user');
});

test('one file that cannot be taken back does not stop the others', () => {
  const [env, output] = [process.env['GITHUB_ENV'] ?? '', process.env['GITHUB_OUTPUT'] ?? ''];
  expect(() => {
    allOrNothing({ GITHUB_ENV: env, GITHUB_OUTPUT: output }, () => {
      appendFileSync(output, 'x');
      rmSync(env);
      mkdirSync(env);
      throw new Error('own');
    });
  }).toThrow('own');
  expect(readFileSync(output, 'utf8')).toBe('');
  rmSync(env, { recursive: true });
});

import { Buffer } from 'node:buffer';
import { afterEach, expect, jest, test } from '@jest/globals';
import { print } from '../../src/credential-process.ts';

const streamed: string[] = [];
jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
  streamed.push(String(chunk));
  return true;
});
afterEach(() => {
  streamed.length = 0;
});

/** Takes so many bytes at a time, then fails. */
function pipe(bytes: number, times: number, code: string): { taken: () => string; write: never } {
  const taken: Buffer[] = [];
  const write = (_: number, rest: Buffer): number => {
    if (taken.length === times) throw Object.assign(new Error(code), { code });
    taken.push(rest.subarray(0, bytes));
    return Math.min(bytes, rest.length);
  };
  return { taken: () => Buffer.concat(taken).toString(), write: write as never };
}

test('what a pipe takes in parts is printed whole', () => {
  const { taken, write } = pipe(3, 4, 'ENOSPC');
  expect([print('a line äß\n', write), taken(), streamed]).toEqual([true, 'a line äß\n', []]);
});

test('what a full pipe does not take is left to the stream', () => {
  const { taken, write } = pipe(3, 2, 'EAGAIN');
  expect([print('a line\n', write), taken(), streamed]).toEqual([false, 'a line', ['\n']]);
});

test('a pipe that nobody reads is an error', () => {
  expect(() => print('a line\n', pipe(3, 0, 'EPIPE').write)).toThrow('EPIPE');
});

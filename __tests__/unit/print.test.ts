import { Buffer } from 'node:buffer';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { print, printAtOnce } from '../../src/github/print.ts';

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

describe('printAtOnce', () => {
  const own = Object.getOwnPropertyDescriptor(process, 'stdout') ?? {};
  afterEach(() => {
    Object.defineProperty(process, 'stdout', own);
  });

  test('prints each text before it returns, without the stream', () => {
    const { taken, write } = pipe(4, 9, 'EAGAIN');
    printAtOnce(write);
    const done = jest.fn();
    expect([process.stdout.write('a line\n'), process.stdout.write('', done)]).toEqual([true, true]);
    expect([taken(), streamed, done.mock.calls]).toEqual(['a line\n', [], [[]]]);
  });

  test.each(['EAGAIN', 'EPIPE', 'ENOSPC'])(
    'after %s the stream has the rest, and all that follows',
    (code) => {
      const { taken, write } = pipe(3, 2, code);
      printAtOnce(write);
      const before = process.stdout;
      for (const text of ['a line\n', 'another\n']) process.stdout.write(text);
      before.write('last');
      expect([taken(), streamed]).toEqual(['a line', ['\n', 'another\n', 'last']]);
      expect(process.stdout).not.toBe(before);
    },
  );

  test('leaves everything else to the stream', () => {
    printAtOnce(pipe(9, 9, 'EAGAIN').write);
    const before = process.stdout;
    const heard = (): void => undefined;
    before.once('x', heard);
    expect([before.fd, before.listenerCount('x')]).toEqual([1, 1]);
    expect(process.stdout.listenerCount('x')).toBe(1);
    process.stdout.removeListener('x', heard);
    process.stdout.write('streamed');
    expect(streamed).toEqual(['streamed']);
  });
});

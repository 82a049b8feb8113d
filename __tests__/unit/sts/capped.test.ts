import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { answerLimit, capped } from '../../../src/sts/capped.ts';

const read = async (stream: Readable): Promise<number> => {
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) size += chunk.length;
  return size;
};

test('an answer passes up to the limit', async () => {
  expect(await read(capped(Readable.from([Buffer.alloc(answerLimit - 1), Buffer.alloc(1)])))).toBe(
    answerLimit,
  );
});

test('one without an end is ended', async () => {
  function* flood(): Generator<Buffer> {
    for (;;) yield Buffer.alloc(65_536);
  }
  const source = Readable.from(flood());
  await expect(read(capped(source))).rejects.toThrow('larger than a megabyte');
  expect(source.destroyed).toBe(true);
});

test('what breaks the source breaks the answer', async () => {
  const source = new Readable({ read: () => undefined });
  const reading = read(capped(source));
  source.destroy(new Error('reset'));
  await expect(reading).rejects.toThrow('reset');
});

import { pipeline, Transform, type Readable } from 'node:stream';

/** Bytes. No answer of STS, or of the ID token service, is anywhere near it. */
export const answerLimit = 1024 * 1024;

/** A stream that ends with an error once too much has come: an answer without an end must not fill the memory. */
export function capped(source: Readable): Readable {
  let size = 0;
  const cap = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > answerLimit)
        done(Object.assign(new Error('the answer is larger than a megabyte'), { name: 'AnswerTooLarge' }));
      else done(null, chunk);
    },
  });
  // What ends the one ends the other; whoever reads sees the error on the stream that is returned.
  pipeline(source, cap, () => undefined);
  return cap;
}

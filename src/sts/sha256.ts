import { createHash, createHmac } from 'node:crypto';
import type { SignatureV4 } from '@smithy/signature-v4';

type Sha = NonNullable<ConstructorParameters<typeof SignatureV4>[0]['sha256']>;

/** SHA-256, with a key or without. */
class Sha256 {
  readonly #hash;

  constructor(key?: Parameters<typeof createHmac>[1]) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  }

  update(part: string | Uint8Array): void {
    this.#hash.update(part);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
}

/** SHA-256 of Node.js in the form that the SDK's signer accepts. */
export const sha256 = Sha256 as unknown as Sha;

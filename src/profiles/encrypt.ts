import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/**
 * What the post step must give back may be a secret, and neither the runner's state nor a file may hold one: the
 * state gets it sealed, a private file the key, and either is useless alone.
 */

/** A text sealed with a key of its own: AES-256-GCM, all parts base64. */
export interface Sealed {
  readonly box: string;
  readonly key: string;
}

export function seal(text: string): Sealed {
  const [key, nonce] = [randomBytes(32), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return {
    box: Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64'),
    key: key.toString('base64'),
  };
}

/** @returns undefined where key and box do not belong together */
export function unseal({ box, key }: Sealed): string | undefined {
  try {
    const bytes = Buffer.from(box, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', Buffer.from(key, 'base64'), bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** Tells whether two secrets are the same without keeping either: SHA-256, base64url. */
export function fingerprint(...texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('base64url');
}

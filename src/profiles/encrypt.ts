/**
 * Loaded when it is used: the command reads the same files without it, and loading it takes a tenth of the time in which
 * Node.js starts.
 */
const crypto = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto');

/** A text encrypted with a key of its own: AES-256-GCM, all parts base64. */
export interface Encrypted {
  readonly box: string;
  readonly key: string;
}

export function encrypt(text: string): Encrypted {
  const { createCipheriv, randomBytes } = crypto();
  const [key, nonce] = [randomBytes(32), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return {
    box: Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64'),
    key: key.toString('base64'),
  };
}

/** @returns undefined where the box was not encrypted with this key */
export function decrypt({ box, key }: Encrypted): string | undefined {
  try {
    const bytes = Buffer.from(box, 'base64');
    const decipher = crypto().createDecipheriv(
      'aes-256-gcm',
      Buffer.from(key, 'base64'),
      bytes.subarray(0, 12),
    );
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** Tells whether two secrets are the same without keeping either: SHA-256, base64url. */
export function fingerprint(...texts: readonly string[]): string {
  return crypto().createHash('sha256').update(JSON.stringify(texts)).digest('base64url');
}

/**
 * Loaded when it is used: the command reads the same files without it, and loading it takes a tenth of the time in which
 * Node.js starts.
 */
const crypto = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto');

/** A new key for {@link encrypt}: 32 random bytes, base64. */
export const newKey = (): string => crypto().randomBytes(32).toString('base64');

/** Encrypts a text by AES-256-GCM with a new nonce. @returns nonce, authentication tag and cipher text, base64 */
export function encrypt(text: string, key: string): string {
  const { createCipheriv, randomBytes } = crypto();
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key, 'base64'), nonce);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
}

/** @returns undefined where the text was not encrypted with this key, or was changed */
export function decrypt(box: string, key: string): string | undefined {
  try {
    const bytes = Buffer.from(box, 'base64');
    const decipher = crypto().createDecipheriv(
      'aes-256-gcm',
      Buffer.from(key, 'base64'),
      bytes.subarray(0, 12),
      { authTagLength: 16 },
    );
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** A hash to compare two secrets without storing them: SHA-256, base64url. */
export function fingerprint(...texts: readonly string[]): string {
  return crypto().createHash('sha256').update(JSON.stringify(texts)).digest('base64url');
}

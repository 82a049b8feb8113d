import { join } from 'node:path';
import { decrypt, encrypt, newKey } from '../profiles/encrypt.ts';
import { readPrivate, writePrivate } from '../profiles/folder.ts';
import { isMapOf, isText, readRecord, recordText } from '../profiles/record.ts';

/**
 * Previous values that are secrets, for the post step to restore. Neither the runner's state nor a file may hold one:
 * the state gets them encrypted, a private file the key, and either is useless alone.
 */

const format = 1;
const keyFile = 'key';

/** @param folder the step's own, for the key. @returns the encrypted values; undefined for none */
export function encryptSecrets(
  secrets: Readonly<Record<string, string>>,
  folder: string,
): string | undefined {
  if (Object.keys(secrets).length === 0) return undefined;
  const key = newKey();
  writePrivate(folder, keyFile, key);
  return encrypt(recordText(format, secrets), key);
}

/** @returns undefined where the key is gone or does not fit; no values where there was nothing to encrypt */
export function decryptSecrets(
  box: string | undefined,
  folder: string,
): Readonly<Record<string, string>> | undefined {
  if (box === undefined) return {};
  const key = readPrivate(join(folder, keyFile));
  return readRecord(key === undefined ? undefined : decrypt(box, key), format, isMapOf(isText));
}

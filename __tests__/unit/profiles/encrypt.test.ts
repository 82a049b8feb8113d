import { expect, test } from '@jest/globals';
import { decrypt, encrypt, fingerprint, newKey } from '../../../src/profiles/encrypt.ts';

test('what is encrypted is decrypted by its key alone', () => {
  const key = newKey();
  const box = encrypt('a secret, ümlauts too', key);
  expect(box).not.toContain(Buffer.from('a secret').toString('base64').slice(0, 8));
  expect(decrypt(box, key)).toBe('a secret, ümlauts too');
  expect(decrypt(box, newKey())).toBeUndefined();
  expect(decrypt(`${box.slice(0, -8)}AAAAAAA=`, key)).toBeUndefined();
  expect(decrypt('', '')).toBeUndefined();
});

test('a fingerprint distinguishes texts and their borders', () => {
  expect(fingerprint('a', 'b')).toBe(fingerprint('a', 'b'));
  expect(fingerprint('a', 'b')).not.toBe(fingerprint('ab', ''));
  expect(fingerprint('secret')).not.toContain('secret');
});

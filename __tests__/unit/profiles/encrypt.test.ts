import { expect, test } from '@jest/globals';
import { decrypt, encrypt, fingerprint } from '../../../src/profiles/encrypt.ts';

test('what is encrypted is decrypted by its key alone', () => {
  const encrypted = encrypt('a secret, ümlauts too');
  expect(encrypted.box).not.toContain(Buffer.from('a secret').toString('base64').slice(0, 8));
  expect(decrypt(encrypted)).toBe('a secret, ümlauts too');
  expect(decrypt({ ...encrypted, key: encrypt('x').key })).toBeUndefined();
  expect(decrypt({ ...encrypted, box: `${encrypted.box.slice(0, -8)}AAAAAAA=` })).toBeUndefined();
  expect(decrypt({ box: '', key: '' })).toBeUndefined();
});

test('a fingerprint tells texts and their borders apart', () => {
  expect(fingerprint('a', 'b')).toBe(fingerprint('a', 'b'));
  expect(fingerprint('a', 'b')).not.toBe(fingerprint('ab', ''));
  expect(fingerprint('secret')).not.toContain('secret');
});

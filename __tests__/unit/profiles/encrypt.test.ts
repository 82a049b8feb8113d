import { expect, test } from '@jest/globals';
import { fingerprint, seal, unseal } from '../../../src/profiles/encrypt.ts';

test('what is sealed is opened with its key alone', () => {
  const sealed = seal('a secret, ümlauts too');
  expect(sealed.box).not.toContain(Buffer.from('a secret').toString('base64').slice(0, 8));
  expect(unseal(sealed)).toBe('a secret, ümlauts too');
  expect(unseal({ ...sealed, key: seal('x').key })).toBeUndefined();
  expect(unseal({ ...sealed, box: `${sealed.box.slice(0, -8)}AAAAAAA=` })).toBeUndefined();
  expect(unseal({ box: '', key: '' })).toBeUndefined();
});

test('a fingerprint tells texts and their borders apart', () => {
  expect(fingerprint('a', 'b')).toBe(fingerprint('a', 'b'));
  expect(fingerprint('a', 'b')).not.toBe(fingerprint('ab', ''));
  expect(fingerprint('secret')).not.toContain('secret');
});

import { describe, expect, test } from '@jest/globals';
import { encodings, Masker } from '../../../../local/runner/masker.ts';

function maskerOf(...secrets: string[]): Masker {
  const masker = new Masker();
  secrets.forEach((secret) => {
    masker.add(secret);
  });
  return masker;
}

describe('masking', () => {
  test.each([
    ['each occurrence', ['secret'], 'a secret and a secret', 'a *** and a ***'],
    ['overlapping ones as one', ['abcdef', 'defghi'], 'x abcdefghi y', 'x *** y'],
    ['adjacent ones as one', ['abcd', 'efgh'], 'abcdefgh', '***'],
    ['one within another as one', ['abcdefgh', 'cd'], 'abcdefgh cd', '*** ***'],
    ['a secret that overlaps itself', ['abab'], 'ababab', '***'],
    ['by case', ['secret'], 'Secret SECRET', 'Secret SECRET'],
    ['however short it is', ['1'], 'arn:aws:iam::111', 'arn:aws:iam::***'],
    ['at the begin and the end', ['s3cr3t'], 's3cr3t-s3cr3t', '***-***'],
    ['nothing', [], 'as it was', 'as it was'],
  ])('covers %s', (_, secrets, text, masked) => {
    expect(maskerOf(...secrets).mask(text)).toBe(masked);
  });

  test('covers each line of a secret, trimmed', () => {
    const masker = maskerOf('-----BEGIN\n  one line  \r\nanother');
    expect(masker.mask('one line; another; -----BEGIN')).toBe('***; ***; ***');
  });

  test.each(['', '   ', '\n\n'])('registers no blank secret', (blank) => {
    const masker = maskerOf(blank);
    expect(masker.masks).toEqual([]);
    expect(masker.mask('a b\n\nc')).toBe('a b\n\nc');
  });

  test('detects whether a text hides something', () => {
    expect(maskerOf('secret').matches('a secret')).toBe(true);
    expect(maskerOf('secret').matches('nothing')).toBe(false);
  });
});

describe('the forms of a secret', () => {
  test.each([0, 1, 2])('base64, with %d bytes cut off before', (skip) => {
    const secret = 'wJalrXUtnFEMI/K7MDENG';
    const form = Buffer.from(secret.slice(skip)).toString('base64');
    expect(encodings(secret)).toContain(form);
  });

  test.each([
    ['JSON', 'a"b\\c\td', 'a\\"b\\\\c\\td'],
    ['an expression', "it's", "it''s"],
    ['a command line', 'say "x"', 'say \\"x\\"'],
    ['a URI', "a/b+c=d!'()*~", 'a%2Fb%2Bc%3Dd%21%27%28%29%2A~'],
    ['XML', `<a & "b" 'c'>`, '&lt;a &amp; &quot;b&quot; &apos;c&apos;&gt;'],
    ['without its quotes', '"quoted text"', 'quoted text'],
    ['PowerShell, before an ampersand', 'secret1&secret2&secret3', 'secret1&secret2&'],
    ['PowerShell, after an ampersand', 'secret1&secret2&secret3', 'secret3'],
    ['PowerShell, before &+', 'secret1&+secret2&secret3', 'secret1&+'],
    ['PowerShell, after &+', 'secret1&+secret2&secret3', 'ecret2&secret3'],
  ])('%s', (_, secret, form) => {
    expect(encodings(secret)).toContain(form);
  });

  test.each([
    ['quotes of a short one', '"quote"', 'quote'],
    ['a short part before an ampersand', 'ab&something', 'ab&'],
    ['hexadecimal', 'secret', Buffer.from('secret').toString('hex')],
    ['base64url', 'a?>?>secret', Buffer.from('a?>?>secret').toString('base64url')],
  ])('not %s, as the runner does not', (_, secret, form) => {
    expect(encodings(secret)).not.toContain(form);
  });
});

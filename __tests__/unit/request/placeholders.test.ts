import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tagLimits, tagPattern } from '../../../src/aws/limits.ts';
import { accepted, fillIn, placeholderHint } from '../../../src/request/placeholders.ts';
import { facts } from './given.ts';

const rule = { pattern: tagPattern, most: tagLimits.value };

describe('a fact', () => {
  test('that STS accepts is left as it is', () => {
    expect(accepted('refs/heads/release-1', rule)).toBe('refs/heads/release-1');
  });

  test('of which a character is replaced gets its hash, so that no two become the same', () => {
    const values = ['refs/heads/release,1', 'refs/heads/release!1'].map((ref) => accepted(ref, rule));
    expect(values).toEqual([
      'refs/heads/release-1@eaf7d5be',
      expect.stringMatching(/^refs\/heads\/release-1@[0-9a-f]{8}$/),
    ]);
    expect(new Set([...values, accepted('refs/heads/release-1', rule)]).size).toBe(3);
  });

  test('that is named like a replaced one does not become it', () => {
    const replaced = accepted('refs/heads/release!1', rule);
    expect(accepted(replaced, rule)).not.toBe(replaced);
  });

  test('that is too long is cut, and fits with its hash', () => {
    const cut = accepted('日'.repeat(300), rule);
    expect([...cut]).toHaveLength(256);
    expect(cut).toMatch(/^日+@[0-9a-f]{8}$/);
  });
});

test('what is filled in follows the rule, with any facts', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 400 }), (actor) => {
      const filled = fillIn('by {actor} in {repo}', rule, () => ({ ...facts, actor }));
      expect(filled).toHaveProperty('text');
      const { text = '' } = filled as { text?: string };
      expect([...text].length).toBeLessThanOrEqual(256);
      expect(text).toMatch(tagPattern);
    }),
  );
});

test.each([
  ['octo[bot]', 'actor'],
  ['refs/heads/feature/#2', 'ref'],
  ['on feature/#2', 'ref_name'],
])('the hint for %s is {%s}', (text, name) => {
  expect(placeholderHint(text, rule, () => facts)).toBe(
    `. Write {${name}} in place of the expression: what it inserts is made valid`,
  );
});

test('no hint for what is no fact of the run', () => {
  expect(placeholderHint('fred[x]', rule, () => facts)).toBeUndefined();
});

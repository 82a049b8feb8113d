import { describe, expect, test } from '@jest/globals';
import {
  hopSettings,
  identityPartsOf,
  parametersOf,
  partsAt,
  type ChainSettings,
} from '../../../src/aws/hop-settings.ts';

const chain: ChainSettings = {
  sessionName: ['one', 'two', 'three'],
  durationSeconds: 3600,
  externalId: ['id-a', undefined, 'id-c'],
  tags: { transitive: [{ key: 'T', value: '1' }], others: [{ key: 'O', value: '2' }] },
  sourceIdentity: 'fred',
  policy: '{}',
  policyArns: ['arn:aws:iam::aws:policy/x'],
  mfa: { serialNumber: 'arn:aws:iam::111111111111:mfa/x', tokenCode: '123456' },
};

/** @param first the first hop that is assumed by AssumeRole */
const hopsOf = (first: number, count = 3) =>
  Array.from({ length: count }, (_, index) =>
    partsAt(chain, { index, isFirstAssumeRole: index === first, isLast: index === count - 1 }),
  );
const placesOf = (first: number) =>
  hopsOf(first).map((hop) => ({
    seconds: hop.durationSeconds,
    id: hop.externalId,
    tags: hop.tags.map(({ key }) => key).join(),
    transitive: hop.transitiveTagKeys.join(),
    identity: hop.sourceIdentity,
    mfa: hop.mfa?.tokenCode,
    policy: hop.policy,
    arns: hop.policyArns.length,
  }));

describe('each setting is on the hop where it belongs', () => {
  const none = {
    identity: undefined,
    mfa: undefined,
    policy: undefined,
    arns: 0,
    tags: '',
    transitive: '',
    seconds: 900,
  };
  const first = { tags: 'T', transitive: 'T', identity: 'fred', mfa: '123456' };
  const last = { seconds: 3600, id: 'id-c', tags: 'O', policy: '{}', arns: 1 };

  test('from keys', () => {
    expect(placesOf(0)).toEqual([
      { ...none, id: 'id-a', ...first },
      { ...none, id: undefined },
      { ...none, ...last },
    ]);
  });

  test('from a web identity, where the first AssumeRole is the second hop', () => {
    expect(placesOf(1)).toEqual([
      { ...none, id: 'id-a' },
      { ...none, id: undefined, ...first },
      { ...none, ...last },
    ]);
  });

  test('with one hop, all of it', () => {
    const [hop] = hopsOf(0, 1);
    expect(hop).toMatchObject({
      durationSeconds: 3600,
      sourceIdentity: 'fred',
      policy: '{}',
      transitiveTagKeys: ['T'],
    });
    expect(hop?.tags.map(({ key }) => key)).toEqual(['T', 'O']);
  });
});

describe('what is sent', () => {
  const [hop] = hopsOf(0, 1);
  const whole = {
    RoleSessionName: 'one',
    DurationSeconds: 3600,
    Policy: '{}',
    PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/x' }],
  };

  test('by AssumeRole is everything, by web identity what it accepts', () => {
    expect(hop && parametersOf(hop, false)).toEqual({
      ...whole,
      ExternalId: 'id-a',
      Tags: [
        { Key: 'T', Value: '1' },
        { Key: 'O', Value: '2' },
      ],
      TransitiveTagKeys: ['T'],
      SourceIdentity: 'fred',
      SerialNumber: 'arn:aws:iam::111111111111:mfa/x',
      TokenCode: '123456',
    });
    expect(hop && parametersOf(hop, true)).toEqual(whole);
  });

  test('of a hop without settings is its name and its duration', () => {
    const [, middle] = hopsOf(0);
    expect(middle && parametersOf(middle, false)).toEqual({ RoleSessionName: 'two', DurationSeconds: 900 });
  });
});

test('identity is what the credentials depend on', () => {
  const [hop] = hopsOf(0, 1);
  if (!hop) throw new Error('no hop');
  const same = { ...hop, durationSeconds: 900, externalId: 'other', mfa: undefined };
  expect(identityPartsOf(same)).toEqual(identityPartsOf(hop));
  const others = [
    { sessionName: 'x' },
    { tags: [] },
    { transitiveTagKeys: [] },
    { sourceIdentity: undefined },
    { policy: undefined },
    { policyArns: [] },
  ];
  for (const other of others) expect(identityPartsOf({ ...hop, ...other })).not.toEqual(identityPartsOf(hop));
});

test('every setting is sent somewhere', () => {
  const [hop] = hopsOf(0, 1);
  for (const [name, { sent }] of Object.entries(hopSettings))
    expect([name, Object.keys(hop ? sent(hop) : {}).length]).toEqual([name, expect.any(Number)]);
  expect(
    Object.values(hopSettings).filter(({ sent }) => Object.keys(hop ? sent(hop) : {}).length === 0),
  ).toEqual([]);
});

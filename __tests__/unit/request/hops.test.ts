import { describe, expect, test } from '@jest/globals';
import {
  checkCarriers,
  makeHops,
  readDuration,
  readMfa,
  readSourceIdentity,
  type ChainSettings,
} from '../../../src/request/hops.ts';
import { Problems } from '../../../src/request/problems.ts';
import { parseRoleArn, type RoleArn } from '../../../src/aws/arn.ts';
import { found } from './given.ts';

const roles = ['a', 'b', 'c'].map(
  (name) => parseRoleArn(`arn:aws:iam::111111111111:role/${name}`) as RoleArn,
);
const mfa = { serialNumber: 'arn:aws:iam::111111111111:mfa/x', tokenCode: '123456' };

const chainOf = (more: Partial<ChainSettings> = {}): ChainSettings => ({
  base: 'access-key',
  roles,
  count: (more.roles ?? roles).length,
  sessionName: 'name',
  durationSeconds: 3600,
  externalIds: ['id-a', undefined, 'id-c'],
  tags: { transitive: [{ key: 'T', value: '1' }], others: [{ key: 'O', value: '2' }] },
  sourceIdentity: 'fred',
  mfa,
  policy: '{}',
  policyArns: ['arn:aws:iam::aws:policy/x'],
  ...more,
});

const placesOf = (base: ChainSettings['base']) =>
  makeHops(chainOf({ base })).map((hop) => ({
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

  test.each(['access-key', 'ambient'] as const)('from %s', (base) => {
    expect(placesOf(base)).toEqual([
      { ...none, id: 'id-a', ...first },
      { ...none, id: undefined },
      { ...none, ...last },
    ]);
  });

  test.each(['oidc', 'token-file'] as const)(
    'from %s, where the first AssumeRole is the second hop',
    (base) => {
      expect(placesOf(base)).toEqual([
        { ...none, id: 'id-a' },
        { ...none, id: undefined, ...first },
        { ...none, ...last },
      ]);
    },
  );

  test('with one hop, all of it', () => {
    const [hop] = makeHops(chainOf({ roles: roles.slice(0, 1) }));
    expect(hop).toMatchObject({
      durationSeconds: 3600,
      sourceIdentity: 'fred',
      policy: '{}',
      transitiveTagKeys: ['T'],
    });
    expect(hop?.tags.map(({ key }) => key)).toEqual(['T', 'O']);
  });
});

describe('what no hop can carry is an error', () => {
  const check = (more: Partial<ChainSettings>, given: string[]): string[] =>
    found((problems) => {
      checkCarriers(chainOf({ externalIds: [], ...more }), given, problems);
    });
  const single = { base: 'oidc', roles: roles.slice(0, 1) } as const;

  test.each(['session-tags', 'transitive-tag-keys', 'workflow-tags', 'source-identity'])(
    '%s by web identity alone',
    (input) => {
      expect(check(single, [input])).toEqual([
        expect.stringMatching(
          new RegExp(`^${input}: cannot be sent: the one role is assumed by web identity \\(oidc\\)`),
        ),
      ]);
      expect(check({ base: 'oidc' }, [input])).toEqual([]);
      expect(check({ ...single, base: 'access-key' }, [input])).toEqual([]);
    },
  );

  test('an external id for the role that is assumed by web identity', () => {
    expect(check({ ...single, externalIds: ['x'] }, [])).toEqual([
      expect.stringContaining('leave it out, or add the role'),
    ]);
    expect(check({ base: 'token-file', externalIds: ['x'] }, [])).toEqual([
      expect.stringContaining('write - on its line'),
    ]);
    expect(check({ base: 'oidc', externalIds: [undefined, 'x'] }, [])).toEqual([]);
  });

  test('MFA from a web identity, however long the chain', () => {
    expect(check({ base: 'oidc' }, ['mfa-serial-number', 'mfa-token-code'])).toHaveLength(2);
    expect(check({ base: 'ambient' }, ['mfa-serial-number'])).toEqual([]);
  });
});

test('a chain ends at an hour, a single role at twelve', () => {
  expect(readDuration('', 2, new Problems())).toBe(3600);
  expect(readDuration('43200', 1, new Problems())).toBe(43_200);
  expect(found((problems) => readDuration('3600', 2, problems))).toEqual([]);
  expect(found((problems) => readDuration('3601', 2, problems))).toEqual([
    'duration-seconds: "3601" is more than 3600, the most that AWS allows a chained role, whatever its maximum',
  ]);
  expect(found((problems) => readDuration('43201', 1, problems))).toHaveLength(1);
});

test('source-identity', () => {
  expect(readSourceIdentity(' ', new Problems())).toBeUndefined();
  expect(readSourceIdentity('fred@example.com', new Problems())).toBe('fred@example.com');
  expect(found((problems) => readSourceIdentity('aws:fred', problems))).toEqual([
    expect.stringContaining('holds ":"'),
    'source-identity: "aws:fred" begins with "aws:", which is reserved to AWS',
  ]);
});

test('MFA takes both, and six digits that are never shown', () => {
  expect(readMfa('', '', new Problems())).toBeUndefined();
  expect(readMfa(` ${mfa.serialNumber} `, '123456', new Problems())).toEqual(mfa);
  expect(found((problems) => readMfa('', '123456', problems))).toEqual([
    expect.stringContaining('mfa-serial-number: is missing'),
  ]);
  expect(found((problems) => readMfa(mfa.serialNumber, '', problems))).toEqual([
    expect.stringContaining('mfa-token-code: is missing'),
  ]);
  expect(found((problems) => readMfa('short', '12345', problems))).toEqual([
    'mfa-serial-number: "short" is shorter than 9 characters',
    'mfa-token-code: is not 6 digits',
  ]);
});

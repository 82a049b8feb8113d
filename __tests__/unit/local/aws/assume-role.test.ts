import { afterEach, describe, expect, test } from '@jest/globals';
import { startLocalAws, type LocalAws, type LocalAwsOptions } from '../../../../local/aws/server.ts';
import type { PolicyDocument, AwsSpec } from '../../../../local/aws/spec.ts';
import { ask, keysIn, type Answer } from '../signed-request.ts';
import {
  admits,
  assume,
  deploy,
  far,
  fred,
  fredArn,
  hub,
  policy,
  roleArn,
  sessionArn,
  specOf,
} from '../accounts.ts';

const running: LocalAws[] = [];
afterEach(() => Promise.all(running.splice(0).map((aws) => aws.close())));
async function start(spec: AwsSpec, options?: LocalAwsOptions): Promise<LocalAws> {
  const aws = await startLocalAws(spec, options);
  running.push(aws);
  return aws;
}

const trusting = (trustPolicy: PolicyDocument): AwsSpec =>
  specOf({ far: { roles: [{ ...deploy, trustPolicy }] } });
/** Permissions that are of no use for assuming roles. */
const nothing = policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
const permitting = (permissions: PolicyDocument): AwsSpec =>
  specOf({ hub: { users: [{ name: 'fred', ...fred, permissions }] } });
const denied = (caller: string, resource = roleArn, action = 'sts:AssumeRole', reason = ''): unknown[] => [
  403,
  'AccessDenied',
  `User: ${caller} is not authorized to perform: ${action} on resource: ${resource}${reason}`,
];
const noneAllows = (type: string, action = 'sts:AssumeRole'): string =>
  ` because no ${type} allows the ${action} action`;
const explicitDeny = ' with an explicit deny in an identity-based policy';
const tags = (...pairs: [string, string][]): Record<string, string> =>
  Object.fromEntries(
    pairs.flatMap(([key, value], index) => [
      [`Tags.member.${index + 1}.Key`, key],
      [`Tags.member.${index + 1}.Value`, value],
    ]),
  );
const transitive = (key: string): Record<string, string> => ({ 'TransitiveTagKeys.member.1': key });

describe('who may assume a role', () => {
  test.each<[string, AwsSpec, string?]>([
    ['there is no such role', specOf({ far: { roles: [] } })],
    ['its name is written otherwise', specOf({ far: { roles: [{ ...deploy, name: 'Deploy' }] } })],
    ['its path is another', specOf({ far: { roles: [{ ...deploy, path: '/' }] } })],
    ['it trusts another account', trusting(policy(admits('333333333333')))],
    ['it trusts another user', trusting(policy(admits(`arn:aws:iam::${hub}:user/george`)))],
    ['it denies the user', trusting(policy(admits(hub), { ...admits(fredArn), Effect: 'Deny' }))],
    [
      'it lets in by web identity alone',
      trusting(policy({ ...admits(hub), Action: 'sts:AssumeRoleWithWebIdentity' })),
    ],
    ['it is in another partition', specOf({ far: { partition: 'aws-cn' } })],
    [
      'the caller may not assume roles',
      permitting(policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' })),
      noneAllows('identity-based policy'),
    ],
    [
      'the caller may assume others',
      permitting(policy({ Effect: 'Allow', Action: 'sts:*', Resource: `${roleArn}x` })),
      noneAllows('identity-based policy'),
    ],
    [
      'the caller is denied it',
      permitting(
        policy(
          { Effect: 'Allow', Action: '*', Resource: '*' },
          { Effect: 'Deny', Action: 'sts:AssumeRole', Resource: `arn:aws:iam::${far}:role/*` },
        ),
      ),
      explicitDeny,
    ],
    [
      'the caller may do all but this',
      permitting(policy({ Effect: 'Allow', NotAction: 'sts:*', Resource: '*' })),
      noneAllows('identity-based policy'),
    ],
  ])('not when %s', async (_, spec, ...[reason]) => {
    const { error } = await ask(await start(spec), fred, assume());
    expect(error).toEqual(denied(fredArn, roleArn, 'sts:AssumeRole', reason));
  });

  test.each([hub, `arn:aws:iam::${hub}:root`, fredArn, '*'])('it trusts %s', async (who) => {
    expect((await ask(await start(trusting(policy(admits(who)))), fred, assume())).status).toBe(200);
  });

  test('a root user may not', async () => {
    const aws = await start(specOf({ hub: { users: [{ name: 'root', root: true, ...fred }] } }));
    expect((await ask(aws, fred, assume())).error).toEqual([
      403,
      'AccessDenied',
      'Roles may not be assumed by root accounts.',
    ]);
    expect((await ask(aws, fred, { Action: 'GetCallerIdentity' })).element('Arn')).toBe(
      `arn:aws:iam::${hub}:root`,
    );
  });

  test('within an account, being named is enough; being of the account is not', async () => {
    const within = (who: string): AwsSpec =>
      specOf({
        hub: {
          users: [{ name: 'fred', ...fred, permissions: nothing }],
          roles: [{ name: 'near', trustPolicy: policy(admits(who)) }],
        },
      });
    const RoleArn = `arn:aws:iam::${hub}:role/near`;
    expect((await ask(await start(within(fredArn)), fred, assume({ RoleArn }))).status).toBe(200);
    expect((await ask(await start(within(hub)), fred, assume({ RoleArn }))).error).toEqual(
      denied(fredArn, RoleArn, 'sts:AssumeRole', noneAllows('identity-based policy')),
    );
  });

  test("a denial among the caller's own permissions outweighs being named", async () => {
    const never = policy({ Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' });
    const RoleArn = `arn:aws:iam::${hub}:role/near`;
    const aws = await start(
      specOf({
        hub: {
          users: [{ name: 'fred', ...fred, permissions: never }],
          roles: [{ name: 'near', trustPolicy: policy(admits(fredArn)) }],
        },
      }),
    );
    expect((await ask(aws, fred, assume({ RoleArn }))).error).toEqual(
      denied(fredArn, RoleArn, 'sts:AssumeRole', explicitDeny),
    );
  });

  test('across accounts that is not enough: both sides must let the caller', async () => {
    const aws = await start(
      specOf({
        hub: { users: [{ name: 'fred', ...fred, permissions: nothing }] },
        far: { roles: [{ ...deploy, trustPolicy: policy(admits(fredArn)) }] },
      }),
    );
    expect((await ask(aws, fred, assume())).error).toEqual(
      denied(fredArn, roleArn, 'sts:AssumeRole', noneAllows('identity-based policy')),
    );
  });

  test('a role is trusted by its ARN, a single session by its own', async () => {
    const next = (who: string): AwsSpec =>
      specOf({ far: { roles: [deploy, { name: 'next', trustPolicy: policy(admits(who)) }] } });
    const RoleArn = `arn:aws:iam::${far}:role/next`;
    const hop = async (who: string): Promise<Answer> => {
      const aws = await start(next(who));
      return ask(aws, keysIn(await ask(aws, fred, assume())), assume({ RoleArn }));
    };
    expect((await hop(roleArn)).status).toBe(200);
    expect((await hop(sessionArn('visit'))).status).toBe(200);
    expect((await hop(sessionArn('other'))).error).toEqual(
      denied(sessionArn('visit'), RoleArn, 'sts:AssumeRole', noneAllows('role trust policy')),
    );
    expect((await hop(fredArn)).error).toEqual(
      denied(sessionArn('visit'), RoleArn, 'sts:AssumeRole', noneAllows('role trust policy')),
    );
  });
});

describe('the external id', () => {
  const spec = trusting(policy(admits(hub, { StringEquals: { 'sts:ExternalId': 'Secret-1' } })));
  test.each<[string, Record<string, string>]>([
    ['missing', {}],
    ['wrong', { ExternalId: 'Secret-2' }],
    ['in other case', { ExternalId: 'secret-1' }],
  ])('%s', async (_, more) => {
    expect((await ask(await start(spec), fred, assume(more))).error).toEqual(denied(fredArn));
  });
  test('right; and where none is asked for, any', async () => {
    expect((await ask(await start(spec), fred, assume({ ExternalId: 'Secret-1' }))).status).toBe(200);
    expect((await ask(await start(specOf()), fred, assume({ ExternalId: 'anything' }))).status).toBe(200);
  });
});

describe('how long', () => {
  const exceeds = (what: string): unknown[] => [
    400,
    'ValidationError',
    `The requested DurationSeconds exceeds the ${what}.`,
  ];
  const long = specOf({
    far: { roles: [{ ...deploy, maxSessionSeconds: 43_200, trustPolicy: policy(admits(hub), admits(far)) }] },
  });

  test('longer than the role allows', async () => {
    const aws = await start(specOf());
    expect((await ask(aws, fred, assume({ DurationSeconds: '3601' }))).error).toEqual(
      exceeds('MaxSessionDuration set for this role'),
    );
    expect((await ask(aws, fred, assume({ DurationSeconds: '3600' }))).status).toBe(200);
  });

  test('a chain ends after an hour, whatever the role allows', async () => {
    const aws = await start(long);
    const keys = keysIn(await ask(aws, fred, assume({ DurationSeconds: '43200' })));
    expect((await ask(aws, keys, assume({ DurationSeconds: '3601' }))).error).toEqual(
      exceeds('1 hour session limit for roles assumed by role chaining'),
    );
    expect((await ask(aws, keys, assume({ DurationSeconds: '3600' }))).status).toBe(200);
    expect(aws.issued.map(({ chained }) => chained)).toEqual([false, true]);
  });

  test('a session that has expired', async () => {
    const aws = await start(long);
    const keys = keysIn(await ask(aws, fred, assume({ DurationSeconds: '900' })));
    const at = (seconds: number): Promise<Answer> =>
      ask(aws, keys, { Action: 'GetCallerIdentity' }, { date: new Date(Date.now() + seconds * 1000) });
    aws.advanceClock(890);
    expect((await at(890)).status).toBe(200);
    aws.advanceClock(10);
    expect((await at(900)).error).toEqual([
      403,
      'ExpiredToken',
      'The security token included in the request is expired',
    ]);
  });

  test('sessions that really live other times say so', async () => {
    const aws = await start(long, { sessionSeconds: 3 });
    const answer = await ask(aws, fred, assume());
    expect(Date.parse(answer.element('Expiration') ?? '') - (aws.requests[0]?.at ?? 0)).toBeLessThanOrEqual(
      3000,
    );
  });
});

describe('tags', () => {
  const once = trusting(policy({ ...admits(hub), Action: 'sts:AssumeRole' }));
  const reserved = [
    400,
    'InvalidParameterValue',
    'Tag keys beginning with aws: are reserved for system use.',
  ];

  test('need sts:TagSession on both sides', async () => {
    expect((await ask(await start(once), fred, assume(tags(['k', 'v'])))).error).toEqual(
      denied(fredArn, roleArn, 'sts:TagSession'),
    );
    const own = permitting(policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }));
    expect((await ask(await start(own), fred, assume(tags(['k', 'v'])))).error).toEqual(
      denied(fredArn, roleArn, 'sts:TagSession', noneAllows('identity-based policy', 'sts:TagSession')),
    );
    expect((await ask(await start(own), fred, assume())).status).toBe(200);
  });

  test.each<[string, Record<string, string>, unknown[]]>([
    [
      'the same key twice',
      tags(['Team', 'a'], ['team', 'b']),
      [
        400,
        'InvalidParameterValue',
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      ],
    ],
    [
      'a transitive key without its tag',
      { ...tags(['a', 'x']), ...transitive('b') },
      [
        400,
        'InvalidParameterValue',
        'The specified transitive tag key must be included in the requested tags.',
      ],
    ],
    ['a reserved key', tags(['AWS:team', 'a']), reserved],
  ])('%s', async (_, more, error) => {
    expect((await ask(await start(specOf()), fred, assume(more))).error).toEqual(error);
  });

  test('are conditions of trust', async () => {
    const spec = trusting(
      policy(
        admits(hub, {
          StringEquals: { 'aws:RequestTag/Team': ['red', 'blue'] },
          'ForAllValues:StringEquals': { 'aws:TagKeys': ['Team', 'Cost'] },
        }),
      ),
    );
    const aws = await start(spec);
    expect((await ask(aws, fred, assume(tags(['Team', 'red'])))).status).toBe(200);
    expect((await ask(aws, fred, assume(tags(['Team', 'green'])))).status).toBe(403);
    expect((await ask(aws, fred, assume(tags(['Team', 'red'], ['Other', 'x'])))).status).toBe(403);
  });

  test('transitive ones go on, and cannot be changed; the others end', async () => {
    const condition = {
      StringEquals: { 'aws:PrincipalTag/Team': 'red' },
      Null: { 'aws:PrincipalTag/Once': 'true' },
    };
    const last = { name: 'last', trustPolicy: policy(admits(far, condition)) };
    const aws = await start(
      specOf({ far: { roles: [{ ...deploy, trustPolicy: policy(admits(hub), admits(far)) }, last] } }),
    );
    const sent = { ...tags(['Team', 'red'], ['Once', 'x']), ...transitive('team') };
    const first = keysIn(await ask(aws, fred, assume(sent)));
    const conflict =
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.";
    expect((await ask(aws, first, assume(tags(['TEAM', 'blue'])))).error).toEqual([
      400,
      'InvalidParameterValue',
      conflict,
    ]);
    const RoleArn = `arn:aws:iam::${far}:role/last`;
    expect((await ask(aws, first, assume({ RoleArn }))).status).toBe(403);
    const second = keysIn(await ask(aws, first, assume()));
    expect((await ask(aws, second, assume({ RoleArn }))).status).toBe(200);
  });

  test('inherited ones need sts:TagSession at every hop', async () => {
    const RoleArn = `arn:aws:iam::${far}:role/last`;
    const last = { name: 'last', trustPolicy: policy({ ...admits(far), Action: 'sts:AssumeRole' }) };
    const aws = await start(specOf({ far: { roles: [deploy, last] } }));
    const tagged = keysIn(await ask(aws, fred, assume({ ...tags(['a', 'b']), ...transitive('a') })));
    expect((await ask(aws, tagged, assume({ RoleArn }))).error).toEqual(
      denied(
        sessionArn('visit'),
        RoleArn,
        'sts:TagSession',
        noneAllows('role trust policy', 'sts:TagSession'),
      ),
    );
    const plain = keysIn(await ask(aws, fred, assume(tags(['a', 'b']))));
    expect((await ask(aws, plain, assume({ RoleArn }))).status).toBe(200);
  });

  test('too much of them', async () => {
    const many = tags(
      ...Array.from({ length: 20 }, (_, index): [string, string] => [`key-${index}`, 'v'.repeat(250)]),
    );
    const [status, code, message] = (await ask(await start(specOf()), fred, assume(many))).error;
    expect([status, code]).toEqual([400, 'PackedPolicyTooLarge']);
    expect(message).toMatch(/^Packed size of session tags consumes 1\d\d% of allotted space\.$/);
  });
});

describe('the source identity', () => {
  const SourceIdentity = 'fred@acme';

  test('needs sts:SetSourceIdentity', async () => {
    const spec = trusting(policy({ ...admits(hub), Action: ['sts:AssumeRole', 'sts:TagSession'] }));
    expect((await ask(await start(spec), fred, assume({ SourceIdentity }))).error).toEqual(
      denied(fredArn, roleArn, 'sts:SetSourceIdentity'),
    );
  });

  test('lasts, cannot be changed, and needs its permission at every hop', async () => {
    const RoleArn = `arn:aws:iam::${far}:role/last`;
    const last = { name: 'last', trustPolicy: policy({ ...admits(far), Action: 'sts:AssumeRole' }) };
    const spec = specOf({
      far: {
        roles: [
          {
            ...deploy,
            trustPolicy: policy(
              admits(hub),
              admits(far, { StringEquals: { 'aws:SourceIdentity': SourceIdentity } }),
            ),
          },
          last,
        ],
      },
    });
    const aws = await start(spec);
    const answer = await ask(aws, fred, assume({ SourceIdentity }));
    expect(answer.element('SourceIdentity')).toBe(SourceIdentity);
    const keys = keysIn(answer);
    const again = await ask(aws, keys, assume());
    expect(again.element('SourceIdentity')).toBe(SourceIdentity);
    expect((await ask(aws, keys, assume({ SourceIdentity }))).status).toBe(200);
    expect((await ask(aws, keys, assume({ SourceIdentity: 'george' }))).error.slice(0, 2)).toEqual([
      403,
      'AccessDenied',
    ]);
    expect((await ask(aws, keys, assume({ RoleArn }))).error).toEqual(
      denied(
        sessionArn('visit'),
        RoleArn,
        'sts:SetSourceIdentity',
        noneAllows('role trust policy', 'sts:SetSourceIdentity'),
      ),
    );
  });
});

describe('a second factor', () => {
  const mfa = { serialNumber: `arn:aws:iam::${hub}:mfa/fred`, tokenCode: '123456' };
  const { accounts } = trusting(policy(admits(hub, { Bool: { 'aws:MultiFactorAuthPresent': true } })));
  const spec = {
    accounts: accounts.map((account) =>
      account.id === hub ? { ...account, users: [{ name: 'fred', ...fred, mfa }] } : account,
    ),
  };
  const shown = { SerialNumber: mfa.serialNumber, TokenCode: mfa.tokenCode };
  const failed = [
    403,
    'AccessDenied',
    'MultiFactorAuthentication failed with invalid MFA one time pass code.',
  ];

  test('is good once', async () => {
    const aws = await start(spec);
    expect((await ask(aws, fred, assume())).error).toEqual(denied(fredArn));
    expect((await ask(aws, fred, assume(shown))).status).toBe(200);
    expect((await ask(aws, fred, assume(shown))).error).toEqual(failed);
  });

  test.each<[string, Record<string, string>]>([
    ['a wrong code', { ...shown, TokenCode: '654321' }],
    ['another device', { ...shown, SerialNumber: `${mfa.serialNumber}-2` }],
    ['a code without its device', { TokenCode: mfa.tokenCode }],
  ])('%s', async (_, more) => {
    expect((await ask(await start(spec), fred, assume(more))).error).toEqual(failed);
  });

  test('has an age only where it is shown', async () => {
    const recent = admits(hub, { NumericLessThan: { 'aws:MultiFactorAuthAge': 300 } });
    const aws = await start({
      accounts: spec.accounts.map((account) =>
        account.id === far ? { ...account, roles: [{ ...deploy, trustPolicy: policy(recent) }] } : account,
      ),
    });
    expect((await ask(aws, fred, assume())).error).toEqual(denied(fredArn));
    expect((await ask(aws, fred, assume(shown))).status).toBe(200);
  });

  test('of a user without a device, or of a session', async () => {
    const aws = await start(
      specOf({ far: { roles: [{ ...deploy, trustPolicy: policy(admits(hub), admits(far)) }] } }),
    );
    expect((await ask(aws, fred, assume(shown))).error).toEqual(failed);
    const keys = keysIn(await ask(aws, fred, assume()));
    expect((await ask(aws, keys, assume(shown))).error).toEqual(failed);
  });
});

test('STS is off in the region', async () => {
  const aws = await start(specOf({ far: { stsDisabledRegions: ['af-south-1'] } }));
  const message = `STS is not activated in this region for account:${far}. Your account administrator can activate STS in this region using the IAM Console.`;
  expect((await ask(aws, fred, assume(), { region: 'af-south-1' })).error).toEqual([
    403,
    'RegionDisabledException',
    message,
  ]);
  expect((await ask(aws, fred, assume())).status).toBe(200);
});

test('no role of another partition, even if it trusts the caller', async () => {
  const { accounts } = trusting(policy({ ...admits(hub), Principal: '*' }));
  const aws = await start({
    accounts: accounts.map((account) => (account.id === far ? { ...account, partition: 'aws-cn' } : account)),
  });
  const RoleArn = roleArn.replace('aws', 'aws-cn');
  expect((await ask(aws, fred, assume({ RoleArn }))).error).toEqual(denied(fredArn, RoleArn));
});

test('other partitions have other ARNs', async () => {
  const { accounts } = specOf({
    far: { roles: [{ ...deploy, trustPolicy: policy(admits(`arn:aws-cn:iam::${hub}:root`)) }] },
  });
  const aws = await start({ accounts: accounts.map((account) => ({ ...account, partition: 'aws-cn' })) });
  const answer = await ask(aws, fred, assume({ RoleArn: roleArn.replace('aws', 'aws-cn') }), {
    region: 'cn-north-1',
  });
  expect(answer.element('Arn')).toBe(sessionArn('visit').replace('aws', 'aws-cn'));
  expect((await ask(aws, fred, assume())).error).toEqual(denied(fredArn.replace('aws', 'aws-cn')));
});

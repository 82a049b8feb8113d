import { describe, expect, test } from '@jest/globals';
import { readAccountList } from '../../../src/request/account-list.ts';
import * as lists from '../../../src/request/lists.ts';
import { InputError, Problems } from '../../../src/request/problems.ts';
import { readRequest, type RequestFacts } from '../../../src/request/request.ts';
import type { Inputs } from '../../../src/request/inputs.ts';
import { found, given, surroundings } from './given.ts';

const hub = 'arn:aws:iam::111111111111:role/hub';
const role = (account: number): string => `arn:aws:iam::${String(account).repeat(12)}:role/deploy`;

describe('the list', () => {
  const list = (text: string) => {
    const problems: string[] = [];
    const entries: ReturnType<typeof readAccountList> = [];
    problems.push(...found((collected) => entries.push(...readAccountList(text, collected))));
    return { entries, problems };
  };

  test('is a mapping from name to ARN, or to settings; JSON as well', () => {
    const { entries, problems } = list(
      [
        `staging: ${role(2)}`,
        'prod:',
        `  role-arn: [${role(3)}, ${role(4)}]`,
        '  external-id: id-1',
        '  duration-seconds: 900',
        '  session-tags: { Team: blue, Cost: 12 }',
        '  session-policy: { Statement: [] }',
        '  session-policy-arns:',
        '    - arn:aws:iam::aws:policy/ReadOnlyAccess',
        '  region:',
      ].join('\n'),
    );
    expect(problems).toEqual([]);
    expect(
      entries.map(({ name, given: settings }) => [
        name,
        Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== '')),
      ]),
    ).toEqual([
      ['staging', { 'role-arn': role(2) }],
      [
        'prod',
        {
          'role-arn': `${role(3)}\n${role(4)}`,
          'external-id': 'id-1',
          'duration-seconds': '900',
          'session-tags': 'Team=blue\nCost=12',
          'session-policy': '{"Statement":[]}',
          'session-policy-arns': 'arn:aws:iam::aws:policy/ReadOnlyAccess',
        },
      ],
    ]);
    expect(list(JSON.stringify({ staging: role(2) })).entries).toHaveLength(1);
  });

  test.each([
    ['a: [1', 'accounts: line 1, column '],
    [`a: ${role(2)}\nb: x\na: ${role(3)}`, 'accounts: line 3, column 1: a name is listed twice'],
    ['- a', 'accounts: is not a mapping from profile name to role ARN'],
    ['just text', 'accounts: is not a mapping'],
    ['{}', 'accounts: contains no account'],
    [
      'a: [x]',
      'accounts: line 1, column 4: "a" is neither a role ARN, nor an account id, nor a mapping with role-arn',
    ],
    [
      `a:\n  rolearn: ${role(2)}`,
      'accounts: line 2, column 3: "rolearn" of "a" is not a setting of an account: did you mean role-arn?',
    ],
    ...[
      ['role', 'role-arn'],
      ['role_to_assume', 'role-arn'],
      ['external_id', 'external-id'],
      ['duration', 'duration-seconds'],
      ['policy', 'session-policy'],
      ['tags', 'session-tags'],
      ['session-policy-ars', 'session-policy-arns'],
    ].map(([word, setting]): [string, string] => [
      `a:\n  ${word}: x`,
      `accounts: line 2, column 3: "${word}" of "a" is not a setting of an account: did you mean ${setting}?`,
    ]),
    [
      'a:\n  colour: blue',
      '"colour" of "a" is not a setting of an account. Its settings are role-arn, session-name',
    ],
    ['a:\n  ? [x]\n  : y', '"" of "a" is not a setting of an account'],
    ...['external-id', 'session-policy', 'session-policy-arns'].flatMap((name) =>
      ["''", '" "', '', "['']", '[]'].map((value): [string, string] => [
        `a:\n  ${name}: ${value}`,
        `accounts: line 2, column 3: ${name} of "a" is empty. Leave it out, or write none`,
      ]),
    ),
    [
      'a:\n  external-id: None',
      'accounts: line 2, column 3: external-id of "a" is the word none, but not in lower case: write none',
    ],
    [`a: !Ref ${role(2)}`, 'accounts: line 1, column 4: tags (!) are not accepted: write the value out'],
  ])('%j is wrong', (text, words) => {
    expect(list(text).problems.join('\n')).toContain(words);
  });

  test('a list that is nested too deeply', () => {
    for (const text of [
      'a: '.concat('['.repeat(20_000)),
      '['.repeat(30_000),
      'a: '.concat('{a: '.repeat(9_000)),
    ])
      expect(list(text).problems[0]).toMatch(
        /^accounts: line 1, column \d+: is nested too deeply to be read$/,
      );
  });

  test('of a broken list, the first ten errors', () => {
    expect(list('a: }{ '.repeat(1_000)).problems).toHaveLength(10);
  });

  test('a list of 20,000 accounts is read in seconds, and names that are listed twice are found in it', () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `account-${index}`);
    const problems = new Problems();
    const begun = performance.now();
    const text = [...names, 'account-7'].map((name) => `${name}: '222222222222'`).join('\n');
    expect(readAccountList(text, problems)).toEqual([]);
    expect(problems.all.map(({ text }) => text)).toEqual(['line 20001, column 1: a name is listed twice']);
    expect(performance.now() - begun).toBeLessThan(4_000);
  });

  test('an empty entry at the end of a list stays a line', () => {
    const { entries } = list(`a: { role-arn: [${role(2)}, ''], external-id: [x1, ''] }`);
    expect(entries[0]?.given).toMatchObject({ 'role-arn': `${role(2)}\n\n`, 'external-id': 'x1\n\n' });
  });

  test('values are taken as they are written, not as what YAML makes of them', () => {
    const { entries } = list(
      '0012:\n  role-arn: x\n  external-id: 0012\n  session-name: 1.50\n  duration-seconds: 0x400\n  session-tags: { n: 007, t: true, e: }',
    );
    expect(entries[0]).toMatchObject({
      name: '0012',
      given: {
        'external-id': '0012',
        'session-name': '1.50',
        'duration-seconds': '0x400',
        'session-tags': 'n=007\nt=true\ne=',
      },
    });
  });

  test.each([
    ['a: x\n---\nb: y', 'a second document begins: remove the line ---'],
    ['a: &x y\nb: *x', 'line 2, column 4: aliases (*) are not accepted'],
    ['b: *x', 'aliases (*) are not accepted'],
    [
      'a: { session-tags: &t { n: x } }\nb: { session-tags: *t }',
      'line 2, column 20: aliases (*) are not accepted',
    ],
    ['a:\n  session-tags: { t: "1\\nb=2" }', 'a tag of "a" contains a line end'],
  ])('%j is reported in our words', (text, words) => {
    expect(list(text).problems.join('\n')).toContain(words);
  });

  test('a name that is no text, and settings that are nothing', () => {
    expect(list(`12: ${role(2)}`).entries[0]?.name).toBe('12');
    expect(list(`? [a]\n: ${role(2)}`).entries[0]?.name).toBe('');
    expect(list('a:').entries[0]?.given['role-arn']).toBe('');
    expect(list('a:\n  role-arn:\n    x: y').entries[0]?.given['role-arn']).toBe('{"x":"y"}');
  });
});

const many = (accounts: unknown, inputs: Partial<Inputs> = {}, more: Partial<RequestFacts> = {}) =>
  readRequest(
    given({ accounts: typeof accounts === 'string' ? accounts : JSON.stringify(accounts), ...inputs }),
    {
      ...surroundings(),
      lists,
      profiles: { placeOf: () => undefined, blocker: () => undefined },
      ...more,
    },
  );

const problemsOf = (...args: Parameters<typeof many>): string[] => {
  try {
    many(...args);
    return [];
  } catch (error) {
    return (error as InputError).problems.map(({ input, text }) => `${input}: ${text}`);
  }
};

describe('plans', () => {
  test('begin with the shared roles, which are the same for all', () => {
    const { targets, sts, delivery } = many(
      {
        a: role(2),
        b: { 'role-arn': role(3), 'session-name': 'own', 'external-id': 'id-b', region: 'eu-west-1' },
      },
      { 'role-arn': hub, 'session-name': 'all', region: 'us-east-1', 'duration-seconds': '1800' },
    );
    expect(
      targets.map(({ name, sharedHops, plan: { hops, sts: own } }) => [
        name,
        sharedHops,
        own.region,
        hops.map((hop) => [hop.role.text, hop.sessionName, hop.durationSeconds, hop.externalId]),
      ]),
    ).toEqual([
      [
        'a',
        1,
        'us-east-1',
        [
          [hub, 'all', 900, undefined],
          [role(2), 'all', 1800, undefined],
        ],
      ],
      [
        'b',
        1,
        'eu-west-1',
        [
          [hub, 'all', 900, undefined],
          [role(3), 'own', 1800, 'id-b'],
        ],
      ],
    ]);
    expect(sts.region).toBe('us-east-1');
    expect(delivery).toEqual({ kind: 'accounts' });
  });

  test('start from the base without role-arn, up to twelve hours', () => {
    const { targets } = many({ a: { 'role-arn': role(2), 'duration-seconds': 43_200 } });
    expect(targets[0]).toMatchObject({ sharedHops: 0, plan: { hops: [{ durationSeconds: 43_200 }] } });
  });

  test("an account's settings win over the inputs, which are the defaults of all", () => {
    const policy = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
    const { targets } = many(
      { a: role(2), b: { 'role-arn': role(3), 'session-tags': 'T=own', 'session-policy': policy } },
      {
        'role-arn': hub,
        'session-tags': 'T=all',
        'session-policy-arns': 'arn:aws:iam::aws:policy/x',
        'external-id': '-',
        'workflow-tags': 'true',
      },
    );
    const last = targets.map(({ plan }) => plan.hops[1]);
    expect(last.map((hop) => hop?.tags.map(({ key, value }) => `${key}=${value}`))).toEqual([
      expect.arrayContaining(['T=all', 'Job=deploy']),
      expect.arrayContaining(['T=own', 'Job=deploy']),
    ]);
    expect(last.map((hop) => hop?.policy)).toEqual([undefined, JSON.stringify(policy)]);
    expect(last.map((hop) => hop?.policyArns)).toEqual([
      ['arn:aws:iam::aws:policy/x'],
      ['arn:aws:iam::aws:policy/x'],
    ]);
  });

  test('`none` in an entry outranks the input', () => {
    const entry = { 'role-arn': role(2), 'external-id': 'none', 'session-policy-arns': ' none ' };
    const inputs = {
      'role-arn': hub,
      'session-policy-arns': 'arn:aws:iam::aws:policy/x',
      'account-external-id': 'id-all',
    };
    const hops = many({ a: entry, b: role(3) }, inputs).targets.map(({ plan }) => plan.hops[1]);
    expect(hops.map((hop) => [hop?.externalId, hop?.policyArns])).toEqual([
      [undefined, []],
      ['id-all', ['arn:aws:iam::aws:policy/x']],
    ]);
  });

  test('the audience goes by the partition of the accounts', () => {
    expect(many({ a: 'arn:aws-cn:iam::222222222222:role/x' }).base).toMatchObject({
      audience: 'sts.amazonaws.com.cn',
    });
  });
});

describe('problems', () => {
  test('are reported by their place in the list', () => {
    expect(
      problemsOf(
        {
          a: 'x',
          b: { 'role-arn': role(3), 'session-name': 'a b', 'duration-seconds': 3601, region: 'cn-north-1' },
        },
        { 'role-arn': hub },
      ),
    ).toEqual([
      expect.stringMatching(/^accounts\.a\.role-arn: "x" is not a role ARN/),
      expect.stringMatching(/^accounts\.b\.session-name: "a b" contains a space/),
      expect.stringMatching(/^accounts\.b\.duration-seconds: "3601" is more than 3600/),
      expect.stringMatching(/^accounts\.b\.region: "cn-north-1" is a region of partition aws-cn/),
    ]);
  });

  test('of an input are reported once, however many accounts there are', () => {
    expect(problemsOf({ a: role(2), b: role(3) }, { 'source-identity': 'a b', 'role-arn': hub })).toEqual([
      expect.stringMatching(/^source-identity: /),
    ]);
  });

  test.each<[unknown, Partial<Inputs>, string]>([
    [{ a: role(2) }, { profile: 'x' }, 'profile: cannot be combined with accounts'],
    [{ a: role(2) }, { 'export-env': 'true' }, 'export-env: cannot be true with accounts'],
    [
      { a: role(2) },
      { 'output-credentials': 'true' },
      'output-credentials: cannot be combined with accounts',
    ],
    [{ a: role(2) }, { 'external-id': 'id' }, 'external-id: belongs to role-arn, which is not given'],
    [{ a: { 'role-arn': role(2), 'external-id': 'id-1' } }, {}, 'accounts.a.external-id: cannot be sent'],
    [{ a: role(2) }, { 'session-tags': 'a=b' }, 'session-tags: cannot be sent'],
    [
      { a: role(2) },
      { 'allowed-account-ids': '333333333333' },
      'allowed-account-ids: "333333333333" does not contain 222222222222',
    ],
    [{ 'a b': role(2) }, {}, 'accounts: "a b" cannot be a profile: use letters'],
    [
      { a: 'arn:aws-cn:iam::222222222222:role/x' },
      { 'role-arn': hub },
      'accounts.a.role-arn: "arn:aws-cn:iam::222222222222:role/x" is in partition aws-cn',
    ],
    [{ a: { region: 'us-east-1' } }, {}, 'accounts.a.role-arn: is required'],
    [
      { a: role(2) },
      { 'mfa-serial-number': 'arn:aws:iam::1:mfa/x', 'mfa-token-code': '123456' },
      'mfa-token-code: cannot be combined with accounts',
    ],
  ])('%j with %j', (accounts, inputs, words) => {
    expect(problemsOf(accounts, inputs).join('\n')).toContain(words);
  });

  test('a profile that exists already, and a folder that no client can use', () => {
    const profiles = { placeOf: () => 'the AWS config file', blocker: () => 'no' };
    expect(problemsOf({ a: role(2) }, {}, { profiles })).toEqual([
      'accounts: "a" is already a profile of the AWS config file: choose another name',
      'accounts: no',
    ]);
  });

  test('what is not used is warned about', () => {
    expect(many({ a: role(2) }, { 'min-remaining-seconds': '60' }).warnings).toEqual([
      expect.stringContaining('min-remaining-seconds is not used'),
    ]);
  });

  test('accounts that are empty, where failing ones may be left out, are not the roles before them', () => {
    const alone = given({ 'role-arn': hub, 'continue-on-account-error': 'true' });
    expect(() => readRequest(alone, surroundings())).toThrow(
      'continue-on-account-error: is true, and there is no list of accounts',
    );
  });

  test('a region that is not known is reported where it is given, once', () => {
    const accounts = {
      a: { 'role-arn': role(2), region: 'us-esat-1' },
      b: { 'role-arn': role(3) },
      c: { 'role-arn': role(4) },
    };
    expect(many(accounts, { region: 'us-wset-2' }).warnings).toEqual([
      'accounts.a.region: "us-esat-1" is not a known AWS region. Did you mean us-east-1?',
      'region: "us-wset-2" is not a known AWS region. Did you mean us-west-2?',
    ]);
  });

  test("the step's STS is its own, whatever region an account has", () => {
    const eu = { 'role-arn': role(2), region: 'eu-west-1' };
    const { sts, targets } = many({ a: eu, b: role(3) }, { 'role-arn': hub, region: 'us-east-1' });
    expect(sts.region).toBe('us-east-1');
    expect(targets.map((one) => one.plan.sts.region)).toEqual(['eu-west-1', 'us-east-1']);
    const china = { 'role-arn': 'arn:aws-cn:iam::222222222222:role/x', region: 'cn-north-1' };
    const environment = { AWS_REGION: 'us-east-1' };
    expect(many({ a: china }, {}, { environment }).targets[0].plan.sts.region).toBe('cn-north-1');
  });

  test('problems of the defaults are reported beside a list that cannot be read', () => {
    const wrong = {
      'duration-seconds': '15m',
      'session-tags': 'x',
      'source-identity': 'a b',
      'session-policy': '{',
      'session-policy-arns': 'x',
      'allowed-account-ids': 'y',
      region: 'mars_1',
    };
    const told = problemsOf('a: [', wrong).map((text) => text.split(':')[0]);
    expect(told).toEqual(expect.arrayContaining(['accounts', ...Object.keys(wrong)]));
  });

  test('own tags that lack a transitive key are reported as such', () => {
    const own = { 'role-arn': role(2), 'session-tags': 'Team=blue' };
    const inputs = { 'role-arn': hub, 'session-tags': 'Project=x', 'transitive-tag-keys': 'Project' };
    expect(problemsOf({ a: own, b: role(3) }, inputs)).toEqual([
      'transitive-tag-keys, for accounts.a: "Project" is not a key of session-tags: a tag must be set to be inherited',
    ]);
  });
});

describe('accounts by their id', () => {
  const role = 'deploy/customer-deployment';
  const arnsOf = (accounts: unknown, inputs: Partial<Inputs>, more: Partial<RequestFacts> = {}) =>
    many(accounts, { 'account-role': role, ...inputs }, more).targets.map(
      ({ plan }) => plan.hops.at(-1)?.role.text,
    );

  test('quoted or not, with their leading zeros', () => {
    expect(arnsOf('a: 012345678901\nb: "222222222222"\nc:\n  role-arn: 333333333333', {})).toEqual([
      `arn:aws:iam::012345678901:role/${role}`,
      `arn:aws:iam::222222222222:role/${role}`,
      `arn:aws:iam::333333333333:role/${role}`,
    ]);
  });

  test('are in the partition of the chain, or else of the region', () => {
    const china = 'arn:aws-cn:iam::111111111111:role/hub';
    expect(arnsOf({ a: '222222222222' }, { 'role-arn': china })).toEqual([
      `arn:aws-cn:iam::222222222222:role/${role}`,
    ]);
    expect(arnsOf({ a: '222222222222' }, { region: 'us-gov-west-1' })).toEqual([
      `arn:aws-us-gov:iam::222222222222:role/${role}`,
    ]);
  });

  test('have the default external id, unless they have their own or none', () => {
    const { targets } = many(
      {
        a: '222222222222',
        b: { 'role-arn': '333333333333', 'external-id': 'own' },
        c: { 'role-arn': '444444444444', 'external-id': '-' },
      },
      { 'role-arn': hub, 'account-role': role, 'account-external-id': 'usual' },
    );
    expect(targets.map(({ plan }) => plan.hops[1]?.externalId)).toEqual(['usual', 'own', undefined]);
  });

  test.each<[unknown, Partial<Inputs>, string]>([
    [{ a: '222222222222' }, {}, 'account-role: is required if an account is given by its id'],
    [
      { a: '22222222222' },
      { 'account-role': role },
      'accounts.a.role-arn: "22222222222" is not an account id',
    ],
    [{ a: 22222222222 }, { 'account-role': role }, 'put it in quotes if it begins with 0'],
    [{ a: '222222222222' }, { 'account-role': hub }, 'is an ARN: give the name of the role'],
    [{ a: '222222222222' }, { 'account-role': 'a b' }, 'account-role: "a b" is not the name of a role'],
    [{ a: hub }, { 'account-role': role }, 'account-role: is not used: no account is given by its id'],
    [
      { a: '222222222222' },
      { 'account-role': role, 'account-external-id': 'usual' },
      'account-external-id: cannot be sent',
    ],
  ])('%j with %j', (accounts, inputs, words) => {
    expect(problemsOf(accounts, inputs).join('\n')).toContain(words);
  });
});

describe('accounts-file', () => {
  const fromFile = (text: string, inputs: Partial<Inputs> = {}) => ({
    inputs: { accounts: 'none', 'accounts-file': 'a/list.yml', ...inputs },
    more: { accountsFile: { text } },
  });

  test.each([
    ['the list itself', `a: ${role(2)}`],
    ['the list under a key', `version: 1\naccounts:\n  a: ${role(2)}\n`],
    ['JSON', JSON.stringify({ accounts: { a: role(2) } })],
  ])('%s', (_, text) => {
    const { inputs, more } = fromFile(text);
    expect(many('none', inputs, more).targets.map(({ name }) => name)).toEqual(['a']);
  });

  test('a profile may be called accounts', () => {
    const { inputs, more } = fromFile(`accounts:\n  role-arn: ${role(2)}`);
    expect(many('none', inputs, more).targets.map(({ name }) => name)).toEqual(['accounts']);
  });

  test('what is wrong in it is reported with its place in the file', () => {
    const { inputs, more } = fromFile('accounts:\n  a: [');
    expect(problemsOf('none', inputs, more).join()).toMatch(
      /^accounts-file: "a\/list\.yml", line 2, column \d+: /,
    );
    for (const [text, words] of [
      ['# nothing yet\n', 'line 1, column 1: is not a mapping'],
      ['accounts:\n', 'line 1, column 10: is not a mapping'],
      ['accounts:\n  - x\n', 'line 2, column 3: is not a mapping'],
      ['accounts: {}\n', 'line 1, column 11: contains no account'],
    ] as const) {
      const other = fromFile(text);
      expect(problemsOf('none', other.inputs, other.more)).toEqual([
        expect.stringContaining(`accounts-file: "a/list.yml", ${words}`),
      ]);
    }
    const bad = fromFile('a: x');
    expect(problemsOf('none', bad.inputs, bad.more).join()).toMatch(/^accounts-file\.a\.role-arn: "x"/);
  });

  test('that cannot be read, or is given beside accounts, is an error', () => {
    const wrong = { accountsFile: { wrong: 'is not in the workspace' } };
    const inputs = { 'accounts-file': '../list.yml' };
    expect(problemsOf('none', inputs, wrong)).toEqual([
      'accounts-file: "../list.yml" is not in the workspace',
    ]);
    expect(problemsOf({ a: role(2) }, inputs, wrong).join()).toContain('cannot be combined with accounts');
  });
});

test('no profile can have the name with which the SDK for JavaScript reads no file at all', () => {
  expect(problemsOf(`__proto__: ${role(2)}`)).toEqual([
    expect.stringMatching(/^accounts: "__proto__" cannot be a profile: the AWS SDK for JavaScript/),
  ]);
});

test("an id with the console's dashes: the digits to write, and nothing else is wrong", () => {
  expect(problemsOf({ a: '1234-5678-9012' }, { 'account-role': 'deploy/x' })).toEqual([
    expect.stringMatching(/^accounts\.a\.role-arn: .*write 123456789012, without dashes$/),
  ]);
});

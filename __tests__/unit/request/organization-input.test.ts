import { describe, expect, test } from '@jest/globals';
import type { MemberAccount, OrganizationRequest } from '../../../src/aws/organization.ts';
import * as lists from '../../../src/request/lists.ts';
import { InputError, Problems } from '../../../src/request/problems.ts';
import { readRequest, type Request, type RequestFacts } from '../../../src/request/request.ts';
import type { Inputs } from '../../../src/request/inputs.ts';
import { found, given, inputsOf, surroundings } from './given.ts';

const unit = 'ou-abcd-1a2b3c4d';
const place = { partition: 'aws', environment: {} };

function read(text: string): { query: OrganizationRequest['query'] | undefined; problems: string[] } {
  const problems = new Problems();
  const request = lists.readOrganizationInput(text, place, problems);
  return { query: request?.query, problems: problems.all.map(({ text: words }) => words) };
}

describe('the input organization', () => {
  test.each([
    ['{}', { under: [], tags: [], except: [] }],
    [`under: ${unit}`, { under: [unit], tags: [], except: [] }],
    [
      `under: [r-abcd, ${unit}]\nexcept: 012345678901`,
      { under: ['r-abcd', unit], tags: [], except: ['012345678901'] },
    ],
    [
      '{"tags":{"Env":"prod","Level":1},"except":["111111111111"]}',
      {
        under: [],
        tags: [
          ['Env', 'prod'],
          ['Level', '1'],
        ],
        except: ['111111111111'],
      },
    ],
  ])('%s', (text, query) => {
    expect(read(text)).toEqual({ query, problems: [] });
  });

  test.each([
    ['all', 'is not a mapping of under, tags and except. For all accounts of the organization write {}'],
    ['- under', 'is not a mapping of under'],
    ['undr: x', 'line 1, column 1: "undr" is not a key of organization: did you mean under?'],
    ['accounts: x', 'is not a key of organization, which are under, tags, except'],
    ['under:', 'line 1, column 7: under is empty'],
    ['under: []', 'line 1, column 8: under is empty'],
    ['under: [""]', 'line 1, column 9: under is empty'],
    ['under: {a: b}', 'under must be one id, or a list of ids'],
    ['under: root', '"root" of under is not the id of a root or of an organizational unit'],
    ['under: 111111111111', 'It is the id of an account'],
    ['except: ""', 'line 1, column 9: except is empty'],
    ['except: [1]', '"1" of except is not an account id, which is 12 digits'],
    ['tags:', 'tags is empty'],
    ['tags: x', 'tags must be a mapping from tag key to tag value'],
    ['tags: {Env: }', 'the value of tag "Env" is empty'],
    ['tags: {Env: [a]}', 'the value of tag "Env" must be a string'],
    [`tags: {"${'k'.repeat(129)}": x}`, 'a key of tags must have 1 to 128 characters'],
    [`tags: {k: ${'v'.repeat(257)}}`, 'the value of tag "k" must have at most 256 characters'],
    ['under: &a r-abcd\nexcept: *a', 'aliases (*) are not accepted'],
    ['under: r-abcd\nunder: r-abce', 'a name is listed twice'],
  ])('%s', (text, words) => {
    const { query, problems } = read(text);
    expect(query).toBeUndefined();
    expect(problems.join('\n')).toContain(words);
  });
});

describe('the endpoint of Organizations', () => {
  const settings = (environment: Record<string, string>) =>
    lists.readOrganizationInput('{}', { partition: 'aws', environment }, new Problems());

  test('is of the variable of the service, or of all services', () => {
    const both = {
      AWS_ENDPOINT_URL_ORGANIZATIONS: 'http://localhost:1',
      AWS_ENDPOINT_URL: 'http://localhost:2',
    };
    expect(settings(both)?.settings.endpoint).toBe('http://localhost:1');
    expect(settings(both)?.note).toBe(
      'AWS Organizations endpoint: http://localhost:1 (set by the variable AWS_ENDPOINT_URL_ORGANIZATIONS).',
    );
    expect(settings({ AWS_ENDPOINT_URL: 'http://aws:2' })?.note).toContain('the variable AWS_ENDPOINT_URL)');
    expect(
      settings({ ...both, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' })?.settings.endpoint,
    ).toBeUndefined();
  });

  test('is not noted where it is the one of the partition', () => {
    const own = { AWS_ENDPOINT_URL_ORGANIZATIONS: 'https://organizations.us-east-1.amazonaws.com' };
    expect(settings(own)?.note).toBeUndefined();
    expect(settings({})?.note).toBeUndefined();
    expect(
      settings({ AWS_USE_FIPS_ENDPOINT: 'true', AWS_USE_DUALSTACK_ENDPOINT: 'TRUE' })?.settings,
    ).toMatchObject({
      useFips: true,
      useDualstack: true,
    });
  });

  test.each([
    ['https://organizations.example.com', 'is not a host of AWS Organizations'],
    ['https://sts.us-east-1.amazonaws.com', 'is not a host of AWS Organizations'],
    ['ftp://x', 'as in https://organizations.us-east-1.amazonaws.com'],
    ['https://a:b@organizations.us-east-1.amazonaws.com', 'which AWS Organizations does not accept'],
  ])('%s is refused', (url, words) => {
    const check = (problems: Problems): unknown =>
      lists.readOrganizationInput(
        '{}',
        { partition: 'aws', environment: { AWS_ENDPOINT_URL_ORGANIZATIONS: url } },
        problems,
      );
    expect(found(check).join('\n')).toContain(words);
  });

  test('a variable that is wrong is reported once', () => {
    const problems = new Problems();
    problems.say('AWS_ENDPOINT_URL', 'is wrong');
    const environment = { AWS_ENDPOINT_URL: 'https://example.com' };
    expect(lists.readOrganizationInput('{}', { partition: 'aws', environment }, problems)).toBeDefined();
    expect(problems.all).toHaveLength(1);
  });
});

describe('the accounts that were found', () => {
  const entries = (
    members: readonly MemberAccount[],
    taken: readonly string[] = [],
    inputs: Partial<Inputs> = {},
  ) =>
    lists
      .entriesFor(members, inputsOf(inputs), (name) => taken.includes(name), new Problems())
      .map(({ name, given: { 'role-arn': id } }) => [name, id]);
  const [a, b, c] = ['111111111111', '222222222222', '333333333333'] as const;

  test('have profiles of their names, made valid', () => {
    expect(
      entries([
        { id: a, name: 'Shop (prod)' },
        { id: b, name: '--é' },
        { id: c, name: 'a@b.c+d_e' },
      ]),
    ).toEqual([
      ['Shop-prod', a],
      [b, b],
      ['a@b.c+d_e', c],
    ]);
    expect(entries([{ id: a, name: 'x'.repeat(128) }])[0]?.[0]).toBe('x'.repeat(64));
  });

  test('have the id where two are the same, one is taken, or it is default', () => {
    const long = 'y'.repeat(70);
    expect(
      entries(
        [
          { id: a, name: 'x y' },
          { id: b, name: 'x/y' },
          { id: c, name: 'mine' },
        ],
        ['mine'],
      ),
    ).toEqual([
      [`x-y-${a}`, a],
      [`x-y-${b}`, b],
      [`mine-${c}`, c],
    ]);
    expect(entries([{ id: a, name: 'default' }])).toEqual([[`default-${a}`, a]]);
    expect(
      entries([
        { id: a, name: long },
        { id: b, name: long },
      ]).map(([name = '']) => name),
    ).toEqual([`${'y'.repeat(51)}-${a}`, `${'y'.repeat(51)}-${b}`]);
  });

  test('have the id where the name is the id of another account, or one that no profile may have', () => {
    expect(
      entries([
        { id: a, name: b },
        { id: b, name: b },
        { id: c, name: '__proto__' },
      ]),
    ).toEqual([
      [`${b}-${a}`, a],
      [`${b}-${b}`, b],
      [`__proto__-${c}`, c],
    ]);
    expect(entries([{ id: a, name: b }])).toEqual([[`${b}-${a}`, a]]);
    expect(entries([{ id: a, name: a }])).toEqual([[a, a]]);
  });

  test('have other names than one that looks like a name with an id', () => {
    const names = entries([
      { id: a, name: 'x' },
      { id: b, name: 'x' },
      { id: c, name: `x-${a}` },
    ]).map(([name]) => name);
    expect(new Set(names).size).toBe(3);
  });

  test('none, and those that allowed-account-ids excludes', () => {
    expect(found((problems) => lists.entriesFor([], inputsOf(), () => false, problems))[0]).toMatch(
      /^organization: matches no active account: check/,
    );
    const many = Array.from({ length: 12 }, (_, index) => ({
      id: String(400_000_000_000 + index),
      name: 'x',
    }));
    const [text = ''] = found((problems) =>
      lists.entriesFor(
        [{ id: a, name: '' }, ...many],
        inputsOf({ 'allowed-account-ids': b }),
        () => false,
        problems,
      ),
    );
    expect(text).toMatch(
      /^allowed-account-ids: does not contain 111111111111 \(no name\), 400000000000 \(x\), .* and 3 more of/,
    );
  });
});

describe('the request', () => {
  const hub = 'arn:aws:iam::111111111111:role/hub';
  const request = (inputs: Partial<Inputs> = {}, more: Partial<RequestFacts> = {}): Request =>
    readRequest(
      given({ 'role-arn': hub, organization: '{}', 'account-role': '/deploy/x', ...inputs }),
      surroundings({ lists, profiles: { placeOf: () => undefined, blocker: () => undefined }, ...more }),
    );
  const problems = (...args: Parameters<typeof request>): string[] => {
    try {
      request(...args);
      return [];
    } catch (error) {
      return (error as InputError).problems.map(({ input, text }) => `${input}: ${text}`);
    }
  };

  test('asks first, and then has a target for each account', () => {
    const first = request();
    expect(first.organization?.query).toEqual({ under: [], tags: [], except: [] });
    expect(first.targets).toHaveLength(1);
    expect(first.delivery).toEqual({ kind: 'accounts' });
    const then = request({}, { members: [{ id: '222222222222', name: 'a' }] });
    expect(then.organization).toBeUndefined();
    expect(then.targets.map(({ name, plan }) => [name, plan.hops.map(({ role }) => role.text)])).toEqual([
      ['a', [hub, 'arn:aws:iam::222222222222:role/deploy/x']],
    ]);
    // The same requests for the roles that are shared, so that they are made once.
    expect(then.targets[0].plan.hops[0]).toEqual(first.targets[0].plan.hops[0]);
  });

  test('is of the partition of the chain, or else of the region', () => {
    const china = 'arn:aws-cn:iam::111111111111:role/hub';
    expect(request({ 'role-arn': china }).organization?.settings.partition).toBe('aws-cn');
    const keys = { 'access-key-id': 'AKIAIOSFODNN7EXAMPLE', 'secret-access-key': 'x'.repeat(40) };
    const gov = { environment: { AWS_DEFAULT_REGION: 'us-gov-east-1' } };
    const { organization, targets } = request({ ...keys, 'role-arn': '' }, gov);
    expect([organization?.settings.partition, targets[0].sharedHops]).toEqual(['aws-us-gov', 0]);
  });

  test('needs account-role, and role-arn for a token', () => {
    expect(problems({ 'account-role': '', 'role-arn': '' })).toEqual([
      'role-arn: is required with organization: the organization is read with the credentials of its last role',
      'account-role: is required if an account is given by its id: the name of the role in that account, with its path',
    ]);
    expect(
      problems({ accounts: `a: ${hub}`, 'accounts-file': 'x' }, { accountsFile: { text: 'a: b' } }),
    ).toEqual([
      'accounts-file: cannot be combined with accounts: leave one out',
      'organization: cannot be combined with accounts: leave one out',
    ]);
  });

  test('what is wrong in each of two lists is reported', () => {
    expect(problems({ accounts: 'a: b', organization: 'undr: r-abcd' })).toEqual([
      expect.stringContaining('accounts.a.role-arn: "b" is not a role ARN'),
      'organization: cannot be combined with accounts: leave one out',
      'organization: line 1, column 1: "undr" is not a key of organization: did you mean under?',
    ]);
  });

  test('what is wrong with other inputs is reported before anything is asked', () => {
    expect(problems({ 'duration-seconds': '7200', 'session-name': 'a b', profile: 'x' })).toHaveLength(3);
    expect(problems({ 'allowed-account-ids': '222222222222' })).toEqual([]);
  });

  test('an audience of the region, where accounts are given by their id', () => {
    const { base } = request({
      organization: 'none',
      'role-arn': '',
      accounts: 'a: 222222222222',
      region: 'cn-north-1',
    });
    expect(base).toEqual({ kind: 'oidc', audience: 'sts.amazonaws.com.cn' });
  });
});

import { describe, expect, test } from '@jest/globals';
import { profileNamePattern } from '../../../src/aws/profile-name.ts';
import { foreignProfiles, profilesWithOtherCredentials, withProfiles } from '../../../src/profiles/config.ts';

const folder = "/tmp/it's/assume-role-chain";
const profile = {
  name: 'new',
  credentialProcess: "node x '/tmp/it'\\''s/assume-role-chain/1/plan-0.json' credential-process",
  region: 'eu-west-1',
};
const section = `[profile new]\ncredential_process = ${profile.credentialProcess}\nregion = eu-west-1\n`;

const own = `# mine
[default]
region=us-east-1

[ profile  spaced ] ; note
output = json
[profile "in quotes"]
s3 =
  max_concurrent_requests = 20
[sso-session x]
[services y]
`;

test('names of profiles, in a config and in a credentials file', () => {
  expect([...foreignProfiles(own, [folder])]).toEqual(
    expect.arrayContaining(['default', 'spaced', 'in quotes']),
  );
  expect([...foreignProfiles('[plain]\naws_access_key_id = x\n', [folder])]).toEqual(['plain']);
  expect(foreignProfiles('', [folder]).size).toBe(0);
});

describe('adding profiles', () => {
  test.each([own, own.replaceAll('\n', '\r\n'), own.trimEnd(), '', '\u00ff\u00fe bytes'])(
    'leaves what is there to the letter (%#)',
    (text) => {
      const gap = text === '' || text.endsWith('\n') ? '' : '\n';
      expect(withProfiles(text, [profile], [folder])).toBe(`${text}${gap}${section}`);
    },
  );

  test('replaces its own of the same name, and no other', () => {
    const first = withProfiles(own, [profile, { ...profile, name: 'other' }], [folder]);
    const again = withProfiles(first, [{ ...profile, region: 'us-east-2' }], [folder]);
    expect(again).toBe(
      `${own}${section.replace('profile new', 'profile other')}${section.replace('eu-west-1', 'us-east-2')}`,
    );
    expect([...foreignProfiles(again, [folder])]).not.toContain('new');
  });

  test('default has a header of its own', () => {
    expect(withProfiles('', [{ ...profile, name: 'default' }], [folder])).toContain('[default]\n');
  });
});

test.each([
  ['a', true],
  ['acme-prod_1.2@x+y', true],
  ['x'.repeat(64), true],
  ['x'.repeat(65), false],
  ['-a', false],
  ['a b', false],
  ['a]', false],
  ['a\nb', false],
  ['a;b', false],
  ['a/b', false],
  ['', false],
  ["a'b", false],
])('%j may be a name: %s', (name, may) => {
  expect(profileNamePattern.test(name)).toBe(may);
});

test('a section is ours by its process, and by nothing else', () => {
  const others = '[profile a]\n# /own/x\nregion = /own/x\n[profile b]\ncredential_process = /other\n';
  expect(foreignProfiles(others, ['/own'])).toEqual(new Set(['a', 'b']));
  expect(foreignProfiles('[profile c]\ncredential_process = node /own/x\n', ['/own'])).toEqual(new Set());
  expect(foreignProfiles("[profile c]\ncredential_process = node '/o'\\''wn/x'\n", ["/o'wn"])).toEqual(
    new Set(),
  );
});

test('names are read as they are written', () => {
  const titles = ['[my profile x]', '[profile "a b"]', "[profile 'c']", '[profile d"e"]', '[profile "f"g]'];
  expect(foreignProfiles(titles.join('\n'), ['/own'])).toEqual(
    new Set(['my profile x', 'a b', 'c', 'd"e"', '"f"g']),
  );
});

test('a section after a mark of UTF-8 counts, as it does for the SDK for JavaScript', () => {
  expect(foreignProfiles('\xef\xbb\xbf[customer]\n', [])).toEqual(new Set(['customer']));
});

test.each([
  'aws_access_key_id = AKIA',
  'AWS_ACCESS_KEY_ID=AKIA\r',
  '  aws_access_key_id = AKIA',
  '# a comment\raws_access_key_id = AKIA',
  '\trole_arn = arn:aws:iam::222222222222:role/other',
  '\tcredential_process = /usr/bin/other',
  'role_arn = arn:aws:iam::222222222222:role/other',
  'web_identity_token_file: /token',
  'sso_session = corp',
  'sso_account_id = 222222222222',
  'sso_region = eu-west-1',
  'sso_role_name = x',
  'source_profile = base',
  'credential_source = Environment',
  'aws_secret_access_key = x',
  'login_session = arn',
  'credential_process = /usr/bin/other',
])('a profile with %j may have other credentials than its own process gives', (line) => {
  const text = `${section}${line}\n[profile other]\nregion = eu-west-1\n`;
  expect(profilesWithOtherCredentials(text, [folder])).toEqual(['new']);
});

test.each(['#role_arn = x', 'output = json', 'role_session_name = x', 'mfa_serial = x'])(
  'a profile with %j has those of its process',
  (line) => {
    expect(profilesWithOtherCredentials(`${section}${line}\n`, [folder])).toEqual([]);
  },
);

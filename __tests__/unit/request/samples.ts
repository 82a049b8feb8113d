import type { InputName } from '../../../src/request/inputs.ts';

/** Values of every input, for tests that look for what nobody thought of. The first is one that is accepted. */

const hub = 'arn:aws:iam::111111111111:role/hub';
const customer = 'arn:aws:iam::222222222222:role/deploy/customer';
const flags = ['true', 'false', 'TRUE', 'yes'] as const;
const numbers = ['3600', '15m', '0x10', '-1', '1e3', '٣٦٠٠'] as const;

export const samples: Readonly<Record<InputName, readonly [string, ...string[]]>> = {
  'role-arn': [hub, `${hub}\n${customer}`, 'arn:aws-cn:iam::111111111111:role/a/b/c', `${hub}\n\n`],
  'session-name': ['acme.shop@42', 'a', '{actor}', '{repository}-{ref_name}', '{nobody}'],
  'duration-seconds': numbers,
  'external-id': ['customer-7f3a', '-\nabc', '\n\nabc'],
  'session-tags': ['Project=shop\nTeam=blue', '=', 'a==b', 'ключ=значение', 'Branch={ref}'],
  'transitive-tag-keys': ['Project', 'Project,Team'],
  'workflow-tags': flags,
  'source-identity': ['fred', 'aws:x', '{actor}'],
  'session-policy': ['{"Version":"2012-10-17","Statement":[]}', '{', '[]', '"x"'],
  'session-policy-arns': ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
  'mfa-serial-number': ['arn:aws:iam::111111111111:mfa/fred'],
  'mfa-token-code': ['123456'],
  'credential-source': ['oidc', 'OIDC', 'none'],
  'access-key-id': ['AKIAIOSFODNN7EXAMPLE'],
  'secret-access-key': ['wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
  'session-token': ['IQoJb3JpZ2luX2VjEXAMPLE'],
  'web-identity-token-file': ['token.jwt', '../x', '/etc/passwd'],
  audience: ['sts.amazonaws.com'],
  region: ['eu-west-1', 'eu_west_1', 'cn-north-1', 'us-east-1a'],
  'sts-endpoint': ['https://sts.example.com', 'http://localhost:4566', 'http://sts.example.com', 'ftp://x'],
  'allowed-account-ids': ['111111111111', '111111111111,222222222222', '*'],
  'export-env': flags,
  profile: ['customer', 'default', 'a b', '[x]'],
  accounts: [
    `staging: ${customer}`,
    `{"a":{"role-arn":["${hub}","${customer}"],"external-id":"x1"}}`,
    'a: &x {}\nb: *x',
    '!!js/function x',
    '- a',
    '{"\\u0000a": {"role-arn": ""}}',
  ],
  'accounts-file': ['accounts.yml', '../accounts.yml'],
  'account-role': ['deploy/customer-deployment', '/deploy/x', customer, 'a b'],
  'account-external-id': ['customer-7f3a', 'a'],
  organization: [
    '{}',
    'under: ou-abcd-1a2b3c4d\ntags: { Env: prod }\nexcept: [222222222222]',
    'under:',
    'tag: x',
    '- a',
  ],
  'continue-on-account-error': flags,
  'output-credentials': flags,
  'mask-account-id': flags,
  'verify-identity': flags,
  'job-summary': ['always', 'never', 'sometimes'],
  'min-remaining-seconds': numbers,
  'timeout-seconds': numbers,
  'max-attempts': numbers,
  'propagation-wait-seconds': numbers,
};

/** The inputs of action.yml: one row each. A test compares the two, and fails for an input that nothing reads. */

/** One input. */
interface InputRow {
  /** As in action.yml; `''` where there is none. */
  readonly default: string;
  /**
   * GitHub passes an expression that comes to nothing as an empty string, and applies the default only to an input
   * that is left out (actions/runner, ActionRunner.cs). Where "nothing" would loosen something, it is an error.
   */
  readonly empty: 'is the default' | 'is an error';
  /** Registered with the runner the moment it is read, and never shown. */
  readonly secret?: true;
  /** An entry of `accounts` may have it: `own` has no default, `default` is the input's value where the entry has none. */
  readonly account?: 'own' | 'default';
  /** Values for tests that look for what nobody thought of. */
  readonly samples: readonly [string, ...string[]];
}

/** The words for "nothing", of inputs whose empty string is an error. */
const absent = ['none', 'any'];

const hub = 'arn:aws:iam::111111111111:role/hub';
const customer = 'arn:aws:iam::222222222222:role/deploy/customer';
const flags = ['true', 'false', 'TRUE', 'yes'] as const;
const numbers = ['3600', '15m', '0x10', '-1', '1e3', '٣٦٠٠'] as const;
const text = { default: '', empty: 'is the default' } as const;
const none = { default: 'none', empty: 'is an error' } as const;
const number = { empty: 'is the default', samples: numbers } as const;
const flag = { default: 'false', empty: 'is the default', samples: flags } as const;

export const inputs = {
  'role-arn': {
    ...{ ...text, account: 'own' },
    samples: [hub, `${hub}\n${customer}`, 'arn:aws-cn:iam::111111111111:role/a/b/c', `${hub}\n\n`],
  },
  'session-name': {
    ...{ ...text, account: 'default' },
    samples: ['acme.shop@42', 'a', '{actor}', '{repository}-{ref_name}', '{nobody}'],
  },
  'duration-seconds': { ...number, default: '3600', account: 'default' },
  'external-id': { ...none, account: 'own', samples: ['customer-7f3a', '-\nabc', '\n\nabc'] },
  'session-tags': {
    ...{ ...text, account: 'default' },
    samples: ['Project=shop\nTeam=blue', '=', 'a==b', 'ключ=значение', 'Branch={ref}'],
  },
  'transitive-tag-keys': { ...text, samples: ['Project', 'Project,Team'] },
  'workflow-tags': flag,
  'source-identity': { ...none, samples: ['fred', 'aws:x', '{actor}'] },
  'session-policy': {
    ...{ ...none, account: 'default' },
    samples: ['{"Version":"2012-10-17","Statement":[]}', '{', '[]', '"x"'],
  },
  'session-policy-arns': { ...none, account: 'default', samples: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] },
  'mfa-serial-number': { ...text, samples: ['arn:aws:iam::111111111111:mfa/fred'] },
  'mfa-token-code': { ...text, samples: ['123456'] },
  'credential-source': { default: 'auto', empty: 'is an error', samples: ['oidc', 'OIDC', 'none'] },
  'access-key-id': { ...none, secret: true, samples: ['AKIAIOSFODNN7EXAMPLE'] },
  'secret-access-key': { ...none, secret: true, samples: ['wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'] },
  'session-token': { ...none, secret: true, samples: ['IQoJb3JpZ2luX2VjEXAMPLE'] },
  'web-identity-token-file': { ...none, samples: ['token.jwt', '../x', '/etc/passwd'] },
  audience: { ...text, samples: ['sts.amazonaws.com'] },
  region: { ...text, account: 'default', samples: ['eu-west-1', 'eu_west_1', 'cn-north-1', 'us-east-1a'] },
  'sts-endpoint': {
    ...text,
    samples: ['https://sts.example.com', 'http://localhost:4566', 'http://sts.example.com', 'ftp://x'],
  },
  'allowed-account-ids': {
    ...{ default: 'any', empty: 'is an error' },
    samples: ['111111111111', '111111111111,222222222222', '*'],
  },
  'export-env': { default: 'auto', empty: 'is an error', samples: flags },
  profile: { ...none, samples: ['customer', 'default', 'a b', '[x]'] },
  accounts: {
    ...none,
    samples: [
      `staging: ${customer}`,
      `{"a":{"role-arn":["${hub}","${customer}"],"external-id":"x1"}}`,
      'a: &x {}\nb: *x',
      '!!js/function x',
      '- a',
      '{"\\u0000a": {"role-arn": ""}}',
    ],
  },
  'accounts-file': { ...none, samples: ['accounts.yml', '../accounts.yml'] },
  'account-role': { ...text, samples: ['deploy/customer-deployment', '/deploy/x', customer, 'a b'] },
  'account-external-id': { ...none, samples: ['customer-7f3a', 'a'] },
  organization: {
    ...none,
    samples: [
      '{}',
      'under: ou-abcd-1a2b3c4d\ntags: { Env: prod }\nexcept: [222222222222]',
      'under:',
      'tag: x',
      '- a',
    ],
  },
  'continue-on-account-error': flag,
  'output-credentials': flag,
  'mask-account-id': { ...flag, empty: 'is an error' },
  'verify-identity': { default: 'true', empty: 'is an error', samples: flags },
  'job-summary': {
    default: 'on-failure',
    empty: 'is the default',
    samples: ['always', 'never', 'sometimes'],
  },
  'min-remaining-seconds': { ...number, default: '0' },
  'timeout-seconds': { ...number, default: '60' },
  'max-attempts': { ...number, default: '5' },
  'propagation-wait-seconds': { ...number, default: '0' },
} as const satisfies Record<string, InputRow>;

type Rows = typeof inputs;

/** The name of an input, as users write it. */
export type InputName = keyof Rows;

/** A key that an entry of `accounts` may have. */
export type AccountKey = {
  [Name in InputName]: Rows[Name] extends { readonly account: string } ? Name : never;
}[InputName];

/** The inputs of which each has many accounts. */
export const listInputs = ['accounts', 'accounts-file', 'organization'] as const satisfies InputName[];

/** One row, by its name. */
export const rowOf = (name: InputName): InputRow => inputs[name];

/** In the order of action.yml. */
export const inputNames = Object.keys(inputs) as InputName[];

/** In the same order. */
export const accountKeys = inputNames.filter((name) => rowOf(name).account) as AccountKey[];

/** The text of every input: its default where it was left out, `''` where that, or what was given, is `none` or `any`. */
export type Inputs = Readonly<Record<InputName, string>>;

/** Inputs by name, as the runner passes them: one that was left out is absent. Names are in lower case. */
export type GivenInputs = Readonly<Record<string, string | undefined>>;

/** The inputs of which nothing was given. */
export const defaults: Inputs = Object.fromEntries(
  inputNames.map((name) => [name, valueOf(name, undefined)]),
) as Inputs;

/** @param given undefined: left out */
export function valueOf(name: InputName, given: string | undefined): string {
  const { default: otherwise } = rowOf(name);
  const value = given === undefined || given.trim() === '' ? otherwise : given;
  return value.trim() === otherwise && absent.includes(otherwise) ? '' : value;
}

/** Whether a text is the input's word for nothing in other letters: it could be meant as a name, or an external id. */
export function isWordInCapitals(name: InputName, text: string): boolean {
  const { default: word } = rowOf(name);
  const given = text.trim();
  return absent.includes(word) && given !== word && given.toLowerCase() === word;
}

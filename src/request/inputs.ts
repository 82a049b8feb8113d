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
}

/** The words for "nothing", of inputs whose empty string is an error. */
const absent = ['none', 'any'];

const text = { default: '', empty: 'is the default' } as const;
const none = { default: 'none', empty: 'is an error' } as const;
const flag = { ...text, default: 'false' } as const;

export const inputs = {
  'role-arn': { ...text, account: 'own' },
  'session-name': { ...text, account: 'default' },
  'duration-seconds': { ...text, default: '3600', account: 'default' },
  'external-id': { ...none, account: 'own' },
  'session-tags': { ...text, account: 'default' },
  'transitive-tag-keys': text,
  'workflow-tags': flag,
  'source-identity': none,
  'session-policy': { ...none, account: 'default' },
  'session-policy-arns': { ...none, account: 'default' },
  'mfa-serial-number': text,
  'mfa-token-code': text,
  'credential-source': { default: 'auto', empty: 'is an error' },
  'access-key-id': { ...none, secret: true },
  'secret-access-key': { ...none, secret: true },
  'session-token': { ...none, secret: true },
  'web-identity-token-file': none,
  audience: text,
  region: { ...text, account: 'default' },
  'sts-endpoint': text,
  'allowed-account-ids': { default: 'any', empty: 'is an error' },
  'export-env': { default: 'auto', empty: 'is an error' },
  profile: none,
  accounts: none,
  'accounts-file': none,
  'account-role': text,
  'account-external-id': none,
  organization: none,
  'continue-on-account-error': flag,
  'output-credentials': flag,
  'mask-account-id': { ...flag, empty: 'is an error' },
  'verify-identity': { default: 'true', empty: 'is an error' },
  'job-summary': { ...text, default: 'on-failure' },
  'min-remaining-seconds': { ...text, default: '0' },
  'timeout-seconds': { ...text, default: '60' },
  'max-attempts': { ...text, default: '5' },
  'propagation-wait-seconds': { ...text, default: '0' },
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

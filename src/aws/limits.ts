import { quoted } from '../text/quote.ts';

/**
 * What STS accepts. A wrong value is refused here, with the repair, because STS's own message often does not name it.
 * Source of every figure and pattern, unless a line says otherwise: AWS STS API Reference, AssumeRole and
 * AssumeRoleWithWebIdentity (the SDK for JavaScript checks none of them).
 */

/** Seconds. A session of less or more than this is refused whatever the role says. */
export const sessionSeconds = { least: 900, most: 43_200, usual: 3600 } as const;

/** Seconds. IAM User Guide, "Roles terms and concepts", role chaining: more is refused, not clamped. */
export const chainedSessionSeconds = 3600;

/** Characters of a plain text session policy (IAM and STS quotas). */
export const sessionPolicyLength = 2048;

/** Managed policies of one session. */
export const sessionPolicyArnCount = 10;

/** Tags of one request; characters of a key and of a value. */
export const tagLimits = { count: 50, key: 128, value: 256 } as const;

/** A parameter's rule: its length and its characters. */
export interface TextRule {
  readonly least: number;
  readonly most: number;
  readonly pattern: RegExp;
  /** The pattern in words, for a message. */
  readonly characters: string;
}

const nameCharacters = 'letters, digits and _ + = , . @ -';

/** RoleSessionName. */
export const sessionNameRule: TextRule = {
  least: 2,
  most: 64,
  pattern: /^[A-Za-z0-9_+=,.@-]*$/,
  characters: nameCharacters,
};

/** SourceIdentity; in addition it must not begin with `aws:`. */
export const sourceIdentityRule: TextRule = sessionNameRule;

/** ExternalId. */
export const externalIdRule: TextRule = {
  least: 2,
  most: 1224,
  pattern: /^[A-Za-z0-9_+=,.@:/-]*$/,
  characters: 'letters, digits and _ + = , . @ : / -',
};

/** SerialNumber of an MFA device. */
export const mfaSerialRule: TextRule = {
  least: 9,
  most: 256,
  pattern: /^[A-Za-z0-9_+=/:,.@-]*$/,
  characters: 'letters, digits and _ + = / : , . @ -',
};

/** AccessKeyId (IAM API Reference, AccessKey). */
export const accessKeyIdRule: TextRule = {
  least: 16,
  most: 128,
  pattern: /^[A-Za-z0-9_]*$/,
  characters: 'letters, digits and _',
};

/** Characters of a session tag's key and value, whatever their number. */
export const tagPattern = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** WebIdentityToken: characters. */
export const webIdentityTokenLength = { least: 4, most: 20_000 } as const;

/** How a text breaks a rule, in words that follow the text itself, or undefined where it keeps it. */
export function breach(text: string, rule: TextRule): string | undefined {
  if (text.length < rule.least) return `is shorter than ${rule.least} characters`;
  if (text.length > rule.most) return `is longer than ${rule.most} characters (${text.length})`;
  if (!rule.pattern.test(text))
    return `contains ${mismatches(text, rule)}: only ${rule.characters} are allowed`;
  return undefined;
}

/** Names what does not belong, so that a space at the end or a look-alike letter is seen. */
function mismatches(text: string, rule: TextRule): string {
  const found = new Set([...text].filter((character) => !rule.pattern.test(character)));
  const named = [...found]
    .slice(0, 5)
    .map((character) => (character === ' ' ? 'a space' : quoted(character)));
  return named.join(', ') + (found.size > 5 ? ' and more' : '');
}

/** The nearest text that keeps a rule of names: what is refused becomes `-`, what is too long is cut. */
export function nearestValid(text: string, rule: TextRule): string {
  return [...text.trim()]
    .map((character) => (rule.pattern.test(character) ? character : '-'))
    .join('')
    .slice(0, rule.most);
}

import { oneLine } from '../text/log-line.ts';
import { parsePolicyArn, type RoleArn } from '../aws/arn.ts';
import { sessionPolicyArnCount, sessionPolicyLength } from '../aws/limits.ts';
import { type Problems } from './problems.ts';
import { quoted } from '../text/quote.ts';
import { readLinesOrCommas } from './values.ts';

/** Session policies: they narrow what the last role may do. IAM User Guide, "Session policies". */

/**
 * `session-policy`: JSON, checked for what IAM demands of every statement, then minified, for STS counts characters.
 * @returns the minified policy, in which what STS refuses (anything beyond Latin-1) is escaped
 */
export function readSessionPolicy(text: string, problems: Problems): string | undefined {
  if (text.trim() === '') return undefined;
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch (error) {
    problems.say('session-policy', `is not JSON: ${oneLine((error as SyntaxError).message)}`);
    return undefined;
  }
  for (const rule of policyFaults(policy)) problems.say('session-policy', rule);
  const minified = text.replace(whiteSpace, '$1').replace(/[\u0100-\uffff]/g, unicodeEscape);
  if (minified.length > sessionPolicyLength) {
    const length = `has ${minified.length} characters without white space`;
    problems.say(
      'session-policy',
      `${length}: at most ${sessionPolicyLength} are allowed; move it to session-policy-arns`,
    );
  }
  return minified;
}

/** White space between JSON's tokens. Strings and numbers stay as they are written. */
const whiteSpace = /("(?:[^"\\]|\\.)*")|\s+/g;

const unicodeEscape = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

type PolicyObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is PolicyObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function policyFaults(policy: unknown): string[] {
  if (!isObject(policy)) return ['must be a JSON object with "Version" and "Statement"'];
  const version = policy['Version'];
  const faults =
    version === undefined || version === '2012-10-17' || version === '2008-10-17'
      ? []
      : [
          `has the Version ${quoted(typeof version === 'object' ? 'an object' : JSON.stringify(version))}: write "2012-10-17"`,
        ];
  const given = policy['Statement'];
  const statements: unknown[] = Array.isArray(given) ? given : given === undefined ? [] : [given];
  if (statements.length === 0) faults.push('has no "Statement"');
  return [
    ...faults,
    ...statements.flatMap((one, index) =>
      statementFaults(one).map((rule) => `statement ${index + 1} ${rule}`),
    ),
  ];
}

function statementFaults(statement: unknown): string[] {
  if (!isObject(statement)) return ['is not a JSON object'];
  const faults: string[] = [];
  const effect = statement['Effect'];
  if (effect !== 'Allow' && effect !== 'Deny') faults.push('needs an "Effect" of "Allow" or "Deny"');
  if (!('Action' in statement) && !('NotAction' in statement)) faults.push('needs an "Action"');
  if (!('Resource' in statement) && !('NotResource' in statement)) faults.push('needs a "Resource"');
  if ('Principal' in statement || 'NotPrincipal' in statement) {
    faults.push('has a "Principal", which belongs to trust policies: remove it');
  }
  return faults;
}

/** `session-policy-arns`: up to 10 managed policies, AWS's own or of the last role's account. */
export function readPolicyArns(text: string, role: RoleArn | undefined, problems: Problems): string[] {
  const arns = readLinesOrCommas(text);
  if (arns.length > sessionPolicyArnCount) {
    problems.say(
      'session-policy-arns',
      `has ${arns.length} entries: at most ${sessionPolicyArnCount} are allowed`,
    );
  }
  for (const [index, arn] of arns.entries()) {
    const parsed = parsePolicyArn(arn);
    if (arn === '') {
      problems.say('session-policy-arns', 'has an empty entry between commas: remove it');
    } else if (!parsed) {
      problems.add(
        'session-policy-arns',
        arn,
        'is not the ARN of a managed policy, as in arn:aws:iam::aws:policy/ReadOnlyAccess',
      );
    } else if (role && parsed.partition !== role.partition) {
      problems.add(
        'session-policy-arns',
        arn,
        `is not in the partition of the last role, ${role.partition}: name a policy of that partition`,
      );
    } else if (role && parsed.accountId !== 'aws' && parsed.accountId !== role.accountId) {
      problems.add(
        'session-policy-arns',
        arn,
        `is not in the account of the last role, ${role.accountId}: name a policy of that account, or one of AWS`,
      );
    }
    if (arn !== '' && arns.indexOf(arn) < index)
      problems.add('session-policy-arns', arn, 'is listed twice: remove one');
  }
  return arns;
}

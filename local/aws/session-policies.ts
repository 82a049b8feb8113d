import { NotEvaluated } from './conditions.ts';
import { listOf, type Parameters } from './parameters.ts';
import { checkPolicy } from './policy-check.ts';
import { Refusal, validationError } from './refusal.ts';
import type { AccountRole, PolicyDocument } from './spec.ts';

/** Session policies (AWS STS API Reference, AssumeRole: Policy and PolicyArns). */

/** The session policies of a request. Managed policies are checked and counted; their documents are not available here. */
export interface SessionPolicies {
  readonly inline: PolicyDocument | undefined;
  /** Percent of what a session may hold; undefined where neither policies nor tags were sent. */
  readonly packedPolicySize: number | undefined;
}

/** Characters of the policies' plain text and ARNs together. AWS compresses them first, in a way it does not document. */
const policyLimit = 2048;
/** Characters of keys and values; half of what fifty tags of full length would take, which AWS refuses too. */
const tagLimit = 4096;

/**
 * @param tagsLength characters of all tags, inherited ones included
 * @throws Refusal for an invalid document or ARN, for another account's policy, and above the limits; 501 for a document
 *   that is valid but cannot be evaluated here
 */
export function readSessionPolicies(
  parameters: Parameters,
  role: AccountRole,
  tagsLength: number,
): SessionPolicies {
  const { Policy: text } = parameters;
  const inline = text === undefined ? undefined : readDocument(text);
  const arns = listOf(parameters, 'PolicyArns', '.arn');
  for (const arn of arns) checkPolicyArn(arn, role);
  const length = [...(text ?? '')].length + arns.join('').length;
  if (length > policyLimit) throw tooLarge('session policy', length / policyLimit);
  if (tagsLength > tagLimit) throw tooLarge('session tags', tagsLength / tagLimit);
  const all = length + tagsLength;
  const packedPolicySize = all === 0 ? undefined : Math.ceil((100 * all) / (policyLimit + tagLimit));
  return { inline, packedPolicySize };
}

function tooLarge(what: string, share: number): Refusal {
  const text = `Packed size of ${what} consumes ${Math.ceil(share * 100)}% of allotted space.`;
  return new Refusal(400, 'PackedPolicyTooLarge', text);
}

function readDocument(text: string): PolicyDocument {
  try {
    const document = JSON.parse(text) as PolicyDocument;
    checkPolicy(document, 'permissions');
    return document;
  } catch (error) {
    if (error instanceof NotEvaluated) throw new Refusal(501, 'NotImplemented', error.message);
    throw new Refusal(400, 'MalformedPolicyDocument', 'Syntax errors in policy.');
  }
}

function checkPolicyArn(arn: string, { account }: AccountRole): void {
  const [, partition, owner] = /^arn:([a-z-]+):iam::(\d{12}|aws):policy\/[!-~]+$/.exec(arn) ?? [];
  if (owner === undefined || partition !== (account.partition ?? 'aws'))
    throw validationError(`ARN ${arn} is not valid.`);
  if (owner !== 'aws' && owner !== account.id)
    throw validationError(`Policy ARN ${arn} is not in the same account as the role.`);
}

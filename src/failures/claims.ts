import { oneLine } from '../text/log-line.ts';
import type { Claims } from '../aws/web-identity-token.ts';
import { facts, text, type Part, type FailureContext } from './explanation.ts';
import { textOf } from './statements.ts';

/** What the refused token says, for comparing with the trust policy. */

/** Claims that a trust policy can test (IAM User Guide, "Available keys for AWS OIDC federation", January 2026). */
const testable = [
  'iss',
  'aud',
  'sub',
  'repository',
  'repository_id',
  'ref',
  'environment',
  'job_workflow_ref',
  'workflow',
  'actor',
  'actor_id',
  'enterprise_id',
];

/** The claims of the token that was sent. */
export const claimsIn = ({ failure }: FailureContext): Claims => failure.attempt.claims ?? {};

/** The claims that are there, in a fixed order. */
export function claimFacts(context: FailureContext): Part[] {
  const claims = claimsIn(context);
  const list = testable.flatMap((name) => {
    const value = oneLine(textOf(claims[name]));
    return value === '' ? [] : [[name, value] as const];
  });
  return list.length === 0 ? [] : [text('The token says:'), facts(list)];
}

import { oneLine } from '../text/log-line.ts';
import type { Claims } from '../aws/web-identity-token.ts';
import type { Fact, FailureContext } from './explanation.ts';
import { textOf } from './statements.ts';

/** The claims of the token that was refused, to compare with the trust policy. */

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

/** A claim for a sentence; empty where the token does not have it. */
export const claimIn = (context: FailureContext, name: string): string =>
  oneLine(textOf(claimsIn(context)[name]));

/** The claims that the token has, in a fixed order. */
export function claimFacts(context: FailureContext): Fact[] {
  return testable.flatMap((name) => {
    const value = claimIn(context, name);
    return value === '' ? [] : [[name, value] as const];
  });
}

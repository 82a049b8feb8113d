import { oneLine } from '../text/log-line.ts';
import { quoted } from '../text/quote.ts';
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

/**
 * Why AWS has no use for the claims, in words that follow the token's name: it reads these three, and its identity providers
 * are https URLs, but for Google's (IAM User Guide, "Create an OpenID Connect (OIDC) identity provider in IAM").
 */
export function claimFault(context: FailureContext): string | undefined {
  const missing = ['iss', 'aud', 'sub'].find((name) => claimIn(context, name) === '');
  if (missing !== undefined) return `has no ${missing} claim, and AWS requires iss, aud and sub`;
  const issuer = claimIn(context, 'iss');
  if (/^https:\/\/[^\s/]\S*$/.test(issuer) || issuer === 'accounts.google.com') return undefined;
  return `has iss ${quoted(issuer)}, and AWS requires an https URL`;
}

/** The claims that the token has, in a fixed order. */
export function claimFacts(context: FailureContext): Fact[] {
  return testable.flatMap((name) => {
    const value = claimIn(context, name);
    return value === '' ? [] : [[name, value] as const];
  });
}

import { adviceOn } from '../sources/sources.ts';
import { isWebIdentity } from '../aws/plan.ts';
import { oneLine } from '../text/log-line.ts';
import { claimFacts, claimsIn } from './claims.ts';
import {
  json,
  known,
  roleInWords,
  steps,
  text,
  tried,
  type Explanation,
  type KnownAnswer,
  type FailureContext,
} from './explanation.ts';
import { issuerName, providerArn, textOf, webIdentityTrust } from './statements.ts';

/** What STS says to a web identity, and what it means. Its texts name neither the role nor the caller. */

/** Repositories created, renamed or transferred after 15 July 2026 have ids in their subjects (GitHub changelog 2026-04-23). */
const immutable = /^repo:[^/:]+@\d+\/[^/:]+@\d+:/;

function refused(context: FailureContext): Explanation {
  const claims = claimsIn(context);
  const { role } = context.hop;
  const issuer = issuerName(textOf(claims['iss']));
  const subject = textOf(claims['sub']);
  return {
    title: 'The role does not admit this token',
    advice: `The trust policy of ${roleInWords(role.text)} must admit the token's subject ${oneLine(subject)}: the policy to paste is in the log.`,
    parts: [
      tried(context),
      ...claimFacts(context),
      text('AWS gives this one answer for all of the following. Compare, in this order:'),
      steps(
        `the role: is there a ${role.name} in account ${role.accountId}, with this path, upper and lower case the same? AWS answers alike for a role that does not exist`,
        `the trust policy's "Principal": is it {"Federated": "${providerArn(role, issuer)}"}?`,
        `its condition ${issuer}:sub: does it admit the subject above, letter by letter? Case counts, and * works with StringLike alone`,
        immutable.test(subject)
          ? 'the subject has the immutable form repo:OWNER@ID/REPO@ID:…, as those of all repositories created, renamed or transferred after 15 July 2026: a policy for repo:OWNER/REPO:… no longer matches'
          : undefined,
        `its condition ${issuer}:aud: is it ${oneLine(textOf(claims['aud']))}?`,
      ),
      text('This trust policy admits exactly this caller:'),
      json(webIdentityTrust(role, claims)),
    ],
  };
}

function keysOutOfReach(context: FailureContext): Explanation {
  const issuer = oneLine(textOf(claimsIn(context)['iss']));
  return {
    title: 'AWS could not fetch the keys of the issuer',
    advice: `AWS did not get the signing keys of ${issuer}, ${context.failure.tries} tries in a row: run the job again.`,
    parts: [
      tried(context),
      ...claimFacts(context),
      steps(
        "with github.com's issuer this passes: run the job again, or raise max-attempts",
        `with any other, ${issuer}/.well-known/openid-configuration and the keys it names must be reachable from the internet`,
      ),
    ],
  };
}

function expired(context: FailureContext): Explanation {
  return {
    title: 'The token has expired',
    advice: adviceOn(context.plan.base).expiredToken,
    parts: [tried(context), ...claimFacts(context)],
  };
}

function notAToken(context: FailureContext): Explanation {
  return {
    title: 'The token was refused',
    advice:
      "STS cannot use the token: it must be an ID token of an OIDC issuer that the role's account knows.",
    parts: [tried(context), ...claimFacts(context)],
  };
}

const invalid = ['InvalidIdentityToken', 'InvalidIdentityTokenException'];
const byToken = ({ failure }: FailureContext): boolean =>
  failure.attempt.operation === 'AssumeRoleWithWebIdentity';

/** The answers to AssumeRoleWithWebIdentity. */
export const webIdentityAnswers: readonly KnownAnswer[] = [
  {
    matches: ({ code }, context) =>
      code === 'AccessDenied' && byToken(context) && isWebIdentity(context.plan.base.kind),
    explain: refused,
  },
  known(invalid, /couldn't retrieve verification key/i, keysOutOfReach),
  known(['IDPCommunicationError', 'IDPCommunicationErrorException'], /^/, keysOutOfReach),
  known(['ExpiredTokenException'], /^/, expired),
  known([...invalid, 'IDPRejectedClaim', 'IDPRejectedClaimException'], /^/, notAToken),
];

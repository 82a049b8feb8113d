import { isWebIdentity } from '../aws/plan.ts';
import { adviceOn } from '../sources/sources.ts';
import { callerFirst, callerOf, hopPrefix, isOrganizations, rolesInWords } from './caller.ts';
import { onlyIfMeant } from './source-choice.ts';
import { claimFault, claimIn, claimsIn } from './claims.ts';
import { createRoleParts } from './create-role.ts';
import { readDenial } from './denial.ts';
import {
  json,
  report,
  shell,
  text,
  type Explainer,
  type FailureContext,
  type Part,
  type Report,
} from './explanation.ts';
import { clockStep } from './signature.ts';
import { issuerName, providerArn, webIdentityTrust } from './statements.ts';
import { existsStep, replaceTrust, showTrust } from './trust-commands.ts';

/** Answers to AssumeRoleWithWebIdentity. A denial usually names neither the role nor the caller. */

/** A token that no policy and no provider can admit. */
export const explainClaims: Explainer = (context) => {
  const { attempt } = context.failure;
  const fault = attempt.claims && claimFault(context);
  if (fault === undefined) return undefined;
  if (!isAboutToken(context.answer.code) && !readDenial(context.answer, attempt)) return undefined;
  return report('Token not valid', `${callerFirst(context)} ${fault}: use a token of an OIDC issuer.`);
};

const isAboutToken = (code: string): boolean =>
  /^(InvalidIdentityToken|IDPRejectedClaim)(Exception)?$/.test(code);

export const explainWebIdentity: Explainer = (context) => {
  const { code, text: words } = context.answer;
  if (code === 'IDPCommunicationError' || code === 'IDPCommunicationErrorException')
    return keysOutOfReach(context);
  if (isAboutToken(code) && /couldn't retrieve verification key/i.test(words)) return keysOutOfReach(context);
  // AWS Organizations has the same code for the caller's session.
  if (code === 'ExpiredTokenException' && !isOrganizations(context)) return expired(context);
  if (isAboutToken(code)) return notAToken(context);
  const byToken =
    context.failure.attempt.operation === 'AssumeRoleWithWebIdentity' &&
    isWebIdentity(context.plan.base.kind);
  return byToken && readDenial(context.answer, context.failure.attempt) ? denied(context) : undefined;
};

/** Repositories created, renamed or transferred after 15 July 2026 have ids in their subjects (GitHub changelog 2026-04-23). */
const immutable = /^repo:[^/:]+@\d+\/[^/:]+@\d+:/;

function denied(context: FailureContext): Report {
  const { role } = context.hop;
  const issuer = issuerName(claimIn(context, 'iss'));
  const subject = claimIn(context, 'sub');
  return report(
    'Token not trusted by role',
    `${hopPrefix(context)}The trust policy of ${rolesInWords(context.roles)} does not admit the subject ${subject}, or there is no such role: compare the policy with the token's claims.`,
    {
      steps: [
        existsStep(role),
        `"Principal" in the trust policy: is it {"Federated": "${providerArn(role, issuer)}"}? \`${showTrust(role.name)}\``,
        `the condition on ${issuer}:sub: does it admit ${subject}, character by character? It is case-sensitive, and * works only with StringLike`,
        immutable.test(subject)
          ? 'the subject has the immutable form repo:OWNER@ID/REPO@ID:…, as in every repository created, renamed or transferred after 15 July 2026: a condition on repo:OWNER/REPO:… no longer matches'
          : undefined,
        `the condition on ${issuer}:aud: is it ${claimIn(context, 'aud')}?`,
      ],
      paste: [...trustPolicyParts(context), ...createRoleParts(context)],
    },
  );
}

/** A whole trust policy, which replaces the old one. */
export function trustPolicyParts(context: FailureContext): Part[] {
  const { role } = context.hop;
  const meant = onlyIfMeant(context.surroundings);
  return [
    text(
      `${meant}${meant === '' ? 'T' : 't'}his trust policy admits exactly this caller. It replaces the whole policy. To keep other callers, add only its statement to "Statement":`,
    ),
    json(webIdentityTrust(role, claimsIn(context))),
    ...(context.roles.length > 1
      ? [text(`In each account, write its own id instead of ${role.accountId}.`)]
      : []),
    shell(replaceTrust(role.name)),
  ];
}

function keysOutOfReach(context: FailureContext): Report {
  const issuer = claimIn(context, 'iss') || 'the issuer';
  const { tries } = context.failure;
  const times = tries > 1 ? ` in ${tries} attempts` : '';
  return report(
    'Issuer keys not retrieved',
    `AWS could not retrieve the signing keys of ${issuer}${times}: run the job again.`,
    {
      steps: [
        "with github.com's issuer this is temporary: run the job again, or raise max-attempts",
        `with any other issuer, ${issuer}/.well-known/openid-configuration and the keys that it names must be reachable from the internet`,
      ],
    },
  );
}

const expired = ({ plan }: FailureContext): Report =>
  report('Token expired', adviceOn(plan.base).expiredToken, { steps: [clockStep] });

function notAToken(context: FailureContext): Report {
  return report(
    'Token not valid',
    `STS cannot use the token of ${claimIn(context, 'iss') || callerOf(context)}: it must be one complete JWT, signed with a key that its issuer publishes.`,
    {
      steps: [
        'the token: is it one complete JWT, and nothing else?',
        'the signature: is the key that signed the token still published by the issuer?',
      ],
    },
  );
}

import { oneLine } from '../text/log-line.ts';
import { claimFacts, claimsIn } from './claims.ts';
import {
  known,
  shell,
  text,
  tried,
  type Explanation,
  type KnownAnswer,
  type Part,
  type FailureContext,
} from './explanation.ts';
import { providerArn, textOf } from './statements.ts';
import type { Claims } from '../aws/web-identity-token.ts';

/** Answers that are about the IAM identity provider in the role's account: absent, or not set up for this token. */

function noProvider(context: FailureContext): Explanation {
  const { role } = context.hop;
  const claims = claimsIn(context);
  const issuer = textOf(claims['iss']) || (/for (https:\/\/\S+)/.exec(context.answer.text)?.[1] ?? '');
  return {
    title: 'No identity provider in the account',
    advice: `Account ${role.accountId} has no IAM identity provider for ${oneLine(issuer)}: create one there.`,
    parts: [
      tried(context),
      ...claimFacts(context),
      text(
        `The provider must be in the role's own account, ${role.accountId}, and its URL the token's "iss" to the letter:`,
      ),
      shell(
        `aws iam create-open-id-connect-provider --url ${quoteIssuer(issuer)} --client-id-list ${audienceOf(claims)}`,
      ),
      ...enterprise(issuer),
      text('Other accounts are reached from there: add their roles to role-arn, one a line.'),
    ],
  };
}

/** Issuers of GitHub other than github.com's, whose providers are easily created for the wrong URL. */
function enterprise(issuer: string): Part[] {
  if (issuer === 'https://token.actions.githubusercontent.com') return [];
  if (issuer.includes('/_services/token')) {
    return [
      text(
        'This is the issuer of a GitHub Enterprise Server: AWS must reach its /.well-known/jwks from the internet.',
      ),
    ];
  }
  if (/\.ghe\.com(\/|$)/.test(issuer))
    return [text('This is the issuer of a GHE.com enterprise, not the one of github.com.')];
  if (issuer.startsWith('https://token.actions.githubusercontent.com/')) {
    return [
      text("The enterprise's name is part of this issuer: a provider for the URL without it does not serve."),
    ];
  }
  return [];
}

function wrongAudience(context: FailureContext): Explanation {
  const claims = claimsIn(context);
  const provider = providerArn(context.hop.role, textOf(claims['iss']));
  const audience = audienceOf(claims);
  return {
    title: 'Wrong audience',
    advice: `The identity provider does not know the token's audience ${audience}: add it there, or set the input audience to one it knows.`,
    parts: [
      tried(context),
      ...claimFacts(context),
      text("Add the audience to the provider's client ids:"),
      shell(
        `aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${quoteIssuer(provider)} --client-id ${audience}`,
      ),
    ],
  };
}

function thumbprint(context: FailureContext): Explanation {
  const issuer = textOf(claimsIn(context)['iss']);
  return {
    title: 'Outdated thumbprint',
    advice: `The identity provider of account ${context.hop.role.accountId} holds a thumbprint that no longer fits: update it.`,
    parts: [
      tried(context),
      ...claimFacts(context),
      text(
        "AWS no longer looks at it for github.com's issuer. For others, give the provider the certificate's new thumbprint:",
      ),
      shell(
        `aws iam update-open-id-connect-provider-thumbprint --open-id-connect-provider-arn ${quoteIssuer(providerArn(context.hop.role, issuer))} --thumbprint-list THUMBPRINT`,
      ),
    ],
  };
}

const audienceOf = (claims: Claims): string => shellWord(textOf(claims['aud']) || 'sts.amazonaws.com');
const quoteIssuer = (issuer: string): string => shellWord(issuer);

/** A word for a shell, in quotes where it needs them. */
function shellWord(word: string): string {
  const clean = oneLine(word);
  return /^[\w./:@=+-]+$/.test(clean) ? clean : `'${clean.replaceAll("'", "'\\''")}'`;
}

const invalid = ['InvalidIdentityToken', 'InvalidIdentityTokenException'];

/** The answers about the provider. */
export const providerAnswers: readonly KnownAnswer[] = [
  known(invalid, /no openidconnect provider found/i, noProvider),
  known(invalid, /incorrect token audience/i, wrongAudience),
  known(invalid, /thumbprint/i, thumbprint),
];

import { oneLine } from '../text/log-line.ts';
import { shellWord } from '../text/shell.ts';
import type { Claims } from '../aws/web-identity-token.ts';
import { claimsIn } from './claims.ts';
import { createRoleParts } from './create-role.ts';
import { report, shell, type Explainer, type FailureContext, type Report } from './explanation.ts';
import { providerArn, textOf } from './statements.ts';

/** Answers about the IAM identity provider in the role's account: it does not exist, or does not fit the token. */

export const explainIdentityProvider: Explainer = (context) => {
  const { code, text } = context.answer;
  if (code !== 'InvalidIdentityToken' && code !== 'InvalidIdentityTokenException') return undefined;
  if (/no openidconnect provider found/i.test(text)) return noProvider(context);
  if (/incorrect token audience/i.test(text)) return wrongAudience(context);
  if (/thumbprint/i.test(text)) return thumbprint(context);
  return undefined;
};

function noProvider(context: FailureContext): Report {
  const {
    hop: { role },
    roles: { length },
  } = context;
  const claims = claimsIn(context);
  const issuer = textOf(claims['iss']);
  return report(
    'No OIDC identity provider',
    `${length === 1 ? `Account ${role.accountId} has` : `${length} accounts have`} no IAM identity provider for ${oneLine(issuer)}: create it ${length === 1 ? 'there' : 'in each'}.`,
    {
      steps: [
        `the provider must be in the role's own account${length === 1 ? `, ${role.accountId}` : ''}, and its URL must be the token's "iss", character by character`,
        issuerNote(issuer),
        'other accounts need no provider: add their roles to role-arn, one a line, after a role of this account',
      ],
      paste: [
        shell(
          `aws iam create-open-id-connect-provider --url ${shellWord(issuer)} --client-id-list ${audienceOf(claims)}`,
        ),
        ...createRoleParts(context),
      ],
    },
  );
}

/** For issuers of GitHub other than github.com's, whose providers are easily created for the wrong URL. */
function issuerNote(issuer: string): string | undefined {
  if (issuer === 'https://token.actions.githubusercontent.com') return undefined;
  if (issuer.includes('/_services/token'))
    return 'this is the issuer of a GitHub Enterprise Server: AWS must reach its /.well-known/jwks from the internet';
  if (/\.ghe\.com(\/|$)/.test(issuer)) return 'this is the issuer of a GHE.com enterprise, not of github.com';
  if (issuer.startsWith('https://token.actions.githubusercontent.com/'))
    return "the enterprise's name is part of this issuer: a provider for the URL without it does not work";
  return undefined;
}

function wrongAudience(context: FailureContext): Report {
  const claims = claimsIn(context);
  const provider = providerArn(context.hop.role, textOf(claims['iss']));
  const audience = audienceOf(claims);
  return report(
    'Incorrect token audience',
    `The identity provider does not accept the token's audience ${audience}: add it to the provider, or set the input audience to one that it accepts.`,
    {
      paste: [
        shell(
          `aws iam get-open-id-connect-provider --open-id-connect-provider-arn ${shellWord(provider)} --query ClientIDList`,
          `aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${shellWord(provider)} --client-id ${audience}`,
        ),
      ],
    },
  );
}

function thumbprint(context: FailureContext): Report {
  const provider = providerArn(context.hop.role, textOf(claimsIn(context)['iss']));
  return report(
    'Outdated provider thumbprint',
    `The identity provider of account ${context.hop.role.accountId} has a thumbprint that no longer matches the issuer's certificate: update it.`,
    {
      steps: ["AWS no longer checks it for github.com's issuer; other issuers need the new thumbprint"],
      paste: [
        shell(
          `aws iam update-open-id-connect-provider-thumbprint --open-id-connect-provider-arn ${shellWord(provider)} --thumbprint-list THUMBPRINT`,
        ),
      ],
    },
  );
}

const audienceOf = (claims: Claims): string => shellWord(textOf(claims['aud']));

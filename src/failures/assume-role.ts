import { callerFirst, hopPrefix, principalOf, roleName, rolesInWords, externalIdInput } from './caller.ts';
import { createCustomerRoleParts } from './create-role.ts';
import { readDenial } from './denial.ts';
import { report, shell, type Explainer, type FailureContext, type Report } from './explanation.ts';
import { permissionParts } from './permissions.ts';
import { trustParts } from './policy-remedies.ts';
import { inherited, needsExternalId } from './statements.ts';
import { existsStep, showTrust } from './trust-commands.ts';

/** Answers to AssumeRole: denials without a reason, MFA, the root user, and sessions that are too long. */

export const explainAssumeRole: Explainer = (context) => {
  const { code, text } = context.answer;
  if (code === 'ValidationError') {
    if (/exceeds the MaxSessionDuration/i.test(text)) return tooLongForRole(context);
    if (/1 hour session limit/i.test(text)) return tooLongForChain(context);
  }
  const denial = readDenial(context.answer, context.failure.attempt);
  if (denial === undefined || context.failure.attempt.operation !== 'AssumeRole') return undefined;
  if (text.includes('MultiFactorAuthentication failed')) return wrongMfa(context);
  if (/may not be assumed by root/i.test(text)) return rootCaller();
  switch (denial.action) {
    case 'sts:TagSession':
      return missingCompanion(context, 'sts:TagSession', tagReason(context));
    case 'sts:SetSourceIdentity':
      return missingCompanion(context, 'sts:SetSourceIdentity', identityReason(context));
    default:
      return denied(context);
  }
};

/** Roles of this step that have the same name but for its case. */
function caseMisses({ roles: [role], surroundings }: FailureContext): string | undefined {
  const other = surroundings.roles?.find(
    ({ name }) => name !== role.name && name.toLowerCase() === role.name.toLowerCase(),
  );
  return (
    other &&
    `the role's name: this step also uses ${other.name} (account ${other.accountId}), which differs in upper and lower case. Names of roles are case-sensitive`
  );
}

/** The account of the role that reads the organization, where a role of that account was refused. */
function readerAccount(context: FailureContext): string | undefined {
  const home = principalOf(context)?.accountId;
  const refused = context.roles.some(({ accountId }) => accountId === home);
  return context.surroundings.list === 'organization' && refused ? home : undefined;
}

/** Right on its own too: the line of an account has no steps below it. */
function firstCheck(
  near: string | undefined,
  home: string | undefined,
  { first, count }: { readonly first: string; readonly count: number },
): string {
  if (near !== undefined) return 'check the spelling of the role first';
  if (home === undefined) return `check ${first} first`;
  const others = count === 1 ? 'otherwise' : 'for the others,';
  return `if ${home} is the management account, list it in except of organization; ${others} check ${first} first`;
}

/** AWS answers alike for a dozen causes. In the order of what it most often is. */
function denied(context: FailureContext): Report {
  const { hop, roles } = context;
  const words = rolesInWords(roles);
  const sendsNone = hop.externalId === undefined;
  const needed = needsExternalId(hop, 'sts:AssumeRole', principalOf(context)?.accountId);
  const near = caseMisses(context);
  const home = readerAccount(context);
  const first = sendsNone && !needed ? 'the trust policy' : 'the external id';
  return report(
    'AssumeRole access denied',
    `${callerFirst(context)} may not assume ${words}${sendsNone && needed ? ', and no external-id was sent' : ''}: ${firstCheck(near, home, { first, count: roles.length })}.`,
    {
      steps: [
        near,
        home &&
          `account ${home}: the role that reads the organization is in it. A stack set of the organization creates no role in the management account`,
        sendsNone
          ? needed
            ? `the external id: none was sent (a secret that does not exist is empty). If the trust policy has a condition on sts:ExternalId, set ${externalIdInput(context)} to that value, and leave the policy as it is`
            : undefined
          : `the external id: compare ${externalIdInput(context)} with sts:ExternalId in the trust policy, character by character`,
        `the trust policy of ${words}: does it name ${principalOf(context)?.arn ?? 'the caller'}? \`${showTrust(roleName(context))}\``,
        `the permissions of the caller: do they allow sts:AssumeRole on ${roles[0].text}? Across accounts, both sides must allow it`,
        existsStep(hop.role),
        'an explicit deny: a service control policy, a permissions boundary, or a session policy of the caller',
      ],
      paste: [...trustParts(context), ...permissionParts(context), ...createCustomerRoleParts(context)],
    },
  );
}

const tagReason = (context: FailureContext): string =>
  inherited(context).tags
    ? 'the session inherits tags (transitive-tag-keys)'
    : 'session tags were sent (session-tags, workflow-tags)';

const identityReason = (context: FailureContext): string =>
  inherited(context).sourceIdentity
    ? 'the session inherits a source identity (source-identity)'
    : 'a source identity was sent (source-identity)';

/** `sts:TagSession` and `sts:SetSourceIdentity` must be allowed on both sides, beside `sts:AssumeRole`. */
function missingCompanion(
  context: FailureContext,
  action: 'sts:TagSession' | 'sts:SetSourceIdentity',
  reason: string,
): Report {
  const title =
    action === 'sts:TagSession' ? 'sts:TagSession is not allowed' : 'sts:SetSourceIdentity is not allowed';
  return report(
    title,
    `${hopPrefix(context)}${action} is not allowed on ${rolesInWords(context.roles)}, but ${reason}: allow it in the trust policy and in the caller's permissions.`,
    { paste: [...trustParts(context), ...permissionParts(context)] },
  );
}

function wrongMfa({ hop, answer }: FailureContext): Report {
  const serial = hop.mfa?.serialNumber ?? '';
  return report(
    'MFA code refused',
    /serial number/i.test(answer.text)
      ? `AWS could not validate the code with the MFA device ${serial}: check mfa-serial-number, which must be a device of the IAM user that calls.`
      : 'The code in mfa-token-code is not the one that the MFA device shows now: run the job again with a new code.',
    {
      steps: [
        'the code: each is valid once, for about 30 seconds. A job that waits for a runner uses it too late',
        `the device: ${serial} must belong to the IAM user of access-key-id`,
      ],
    },
  );
}

const rootCaller = (): Report =>
  report(
    'Root user cannot assume roles',
    "The access key belongs to an account's root user, which cannot assume roles: use GitHub's OIDC token or an IAM user.",
    { steps: ['delete the access keys of the root user: no policy limits them'] },
  );

/** For jobs that are longer than their session may be. */
const useProfile =
  'for a job that takes longer, set the input profile: its credentials renew themselves, however short each session is';

function tooLongForRole(context: FailureContext): Report {
  const { durationSeconds } = context.hop;
  const name = roleName(context);
  return report(
    'MaxSessionDuration exceeded',
    `duration-seconds is ${durationSeconds}, more than the MaxSessionDuration of ${rolesInWords(context.roles)}: lower it, use profile, or raise the role's maximum.`,
    {
      steps: [useProfile],
      paste: [
        shell(
          `aws iam get-role --role-name ${name} --query Role.MaxSessionDuration`,
          `aws iam update-role --role-name ${name} --max-session-duration ${durationSeconds}`,
        ),
      ],
    },
  );
}

function tooLongForChain({ hop, index, plan }: FailureContext): Report {
  const base =
    index === 1
      ? `The base credentials (${plan.base.kind}) are a role's session, so this role is chained`
      : 'This role is chained';
  return report(
    'Role chaining one-hour limit',
    `${base}, and duration-seconds is ${hop.durationSeconds}: set it to 3600 or less, and use profile for a longer job.`,
    {
      steps: [
        'AWS limits the session of a chained role to one hour, whatever the MaxSessionDuration of the role',
        useProfile,
        "or start from credentials that are not a session: GitHub's OIDC token for this role itself, or an IAM user's access key",
      ],
    },
  );
}

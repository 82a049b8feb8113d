import {
  callerOf,
  json,
  known,
  principalOf,
  roleInWords,
  shell,
  steps,
  text,
  tried,
  type Explanation,
  type KnownAnswer,
  type Part,
  type FailureContext,
} from './explanation.ts';
import { actionsOf, permissionStatement, trustStatement } from './statements.ts';

/** AccessDenied to AssumeRole: one code, and mostly one text, for a dozen causes. */

/** What the chain carries on, so that later roles must allow it too. */
function inherited({ plan, index }: FailureContext): { tags: boolean; sourceIdentity: boolean } {
  const before = plan.hops.slice(0, index - 1);
  return {
    tags: before.some((hop) => hop.transitiveTagKeys.length > 0),
    sourceIdentity: before.some((hop) => hop.sourceIdentity !== undefined),
  };
}

/** The two statements that let this caller assume this role. */
function statements(context: FailureContext): Part[] {
  const { hop } = context;
  const actions = actionsOf(hop, inherited(context));
  const principal = principalOf(context) ?? 'THE-CALLERS-ARN';
  return [
    text(
      `For the trust policy of ${roleInWords(hop.role.text)}${hop.externalId === undefined ? ', unless it asks for an external id' : ''}:`,
    ),
    json(trustStatement(principal, actions, hop.externalId !== undefined)),
    text(`For the permissions of ${principal}:`),
    json(permissionStatement(hop.role, actions)),
  ];
}

/** IAM appends which kind of policy was missing, or denied, where it may say so (IAM User Guide, "Access denied errors"). */
function hint({ answer }: FailureContext): string | undefined {
  const because =
    /because (no .*? policy allows|.*explicit deny).*$/i.exec(answer.text)?.[0] ??
    /with an explicit deny.*$/i.exec(answer.text)?.[0];
  return because ? `STS says it: "${because}"` : undefined;
}

function externalIdStep({ hop }: FailureContext): string {
  return hop.externalId === undefined
    ? "the external id: none was sent (a secret that does not exist is empty). If the trust policy's condition has sts:ExternalId, give it in the input external-id, and leave the policy as it is"
    : "the external id: one was sent. It must be the trust policy's sts:ExternalId, letter by letter";
}

function refused(context: FailureContext): Explanation {
  const { hop, index, plan } = context;
  const { role } = hop;
  const place = plan.hops.length > 1 ? `Hop ${index} of ${plan.hops.length}: ` : '';
  return {
    title: 'A role was refused',
    advice: `${place}${callerOf(context)} may not assume ${roleInWords(role.text)}: what to check, and the statements to paste, are in the log.`,
    parts: [
      tried(context),
      text('AWS gives this one answer for all of the following. Check, in this order:'),
      steps(
        hint(context),
        `the trust policy of ${roleInWords(role.text)}: does it name the caller?`,
        externalIdStep(context),
        `the caller's own permissions: may it call sts:AssumeRole on ${role.text}? Across accounts both sides must allow it`,
        `the role: it may not exist, AWS answers the same. Is there a ${role.name} in account ${role.accountId}, with this path, upper and lower case the same?`,
        'an explicit deny: a service control policy, a permission boundary, or a session policy of the caller',
      ),
      ...statements(context),
    ],
  };
}

/** `sts:TagSession` and `sts:SetSourceIdentity`, each needed on both sides. */
function companion(action: string, what: (context: FailureContext) => string) {
  return (context: FailureContext): Explanation => {
    const side = /role trust policy|resource-based policy/i.test(context.answer.text)
      ? 'the trust policy of the role'
      : /identity-based policy/i.test(context.answer.text)
        ? "the caller's permissions"
        : "the role's trust policy or the caller's permissions";
    return {
      title: `${action} is not allowed`,
      advice: `${roleInWords(context.hop.role.text)}: ${action} is missing in ${side}; both must allow it.`,
      parts: [
        tried(context),
        text(`${what(context)} It takes ${action} beside sts:AssumeRole, on both sides.`),
        ...(hint(context) === undefined ? [] : [text(`${hint(context) ?? ''}.`)]),
        ...statements(context),
      ],
    };
  };
}

const tagSession = companion('sts:TagSession', (context) =>
  inherited(context).tags
    ? 'The session carries tags that it inherits from an earlier role of the chain (transitive-tag-keys).'
    : 'Session tags were sent (session-tags, workflow-tags).',
);

const setSourceIdentity = companion('sts:SetSourceIdentity', (context) =>
  inherited(context).sourceIdentity
    ? 'The session carries the source identity that was set earlier in the chain.'
    : 'A source identity was sent (source-identity).',
);

function wrongMfa(context: FailureContext): Explanation {
  return {
    title: 'MFA refused',
    advice: 'The code of mfa-token-code is not the one that the device shows now.',
    parts: [
      tried(context),
      steps(
        'the code: each is good once, for about 30 seconds. A job that waits for a runner comes too late',
        `the device: ${context.hop.mfa?.serialNumber ?? 'none was given'} must belong to the IAM user whose keys were given`,
      ),
    ],
  };
}

function rootCaller(context: FailureContext): Explanation {
  return {
    title: 'Root may not assume roles',
    advice:
      "The base credentials are the account's root user's: use an IAM user's keys, or better GitHub's OIDC token.",
    parts: [
      tried(context),
      text('Delete the access keys of the root user: they cannot be limited by any policy.'),
    ],
  };
}

function tooLongForRole(context: FailureContext): Explanation {
  const { hop } = context;
  const { role, durationSeconds } = hop;
  return {
    title: 'Longer than the role allows',
    advice: `duration-seconds is ${durationSeconds}, more than the MaxSessionDuration of ${roleInWords(role.text)}: lower the one or raise the other.`,
    parts: [
      tried(context),
      text("To raise the role's maximum:"),
      shell(`aws iam update-role --role-name ${role.name} --max-session-duration ${durationSeconds}`),
    ],
  };
}

function tooLongForChain(context: FailureContext): Explanation {
  const { hop, index, plan } = context;
  const base =
    index === 1
      ? `The base credentials (${plan.base.kind}) are a role's session themselves, so that this role is chained.`
      : 'This role is chained.';
  return {
    title: 'Longer than a chain allows',
    advice: `duration-seconds is ${hop.durationSeconds}: AWS allows a chained role 3600 at most, whatever its MaxSessionDuration.`,
    parts: [
      tried(context),
      text(base),
      steps(
        'set duration-seconds to 3600 or less',
        "or start from credentials that are no session: GitHub's OIDC token on the role itself, or an IAM user's keys",
      ),
    ],
  };
}

const denied = 'AccessDenied';

/** The answers to AssumeRole that are about who may assume what, and for how long. */
export const assumeRoleAnswers: readonly KnownAnswer[] = [
  known(denied, /not authorized to perform: sts:TagSession/, tagSession),
  known(denied, /not authorized to perform: sts:SetSourceIdentity/, setSourceIdentity),
  known(denied, /MultiFactorAuthentication failed/, wrongMfa),
  known(denied, /may not be assumed by root/i, rootCaller),
  known(denied, /^/, refused),
  known('ValidationError', /exceeds the MaxSessionDuration/i, tooLongForRole),
  known('ValidationError', /1 hour session limit/i, tooLongForChain),
];

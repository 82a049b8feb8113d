import {
  known,
  steps,
  text,
  tried,
  type Explanation,
  type KnownAnswer,
  type FailureContext,
} from './explanation.ts';

/** Answers about what was sent along: tags, policies, sizes, regions. */

const about =
  (title: string, advice: string | ((context: FailureContext) => string), ...hints: readonly string[]) =>
  (context: FailureContext): Explanation => ({
    title,
    advice: typeof advice === 'string' ? advice : advice(context),
    parts: [tried(context), ...(hints.length > 0 ? [steps(...hints)] : [])],
  });

const tooBig = (context: FailureContext): string => {
  const size = /(\d+)%/.exec(context.answer.text)?.[0];
  return `Session policies and tags together are too big for STS${size ? ` (${size} of what it takes)` : ''}: shorten them.`;
};

/** Regions that every account has from the start; elsewhere tokens of the global endpoint are not valid (IAM User Guide). */
const defaultRegions =
  /^(us-(east|west)-[12]|ap-(northeast-[123]|south-1|southeast-[12])|ca-central-1|eu-(central-1|north-1|west-[123])|sa-east-1)$/;

function regionOff({ plan, hop, ...context }: FailureContext): Explanation {
  const { region } = plan.sts;
  return {
    title: 'STS is off in this region',
    advice: `STS is not activated in ${region} for the account: activate it in the IAM console (Account settings), or use another region.`,
    parts: [
      tried({ plan, hop, ...context }),
      text(
        `For regions that are on by default, the role's account (${hop.role.accountId}) must have STS active there; for others, the caller's account too.`,
      ),
    ],
  };
}

function unknownKey(context: FailureContext): Explanation {
  const { plan, index } = context;
  const { region } = plan.sts;
  const optIn = defaultRegions.test(region)
    ? undefined
    : `the region: ${region} must be enabled in both accounts, and a token of STS's global endpoint is not valid there: use one of the same region`;
  const keys =
    plan.base.kind === 'access-key'
      ? 'access-key-id (and session-token)'
      : `the base credentials (${plan.base.kind})`;
  const whose = index === 1 ? keys : 'the credentials of the hop before';
  const origin = plan.base.kind === 'ambient' && index === 1 ? plan.base.origin : {};
  const mixed =
    origin['AWS_ACCESS_KEY_ID']?.startsWith('AKIA') && origin['AWS_SESSION_TOKEN']
      ? "the session token: AWS_SESSION_TOKEN is set, and an IAM user's key (AKIA…) has none. It is an earlier step's: set it to the empty text for this step, or give the keys as inputs"
      : undefined;
  return {
    title: 'Unknown access key',
    advice: `AWS does not know ${whose}${optIn ? `, or not in ${region}` : ''}.`,
    parts: [
      tried(context),
      steps(
        mixed,
        optIn,
        'the key: was it deleted, deactivated, or is it of another partition?',
        index === 1 && plan.base.kind === 'access-key'
          ? 'temporary keys (ASIA…) need their own session-token, whole and of the same session'
          : undefined,
      ),
    ],
  };
}

function wrongSignature(context: FailureContext): Explanation {
  const { plan, index, answer } = context;
  if (/Signature (expired|not yet current)/i.test(answer.text)) {
    return {
      title: 'Clock skew',
      advice: "This machine's clock is more than 15 minutes off AWS's: set it (NTP).",
      parts: [
        tried(context),
        text('The request was signed again with the time of the answer, and was refused once more.'),
      ],
    };
  }
  const byInput = index === 1 && plan.base.kind === 'access-key';
  return {
    title: 'Wrong secret key',
    advice: byInput
      ? 'secret-access-key does not belong to access-key-id.'
      : 'The secret key does not belong to the access key, or something on the way changed the request.',
    parts: [
      tried(context),
      steps(
        byInput
          ? "the secret: was it pasted whole, into the right name, and not its id or another key's?"
          : undefined,
        'a proxy that rewrites requests breaks their signature',
      ),
    ],
  };
}

const better =
  "keep in secrets only keys that do not expire, or better none: with `id-token: write` the job gets GitHub's OIDC token";
const later =
  'keys that an earlier step exported do not renew: have that step write a profile, or use the action again after it';

function expiredBase(context: FailureContext): Explanation {
  const { plan, index } = context;
  const byInput = plan.base.kind === 'access-key';
  const which = byInput
    ? 'access-key-id, secret-access-key and session-token'
    : `the base credentials (${plan.base.kind})`;
  return {
    title: 'Expired credentials',
    advice:
      index === 1
        ? `The session of ${which} has expired: get new ones.`
        : 'The session of the hop before has expired already.',
    parts: [tried(context), ...(index === 1 ? [steps(byInput ? better : later)] : [])],
  };
}

const policyHints = ['the input session-policy, or the policies of session-policy-arns'] as const;

/** The answers that are about a request's parameters or its signature. */
export const parameterAnswers: readonly KnownAnswer[] = [
  known(
    'InvalidParameterValue',
    /conflicts with a transitive tag key/i,
    about(
      'Tag already inherited',
      'session-tags sets a key that the session inherits as a transitive tag: it cannot be set again.',
      "the caller's session had the tag before this chain began: leave it out here",
    ),
  ),
  known(
    'InvalidParameterValue',
    /duplicate tag keys/i,
    about('Tag key twice', 'session-tags has a key twice: STS does not tell upper and lower case apart.'),
  ),
  known(
    'InvalidParameterValue',
    /transitive tag key must be included/i,
    about(
      'Transitive key without its tag',
      'transitive-tag-keys names a key that session-tags does not set.',
    ),
  ),
  known(
    ['PackedPolicyTooLarge', 'PackedPolicyTooLargeException'],
    /^/,
    about(
      'Policies and tags too big',
      tooBig,
      'session-policy: shorten it, or move it to session-policy-arns',
      'session-tags: fewer or shorter ones; workflow-tags adds eight',
      'tags that the session inherits count too',
    ),
  ),
  known(
    ['MalformedPolicyDocument', 'MalformedPolicyDocumentException'],
    /^/,
    about('Policy refused', 'STS cannot use session-policy: its message says what is wrong.', ...policyHints),
  ),
  known(['RegionDisabledException'], /^/, regionOff),
  known('InvalidClientTokenId', /^/, unknownKey),
  known('SignatureDoesNotMatch', /^/, wrongSignature),
  known('ExpiredToken', /^/, expiredBase),
];

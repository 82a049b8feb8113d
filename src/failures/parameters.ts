import { adviceOn } from '../sources/sources.ts';
import { noAdvice } from '../sources/source.ts';
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
  const advice = adviceOn(plan.base);
  const whose = index === 1 ? advice.keys : 'the credentials of the hop before';
  return {
    title: 'Unknown access key',
    advice: `AWS does not know ${whose}${optIn ? `, or not in ${region}` : ''}.`,
    parts: [
      tried(context),
      steps(
        ...(index === 1 ? advice.unknownKey : []),
        optIn,
        'the key: was it deleted, deactivated, or is it of another partition?',
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
  const { advice, steps: look } = index === 1 ? adviceOn(plan.base).wrongSecret : noAdvice.wrongSecret;
  return {
    title: 'Wrong secret key',
    advice:
      advice ??
      'The secret key does not belong to the access key, or something on the way changed the request.',
    parts: [tried(context), steps(...look, 'a proxy that rewrites requests breaks their signature')],
  };
}

function expiredBase(context: FailureContext): Explanation {
  const { plan, index } = context;
  const { session, expiredKeys } = adviceOn(plan.base);
  return {
    title: 'Expired credentials',
    advice:
      index === 1
        ? `The session of ${session} has expired: get new ones.`
        : 'The session of the hop before has expired already.',
    parts: [tried(context), ...(index === 1 ? [steps(...expiredKeys)] : [])],
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

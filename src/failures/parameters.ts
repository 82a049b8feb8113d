import { report, type Explainer, type FailureContext, type Report } from './explanation.ts';
import { explainSignature } from './signature.ts';

/** Answers about what was sent: tags, policies, sizes, regions. */

export const explainParameters: Explainer = (context) => {
  const { code, text } = context.answer;
  switch (code) {
    case 'InvalidParameterValue':
      return tagFault(text);
    case 'PackedPolicyTooLarge':
    case 'PackedPolicyTooLargeException':
      return tooLarge(text);
    case 'MalformedPolicyDocument':
    case 'MalformedPolicyDocumentException':
      return report(
        'Malformed session policy',
        `STS cannot use the session policy (${text.replace(/\.$/, '')}): correct session-policy, or the policies of session-policy-arns.`,
      );
    case 'RegionDisabledException':
      return regionDisabled(context);
    default:
      return explainSignature(context);
  }
};

function tagFault(text: string): Report | undefined {
  if (/conflicts with a transitive tag key/i.test(text))
    return report(
      'Session tag already inherited',
      'session-tags sets a key that the session already has as a transitive tag: remove it from session-tags.',
      { steps: ['a tag that the session had before this step cannot be changed or set again'] },
    );
  if (/duplicate tag keys/i.test(text))
    return report(
      'Duplicate tag keys',
      'session-tags lists a key twice: remove one. STS does not distinguish upper and lower case in keys.',
    );
  if (/transitive tag key must be included/i.test(text))
    return report(
      'Transitive tag not set',
      'transitive-tag-keys names a key that session-tags does not set: add the tag, or remove the key.',
    );
  return undefined;
}

function tooLarge(text: string): Report {
  const size = /(\d+)%/.exec(text)?.[0];
  return report(
    'Packed policy too large',
    `Session policies and session tags together are too large for STS${size ? ` (${size} of the limit)` : ''}: shorten them.`,
    {
      steps: [
        'session-policy: shorten it, or move it to managed policies (session-policy-arns)',
        'session-tags: send fewer or shorter ones. workflow-tags adds eight',
        'tags that the session inherits count too',
      ],
    },
  );
}

function regionDisabled({ plan }: FailureContext): Report {
  const { region } = plan.sts;
  return report(
    'STS disabled in region',
    `STS is not activated in ${region} for the account: activate it in the IAM console under "Account settings", or set the input region to another one.`,
    {
      steps: [
        "for regions that are enabled by default, STS must be active in the role's account",
        "for regions that are not, also in the caller's account",
      ],
    },
  );
}

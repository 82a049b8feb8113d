import { callerFirst, callerOf, isOrganizations } from './caller.ts';
import { report, type Explainer, type Report } from './explanation.ts';
import { permissionParts } from './permissions.ts';

/** Answers of AWS Organizations, asked by the input `organization`. */

/** Who can read an organization at all (AWS Organizations User Guide, "Delegated administrator for AWS Organizations"). */
export const readersStep =
  'the account: only the management account and accounts of delegated administrators can read the organization. Let role-arn end at a role of such an account';

/** Every answer but denials with a reason, throttling and the network's. */
export const explainOrganizations: Explainer = (context) => {
  if (!isOrganizations(context)) return undefined;
  const caller = callerOf(context);
  const { subject, operation } = context.failure.attempt;
  switch (context.answer.code) {
    case 'AccessDenied':
    case 'AccessDeniedException':
      return report(
        'Organizations access denied',
        `${callerFirst(context)} may not read the organization: use a role of the management account, or of a delegated administrator's account, that has the policy below.`,
        { steps: [readersStep, delegationStep], paste: permissionParts(context) },
      );
    case 'AWSOrganizationsNotInUseException':
      return report(
        'Account not in an organization',
        `The account of ${caller} is not in an AWS organization: the last role of role-arn must be in the management account.`,
      );
    case 'ParentNotFoundException':
    case 'InvalidInputException':
      return operation === 'ListTagsForResource' ? undefined : unknownParent(subject);
    case 'TargetNotFoundException':
      return report(
        'Organization not read',
        `Account ${subject ?? ''} left the organization while it was read: run the job again.`,
      );
    default:
      return undefined;
  }
};

const delegationStep =
  'a delegated administrator: the management account runs `aws organizations register-delegated-administrator`, or allows reading in the resource policy of the organization';

const unknownParent = (id = ''): Report =>
  report(
    'Organizational unit not found',
    `The root or organizational unit ${id} in organization, under, does not exist: correct its id.`,
    {
      steps: [
        'list the ids: `aws organizations list-roots`, then `aws organizations list-organizational-units-for-parent --parent-id ID`',
        'the organization: role-arn must end at a role of the organization that the unit is in',
      ],
    },
  );

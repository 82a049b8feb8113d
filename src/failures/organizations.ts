import { callerOf, isOrganizations } from './caller.ts';
import { report, type Explainer } from './explanation.ts';
import { permissionParts } from './policies.ts';

/** Answers of AWS Organizations, asked by the input `organization`. */

/** Every answer but denials, throttling and the network's. */
export const explainOrganizations: Explainer = (context) => {
  if (!isOrganizations(context)) return undefined;
  const caller = callerOf(context);
  switch (context.answer.code) {
    case 'AccessDenied':
    case 'AccessDeniedException':
      return report(
        'Organizations access denied',
        `${caller} may not read the organization: attach the policy below to it, in the management account or in a delegated administrator's account.`,
        {
          steps: [
            'the account: only the management account and delegated administrators can read the organization',
          ],
          paste: permissionParts(context),
        },
      );
    case 'AWSOrganizationsNotInUseException':
      return report(
        'Account not in an organization',
        `The account of ${caller} is not in an AWS organization: the last role of role-arn must be in the management account.`,
      );
    case 'ParentNotFoundException':
    case 'TargetNotFoundException':
    case 'InvalidInputException':
      return report(
        'Organizational unit not found',
        'A root or organizational unit in organization, under, does not exist: correct its id (r-… or ou-…).',
        {
          steps: [
            'list them: aws organizations list-roots, aws organizations list-organizational-units-for-parent',
          ],
        },
      );
    default:
      return undefined;
  }
};

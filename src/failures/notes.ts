import { externalIdInput } from './caller.ts';
import { externalIdPlaceholder } from './statements.ts';
import type { FailureContext } from './explanation.ts';

/** Sentences below a statement to paste. */

/** What the placeholder of an external id stands for. */
export const externalIdNote = (context: FailureContext): string =>
  context.hop.externalId === undefined
    ? `${externalIdPlaceholder} is the external id that the policy already has, or a new one: set ${externalIdInput(context)} to the same value. Never remove an existing sts:ExternalId condition.`
    : `${externalIdPlaceholder} is the value of ${externalIdInput(context)}.`;

/** Stands for the ARN of a caller that AWS does not name. */
export const callerPlaceholder = 'CALLER-ARN';

export const callerNote = `${callerPlaceholder} is what \`aws sts get-caller-identity --query Arn\` shows with the same credentials. For the session of a role, write the ARN of the role.`;

/** A session's ARN omits the path of its role. */
export const pathNote = ({ name, accountId }: { name: string; accountId: string }): string =>
  `AWS does not show the path of role ${name} of account ${accountId}. If it has one, the principal needs it: aws iam get-role --role-name ${name} --query Role.Arn`;

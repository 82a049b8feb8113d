import { accountIdPattern, parseRoleArn } from '../aws/arn.ts';
import type { Inputs } from './inputs.ts';
import type { Problems } from './problems.ts';

/** Accounts that are given by their id: `account-role` names the role in each. */

/** Checks `account-role`, once for all accounts. @returns its name with its path; undefined where it is not usable */
export function readAccountRole(inputs: Inputs, problems: Problems): string | undefined {
  const role = inputs['account-role'].trim().replace(/^\//, '');
  if (role === '') return undefined;
  if (role.startsWith('arn:')) {
    problems.add(
      'account-role',
      role,
      'is an ARN: give the name of the role, with its path, as in deploy/app',
    );
    return undefined;
  }
  const wrong = parseRoleArn(`arn:aws:iam::123456789012:role/${role}`);
  if (typeof wrong !== 'string') return role;
  problems.add('account-role', role, 'is not the name of a role, with its path, as in deploy/app');
  return undefined;
}

/** Whether an entry is an account's id. One that lost its leading zeros, or has the console's dashes, is an error later. */
export const isAccountId = (text: string): boolean => /^(?:\d{1,12}|\d{4}-\d{4}-\d{4})$/.test(text.trim());

/**
 * The ARN of the role in an account.
 * @param partition `aws`, `aws-cn`, …
 * @returns `''` where it cannot be made, which is reported
 */
export function roleInAccount(
  id: string,
  role: string | undefined,
  partition: string,
  problems: Problems,
): string {
  if (!accountIdPattern.test(id.trim())) {
    const repair = id.includes('-')
      ? `write ${id.trim().replaceAll('-', '')}, without dashes`
      : 'put it in quotes if it begins with 0';
    problems.add('role-arn', id, `is not an account id, which is 12 digits: ${repair}`);
    return '';
  }
  if (role === undefined) return '';
  return `arn:${partition}:iam::${id.trim()}:role/${role}`;
}

import type { RoleArn } from '../aws/arn.ts';

/** What to check of a role, and the commands for its trust policy. */

/** AWS does not say whether a role exists. */
export const existsStep = ({ text }: RoleArn): string =>
  `the role: does ${text} exist, with this path and in this upper and lower case? AWS gives the same answer for a role that does not exist`;

/** @param name of the role */
export const showTrust = (name: string): string =>
  `aws iam get-role --role-name ${name} --query Role.AssumeRolePolicyDocument`;

/** @param name of the role */
export const replaceTrust = (name: string): string =>
  `aws iam update-assume-role-policy --role-name ${name} --policy-document file://trust.json`;

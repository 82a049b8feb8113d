import type { RoleArn } from '../aws/arn.ts';
import type { Problems } from './problems.ts';
import { countRoles, readExternalIds, readRoles } from './roles.ts';
import type { Inputs } from './inputs.ts';

/** The roles at the beginning of every target's chain. */
export interface SharedRoles {
  readonly roles: readonly RoleArn[];
  /** How many were given, right or wrong. */
  readonly count: number;
  readonly externalIds: readonly (string | undefined)[];
}

/** A step without them. */
export const noRoles: SharedRoles = { roles: [], count: 0, externalIds: [] };

/** `role-arn` and `external-id` of a step with `accounts`. */
export function readSharedRoles(inputs: Inputs, problems: Problems): SharedRoles {
  const count = countRoles(inputs['role-arn']);
  if (count > 0) {
    return {
      roles: readRoles(inputs['role-arn'], problems),
      count,
      externalIds: readExternalIds(inputs['external-id'], count, problems),
    };
  }
  if (inputs['external-id'].trim() !== '') {
    problems.say(
      'external-id',
      'belongs to role-arn, which is not given: set external-id in the entries of accounts',
    );
  }
  return noRoles;
}

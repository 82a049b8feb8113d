import { basename, dirname } from 'node:path';

/**
 * The key that decrypts the base credentials of a step's plans. It is only in the job's environment, and the encrypted
 * credentials only in the step's private folder: either is useless alone. Each step has a key of its own, so that the
 * post step of one does not take away another's.
 */

const prefix = 'ASSUME_ROLE_CHAIN_KEY_';

/** The variable of a step's key. @param stepId the name of the step's folder, a UUID */
export const keyVariableOf = (stepId: string): string => `${prefix}${stepId.slice(0, 8).toUpperCase()}`;

/** Whether {@link keyVariableOf} can have made this name. */
export const isKeyVariable = (name: string): boolean => /^ASSUME_ROLE_CHAIN_KEY_[0-9A-F]{8}$/.test(name);

/** The variable of the key for a plan in a step's folder. */
export const keyVariableOfPlan = (planPath: string): string => keyVariableOf(basename(dirname(planPath)));

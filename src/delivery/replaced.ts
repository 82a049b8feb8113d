import { fingerprint } from '../profiles/encrypt.ts';
import { isAsSet, type Changed } from './restore.ts';
import { accessKeys } from './secret-variables.ts';

/** By these clients choose a profile, where the step exported one: boto3 and the AWS CLI 1 prefer the second. */
const profileVariables = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'];

/** By these the AWS CLI, boto3, Terraform and the SDKs choose between a profile and another identity. */
const decisive = ['AWS_CONFIG_FILE', ...accessKeys, 'AWS_WEB_IDENTITY_TOKEN_FILE'];

/**
 * Variables by which the job's tools may have used another identity than the profiles of the step. The previous value of
 * one is not counted: the step's own `env:`, which hides the job's, has it in the post step too.
 * @param left the access keys that the step left as they were
 */
export function replacedVariables(
  changed: readonly Changed[],
  secrets: Readonly<Record<string, string>>,
  environment: NodeJS.ProcessEnv,
  left: readonly Changed[] = [],
): string[] {
  const own = new Map([...left, ...changed].map((one) => [one.name, one]));
  const names = [...(own.has('AWS_PROFILE') ? profileVariables : []), ...decisive];
  return names.filter((name) => {
    const value = environment[name] ?? '';
    const one = own.get(name) ?? { name, set: fingerprint('') };
    return value !== (secrets[name] ?? one.before) && !isAsSet(one, environment);
  });
}

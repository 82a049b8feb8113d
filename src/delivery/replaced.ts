import { fingerprint } from '../profiles/encrypt.ts';
import { isAsSet, type Changed } from './restore.ts';

/** By these the AWS CLI, boto3, Terraform and the SDK for Go choose between a profile and another identity. */
const decisive = ['AWS_PROFILE', 'AWS_CONFIG_FILE', 'AWS_ACCESS_KEY_ID', 'AWS_WEB_IDENTITY_TOKEN_FILE'];

/**
 * Variables by which the job's tools may have used another identity than the profile that the step exported. The previous
 * value of one is not counted: the step's own `env:`, which hides the job's, has it in the post step too.
 * @returns none for a step that exported no profile
 */
export function replacedVariables(
  changed: readonly Changed[],
  secrets: Readonly<Record<string, string>>,
  environment: NodeJS.ProcessEnv,
): string[] {
  const own = new Map(changed.map((one) => [one.name, one]));
  if (!own.has('AWS_PROFILE')) return [];
  return decisive.filter((name) => {
    const value = environment[name] ?? '';
    const one = own.get(name) ?? { name, set: fingerprint('') };
    return value !== (secrets[name] ?? one.before) && !isAsSet(one, environment);
  });
}

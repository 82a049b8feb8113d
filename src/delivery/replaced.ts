import { fingerprint } from '../profiles/encrypt.ts';
import type { Findings } from './findings.ts';
import { isAsSet, type Changed } from './restore.ts';
import { minioUsers, outranking } from './secret-variables.ts';

/** By these clients choose a profile, where the step exported one: boto3 and the AWS CLI 1 prefer the second. */
const profileVariables = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'];

/** By these some clients choose another identity than the profile, or when a renewal fails; most use the profile all the same. */
const forSome = [
  ...minioUsers,
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
];

/** By these clients choose between a profile and another identity. variable-rules.ts says which clients. */
const decisive = [...new Set(['AWS_CONFIG_FILE', ...outranking, 'AWS_WEB_IDENTITY_TOKEN_FILE', ...forSome])];

/** Whether most clients use the profile, although a later step changed these variables. */
export const affectsOnlySome = (replaced: readonly string[]): boolean =>
  replaced.every((name) => forSome.includes(name));

/**
 * Variables by which the job's tools may have used another identity than the profiles of the step. The previous value of
 * one is not counted: the step's own `env:`, which hides the job's, has it in the post step too.
 * @param left what outranks the profiles, and the step left as it was
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

/**
 * The SDKs for JavaScript and .NET 3 prefer AWS_PROFILE to exported keys. Where no file has the profile, clients have failed.
 * @param left AWS_PROFILE, where it was set before the step, which has warned of it
 */
export async function reportLaterProfile(
  left: readonly Changed[],
  environment: NodeJS.ProcessEnv,
  findings: Findings,
): Promise<void> {
  if (!environment['AWS_PROFILE'] || left.some((one) => isAsSet(one, environment))) return;
  const { faultOfProfile } = await import(/* webpackChunkName: 'profiles' */ '../profiles/user-files.ts');
  if (faultOfProfile(environment, []) === undefined)
    findings.warn(
      'A later step changed AWS_PROFILE, so tools with the SDK for JavaScript or .NET 3 may have run as another identity.',
    );
}

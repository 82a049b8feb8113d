import type { Base } from '../aws/plan.ts';

/** Variables that lead the AWS SDK elsewhere before it asks for the instance role. */
const before = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

/**
 * Whether a base is the runner's instance role: what the SDK finds when nothing else is there.
 * @param hasDefaultProfile whether the user's config or credentials file has a default profile
 */
export function isInstanceRole(base: Base, hasDefaultProfile: () => boolean): boolean {
  if (base.kind !== 'ambient') return false;
  return !before.some((name) => base.origin[name]) && !hasDefaultProfile();
}

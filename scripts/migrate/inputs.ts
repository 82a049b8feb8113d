/**
 * What each input of aws-actions/configure-aws-credentials (v6.3, action.yml) becomes; docs/migrating.md has the same as a
 * table.
 */

/** The inputs of a step as texts; `''` where one was not given. */
export type Given = (name: string) => string;

/** What becomes of one input. */
export type Fate =
  | { readonly kind: 'rename'; readonly to: string }
  | { readonly kind: 'replace'; readonly to: string; readonly value: string }
  /** A variable of the step's environment takes its place. */
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'remove' };

/** What a step becomes. */
export interface Conversion {
  readonly fates: ReadonlyMap<string, Fate>;
  readonly added: readonly (readonly [string, string])[];
  /** What somebody must decide, each a sentence or two. */
  readonly decisions: readonly string[];
  /** What will be different, and mostly needs nothing. */
  readonly notes: readonly string[];
}

const renamed: Readonly<Record<string, string>> = {
  'aws-region': 'region',
  'role-to-assume': 'role-arn',
  'aws-access-key-id': 'access-key-id',
  'aws-secret-access-key': 'secret-access-key',
  'aws-session-token': 'session-token',
  'web-identity-token-file': 'web-identity-token-file',
  audience: 'audience',
  'mask-aws-account-id': 'mask-account-id',
  'role-duration-seconds': 'duration-seconds',
  'role-session-name': 'session-name',
  'role-external-id': 'external-id',
  'transitive-tag-keys': 'transitive-tag-keys',
  'inline-session-policy': 'session-policy',
  'managed-session-policies': 'session-policy-arns',
  'output-credentials': 'output-credentials',
  'output-env-credentials': 'export-env',
  'allowed-account-ids': 'allowed-account-ids',
  'sts-endpoint': 'sts-endpoint',
  'retry-max-attempts': 'max-attempts',
  'action-timeout-s': 'timeout-seconds',
  'aws-profile': 'profile',
};

const environment: Readonly<Record<string, string>> = { 'http-proxy': 'HTTPS_PROXY', 'no-proxy': 'NO_PROXY' };

/** Settled below, or without a counterpart. */
const special = [
  'role-chaining',
  'role-skip-session-tagging',
  'custom-tags',
  'overwrite-aws-profile',
  'unset-current-credentials',
  'disable-retry',
  'special-characters-workaround',
  'use-existing-credentials',
  'force-skip-oidc',
  'translate-env-variables',
];

/** Every input that is known. */
export const knownInputs: readonly string[] = [
  ...Object.keys(renamed),
  ...Object.keys(environment),
  ...special,
];

/** Outputs of theirs by their names here. */
export const outputs: Readonly<Record<string, string>> = {
  'aws-account-id': 'account-id',
  'authenticated-arn': 'assumed-role-arn',
  'aws-access-key-id': 'access-key-id',
  'aws-secret-access-key': 'secret-access-key',
  'aws-session-token': 'session-token',
  'aws-expiration': 'expiration',
};

/** What becomes of an input, where its value does not matter. */
export function usualFate(name: string): Fate | undefined {
  const to = renamed[name];
  if (to !== undefined) return { kind: 'rename', to };
  const variable = environment[name];
  if (variable !== undefined) return { kind: 'environment', variable };
  return special.includes(name) ? { kind: 'remove' } : undefined;
}

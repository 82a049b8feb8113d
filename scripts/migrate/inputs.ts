import type { InputName } from '../../src/request/inputs.ts';
import type { Version } from './versions.ts';

/** The inputs and outputs of aws-actions/configure-aws-credentials, each with its name here. docs/migrating.md has them as tables. */

/** One input of the other action. */
export interface TheirInput {
  /** Its name here, where its value mostly means the same. */
  readonly to?: InputName;
  /** The variable of the step's environment that takes its place. */
  readonly variable?: string;
  /** The release that brought it; earlier ones ignored it. Left out where every release that is in use has it. */
  readonly since?: Version;
  /** The release from which it was also read from a variable of that name in capitals. */
  readonly byVariableSince?: Version;
  /** What this action accepts for "not given", where an empty value is an error. */
  readonly empty?: 'none' | 'any' | 'auto' | 'false';
  readonly boolean?: true;
}

const always = '4.2.0';

/** Every input of every release. */
export const theirInputs: Readonly<Record<string, TheirInput>> = {
  'role-to-assume': { to: 'role-arn', byVariableSince: always },
  'aws-region': { to: 'region', byVariableSince: always },
  'aws-access-key-id': { to: 'access-key-id', empty: 'none' },
  'aws-secret-access-key': { to: 'secret-access-key', empty: 'none' },
  'aws-session-token': { to: 'session-token', empty: 'none' },
  'web-identity-token-file': { to: 'web-identity-token-file', empty: 'none', byVariableSince: always },
  'role-chaining': { since: '2.1.0', byVariableSince: always, boolean: true },
  audience: { to: 'audience', byVariableSince: always },
  'role-duration-seconds': { to: 'duration-seconds', byVariableSince: always },
  'role-session-name': { to: 'session-name', byVariableSince: always },
  'role-external-id': { to: 'external-id', empty: 'none', byVariableSince: always },
  'role-skip-session-tagging': { byVariableSince: always, boolean: true },
  'transitive-tag-keys': { to: 'transitive-tag-keys', since: '6.0.0', byVariableSince: '6.0.0' },
  'custom-tags': { since: '6.2.0' },
  'inline-session-policy': { to: 'session-policy', empty: 'none', since: '2.2.0', byVariableSince: always },
  'managed-session-policies': {
    ...{ to: 'session-policy-arns', empty: 'none', since: '2.2.0', byVariableSince: always },
  },
  'mask-aws-account-id': { to: 'mask-account-id', empty: 'false', byVariableSince: always, boolean: true },
  'allowed-account-ids': { to: 'allowed-account-ids', empty: 'any', since: '5.0.0' },
  'output-credentials': {
    ...{ to: 'output-credentials', since: '3.0.0', byVariableSince: always, boolean: true },
  },
  'output-env-credentials': { to: 'export-env', empty: 'auto', since: '4.3.0', boolean: true },
  'aws-profile': { to: 'profile', empty: 'none', since: '6.1.0' },
  'overwrite-aws-profile': { since: '6.1.0', byVariableSince: '6.1.0', boolean: true },
  'unset-current-credentials': { since: '3.0.0', byVariableSince: always, boolean: true },
  'use-existing-credentials': { since: '4.2.0', byVariableSince: always },
  'force-skip-oidc': { since: '5.0.0', boolean: true },
  'disable-retry': { since: '3.0.0', byVariableSince: always, boolean: true },
  'retry-max-attempts': { to: 'max-attempts', since: '3.0.0', byVariableSince: always },
  'action-timeout-s': { to: 'timeout-seconds', since: '5.1.0' },
  'special-characters-workaround': { since: '3.0.0', byVariableSince: always, boolean: true },
  'http-proxy': { variable: 'HTTPS_PROXY' },
  'no-proxy': { variable: 'NO_PROXY', since: '5.1.0' },
  'sts-endpoint': { to: 'sts-endpoint', since: '6.1.0' },
  'translate-env-variables': { since: '6.3.0', boolean: true },
};

/** The other action's outputs, with their names here. */
export const outputs: Readonly<Record<string, string>> = {
  'aws-account-id': 'account-id',
  'authenticated-arn': 'assumed-role-arn',
  'aws-access-key-id': 'access-key-id',
  'aws-secret-access-key': 'secret-access-key',
  'aws-session-token': 'session-token',
  'aws-expiration': 'expiration',
};

/** The conversion of one input of a step. */
export type Fate =
  /** The value stays as it is written. */
  | { readonly kind: 'rename'; readonly to: string }
  /** For an expression: the value to use if the expression is empty. */
  | { readonly kind: 'otherwise'; readonly to: string; readonly value: string; readonly asText: boolean }
  | { readonly kind: 'replace'; readonly to: string; readonly value: string }
  | { readonly kind: 'remove' };

/** What a step becomes. */
export interface Conversion {
  readonly fates: ReadonlyMap<string, Fate>;
  readonly added: readonly (readonly [string, string])[];
  /** Variables that the step's own environment gets. */
  readonly variables: readonly (readonly [string, string])[];
  /** Decisions that somebody must make, in a sentence or two each. */
  readonly decisions: readonly string[];
  /** What is different now, and mostly needs nothing. */
  readonly notes: readonly string[];
  /** Whether the role is assumed with a token, as far as the file says. */
  readonly byToken: 'always' | 'maybe' | 'never';
}

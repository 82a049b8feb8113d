/** Every input of action.yml. A test compares the two. */
export const inputNames = [
  'role-arn',
  'session-name',
  'duration-seconds',
  'external-id',
  'session-tags',
  'transitive-tag-keys',
  'workflow-tags',
  'source-identity',
  'session-policy',
  'session-policy-arns',
  'mfa-serial-number',
  'mfa-token-code',
  'credential-source',
  'access-key-id',
  'secret-access-key',
  'session-token',
  'web-identity-token-file',
  'audience',
  'region',
  'sts-endpoint',
  'allowed-account-ids',
  'export-env',
  'profile',
  'accounts',
  'continue-on-account-error',
  'output-credentials',
  'mask-account-id',
  'verify-identity',
  'job-summary',
  'min-remaining-seconds',
  'timeout-seconds',
  'max-attempts',
  'propagation-wait-seconds',
] as const;

/** The name of an input, as users write it. */
export type InputName = (typeof inputNames)[number];

/** Inputs whose values are registered with the runner the moment they are read, and never shown. */
export const secretInputs: readonly InputName[] = ['access-key-id', 'secret-access-key', 'session-token'];

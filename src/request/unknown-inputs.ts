import { inputNames, type GivenInputs, type InputName } from './inputs.ts';
import { nearest } from './nearest.ts';
import { quoted } from '../text/quote.ts';

/**
 * Inputs of aws-actions/configure-aws-credentials (action.yml at v6.3) that are not called the same here: the name here,
 * or what to do instead.
 */
const otherNames: Readonly<Record<string, InputName | { readonly advice: string }>> = {
  'role-to-assume': 'role-arn',
  'aws-region': 'region',
  'role-session-name': 'session-name',
  'role-duration-seconds': 'duration-seconds',
  'role-external-id': 'external-id',
  'aws-access-key-id': 'access-key-id',
  'aws-secret-access-key': 'secret-access-key',
  'aws-session-token': 'session-token',
  'inline-session-policy': 'session-policy',
  'managed-session-policies': 'session-policy-arns',
  'mask-aws-account-id': 'mask-account-id',
  'output-env-credentials': 'export-env',
  'aws-profile': 'profile',
  'custom-tags': 'session-tags',
  'retry-max-attempts': 'max-attempts',
  'action-timeout-s': 'timeout-seconds',
  // Plain words for what an input is about.
  role: 'role-arn',
  roles: 'role-arn',
  duration: 'duration-seconds',
  'session-duration': 'duration-seconds',
  'mfa-serial': 'mfa-serial-number',
  'mfa-code': 'mfa-token-code',
  'mfa-token': 'mfa-token-code',
  'expected-account-id': 'allowed-account-ids',
  'expected-account-ids': 'allowed-account-ids',
  'account-id': 'allowed-account-ids',
  tags: 'session-tags',
  'policy-arns': 'session-policy-arns',
  timeout: 'timeout-seconds',
  retries: 'max-attempts',
  endpoint: 'sts-endpoint',
  source: 'credential-source',
  summary: 'job-summary',
  'role-chaining': { advice: 'Leave it out: list the roles in role-arn, one a line, and they are a chain' },
  'role-skip-session-tagging': { advice: 'Leave it out: no tag is sent unless an input asks for it' },
  'overwrite-aws-profile': { advice: 'Leave it out: give profile a name that is not in use' },
  'unset-current-credentials': { advice: 'Leave it out: what the step exports replaces what was there' },
  'use-existing-credentials': { advice: 'Write min-remaining-seconds: how long they must still be valid' },
  'force-skip-oidc': { advice: 'Write credential-source: access-key, or ambient' },
  'disable-retry': { advice: 'Write max-attempts: 1' },
  'special-characters-workaround': { advice: 'Leave it out: on Windows it is not needed' },
  'http-proxy': { advice: 'Set the variable HTTPS_PROXY in env' },
  'no-proxy': { advice: 'Set the variable NO_PROXY in env' },
  'translate-env-variables': { advice: 'Leave it out' },
};

/** Inputs that this action does not have: a misspelt guard must not go unnoticed. */
export function unknownInputs(given: GivenInputs): { name: string; text: string }[] {
  return Object.keys(given)
    .filter((name) => !(inputNames as readonly string[]).includes(name))
    .map((name) => ({ name: /^[\w.-]{1,100}$/.test(name) ? name : quoted(name), text: reasonFor(name) }));
}

function reasonFor(name: string): string {
  // github/inputs.ts: only what the runner did not write keeps its prefix.
  if (name.startsWith('INPUT_'))
    return 'is not an input: the runner writes their names in upper case. The job or an earlier step sets this variable. Rename it';
  const what = 'is not an input of this action';
  const dashed = name.replaceAll(/[_ ]/g, '-');
  const other = Object.hasOwn(otherNames, dashed) ? otherNames[dashed] : undefined;
  if (typeof other === 'object') return `${what}. ${other.advice}`;
  if (other !== undefined) return `${what}: its name here is ${other}`;
  const near = nearest(dashed, inputNames);
  if (near !== undefined) return `${what}: did you mean ${near}?`;
  const variable = `INPUT_${/^[\w.-]{1,100}$/.test(name) ? name.toUpperCase() : '…'}`;
  return `${what}. Remove it from "with". If the job's env sets ${variable}, rename that variable`;
}

import { inputNames, type GivenInputs, type InputName } from './inputs.ts';
import { nearest } from './nearest.ts';
import { quoted } from '../text/quote.ts';

/** Inputs of aws-actions/configure-aws-credentials (action.yml at v6.3) that have no counterpart here: what to do instead. */
const otherWays: Readonly<Record<string, string>> = {
  'role-chaining': 'Leave it out: list the roles in role-arn, one a line, and they are a chain',
  'role-skip-session-tagging': 'Leave it out: no tag is sent unless an input asks for it',
  'overwrite-aws-profile': 'Leave it out: give profile a name that is not in use',
  'unset-current-credentials': 'Leave it out: what the step exports replaces what was there',
  'use-existing-credentials': 'Write min-remaining-seconds: how long they must still be valid',
  'force-skip-oidc': 'Write credential-source: access-key, or ambient',
  'disable-retry': 'Write max-attempts: 1',
  'special-characters-workaround': 'Leave it out: on Windows it is not needed',
  'http-proxy': 'Set the variable HTTPS_PROXY in env',
  'no-proxy': 'Set the variable NO_PROXY in env',
  'translate-env-variables': 'Leave it out',
};

/** Names that that action, others and the AWS CLI use, by what they are about. The first that matches counts. */
const otherNames: readonly (readonly [RegExp, InputName])[] = [
  [/duration/, 'duration-seconds'],
  [/mfa.*(code|token)|^token-code|^otp/, 'mfa-token-code'],
  [/mfa/, 'mfa-serial-number'],
  [/mask|hide/, 'mask-account-id'],
  [/account-role|role-name/, 'account-role'],
  [/external-?id/, 'external-id'],
  [/^account-?ids?$|-account-?ids?$|^allowed-/, 'allowed-account-ids'],
  [/accounts?-(path|file)/, 'accounts-file'],
  [/^accounts?-/, 'accounts'],
  [/transitive/, 'transitive-tag-keys'],
  [/tags/, 'session-tags'],
  [/policy-?arn|managed/, 'session-policy-arns'],
  [/policy/, 'session-policy'],
  [/endpoint/, 'sts-endpoint'],
  [/token-?file|identity-token/, 'web-identity-token-file'],
  [/audience|^aud$/, 'audience'],
  [/region/, 'region'],
  [/profile/, 'profile'],
  [/secret-?(access-?)?key/, 'secret-access-key'],
  [/access-?key|^key-?id/, 'access-key-id'],
  [/session-?token/, 'session-token'],
  [/source-?identity/, 'source-identity'],
  [/credentials?-source|^source$/, 'credential-source'],
  [/timeout/, 'timeout-seconds'],
  [/retry|retries|attempts/, 'max-attempts'],
  [/propagation/, 'propagation-wait-seconds'],
  [/remaining/, 'min-remaining-seconds'],
  [/continue/, 'continue-on-account-error'],
  [/verify/, 'verify-identity'],
  [/summary/, 'job-summary'],
  [/export|-env\b|^env-/, 'export-env'],
  [/^org|^ous?$/, 'organization'],
  [/session-?name|^session$/, 'session-name'],
  [/role|arn$/, 'role-arn'],
];

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
  const way = Object.hasOwn(otherWays, dashed) ? otherWays[dashed] : undefined;
  if (way !== undefined) return `${what}. ${way}`;
  // A letter or two are a mistake in typing. More of them could be another word.
  const other = otherNames.find(([theirs]) => theirs.test(dashed))?.[1];
  const near = nearest(dashed, inputNames, other && 2);
  if (near !== undefined) return `${what}: did you mean ${near}?`;
  if (other !== undefined) return `${what}: its name here is ${other}`;
  const variable = `INPUT_${/^[\w.-]{1,100}$/.test(name) ? name.toUpperCase() : '…'}`;
  return `${what}. Remove it from "with". If the job's env sets ${variable}, rename that variable`;
}

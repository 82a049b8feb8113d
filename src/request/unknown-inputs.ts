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
const otherNames: Partial<Record<InputName, RegExp>> = {
  'duration-seconds': /duration/,
  'mfa-token-code': /mfa.*(code|token)|^token-code|^otp/,
  'mfa-serial-number': /mfa/,
  'mask-account-id': /mask|hide/,
  'account-role': /account-role|role-name/,
  'external-id': /external-?id/,
  'allowed-account-ids': /^account-?ids?$|-account-?ids?$|^allowed-/,
  'accounts-file': /accounts?-(path|file)/,
  accounts: /^accounts?-/,
  'transitive-tag-keys': /transitive/,
  'session-tags': /tags/,
  'session-policy-arns': /policy-?arn|managed/,
  'session-policy': /policy/,
  'sts-endpoint': /endpoint/,
  'web-identity-token-file': /token-?file|identity-token/,
  audience: /audience|^aud$/,
  region: /region/,
  profile: /profile/,
  'secret-access-key': /secret-?(access-?)?key/,
  'access-key-id': /access-?key|^key-?id/,
  'session-token': /session-?token/,
  'source-identity': /source-?identity/,
  'credential-source': /credentials?-source|^source$/,
  'timeout-seconds': /timeout/,
  'max-attempts': /retry|retries|attempts/,
  'propagation-wait-seconds': /propagation/,
  'min-remaining-seconds': /remaining/,
  'continue-on-account-error': /continue/,
  'verify-identity': /verify/,
  'job-summary': /summary/,
  'export-env': /export|-env\b|^env-/,
  organization: /^org|^ous?$/,
  'session-name': /session-?name|^session$/,
  'role-arn': /role|arn$/,
};

/** Inputs that this action does not have: a misspelt guard must not go unnoticed. */
export function unknownInputs(given: GivenInputs): { name: string; text: string }[] {
  return Object.keys(given)
    .filter((name) => !(inputNames as readonly string[]).includes(name))
    .map((name) => ({ name: /^[\w.-]{1,100}$/.test(name) ? name : quoted(name), text: reasonFor(name) }));
}

/** The input that others call by this name, as far as is known. @param name with dashes */
export const nameHere = (name: string): string | undefined =>
  Object.entries(otherNames).find(([, theirs]) => theirs.test(name))?.[0];

function reasonFor(name: string): string {
  // github/inputs.ts: only what the runner did not write keeps its prefix.
  if (name.startsWith('INPUT_'))
    return 'is not an input: the runner writes their names in upper case. The job or an earlier step sets this variable. Rename it';
  const what = 'is not an input of this action';
  const dashed = name.replaceAll(/[_ ]/g, '-');
  const way = Object.hasOwn(otherWays, dashed) ? otherWays[dashed] : undefined;
  if (way !== undefined) return `${what}. ${way}`;
  // A letter or two are a mistake in typing. More of them could be another word.
  const other = nameHere(dashed);
  const near = nearest(dashed, inputNames, other === undefined ? undefined : 2);
  if (near !== undefined) return `${what}: did you mean ${near}?`;
  if (other !== undefined) return `${what}: its name here is ${other}`;
  const variable = `INPUT_${/^[\w.-]{1,100}$/.test(name) ? name.toUpperCase() : '…'}`;
  return `${what}. Remove it from "with". If the job's env sets ${variable}, rename that variable`;
}

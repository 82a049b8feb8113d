import { listInputs, type Inputs } from './inputs.ts';
import { readProfile, type ProfileFacts } from './profile.ts';
import type { Problems } from './problems.ts';
import { readBoolean, readNumber } from './values.ts';

/** What the job gets: keys in its environment, one profile, or many. */
export type Delivery =
  | {
      readonly kind: 'keys';
      readonly exportEnv: boolean;
      readonly outputCredentials: boolean;
      /** Keys of an earlier step are used again if they are valid for at least so many seconds; 0: never. */
      readonly minRemainingSeconds: number;
      /** Exported as AWS_REGION and AWS_DEFAULT_REGION; undefined where the input was not given. */
      readonly region: string | undefined;
    }
  | {
      readonly kind: 'profile';
      readonly name: string;
      readonly outputCredentials: boolean;
      /** As above. */
      readonly region: string | undefined;
    }
  | { readonly kind: 'accounts' };

/** Reads which of them, and its settings. */
export function readDelivery(
  inputs: Inputs,
  profiles: ProfileFacts | undefined,
  problems: Problems,
): Delivery {
  const asked = askedFor(inputs);
  const exportEnv =
    inputs['export-env'].trim().toLowerCase() === 'auto'
      ? asked === 'keys'
      : readBoolean('export-env', inputs['export-env'], problems, 'must be true, false or auto');
  const outputCredentials = readBoolean('output-credentials', inputs['output-credentials'], problems);
  const rule = { least: 0, most: 43_200, usual: 0, unit: 'seconds' };
  const least = inputs['min-remaining-seconds'];
  const minRemainingSeconds = readNumber('min-remaining-seconds', least, rule, problems);
  const region = inputs.region.trim() || undefined;
  const name = readProfile(inputs.profile, profiles, problems);
  if (asked !== 'keys') checkWithProfiles(asked, inputs, { exportEnv, outputCredentials }, problems);
  if (asked !== 'accounts' && inputs['continue-on-account-error'].trim().toLowerCase() === 'true') {
    const repair = 'give accounts, or leave it out';
    problems.say('continue-on-account-error', `is true, and there is no list of accounts: ${repair}`);
  }
  for (const input of ['account-role', 'account-external-id'] as const) {
    if (asked !== 'accounts' && inputs[input].trim() !== '')
      problems.say(input, 'is not used: there is no list of accounts. Give accounts, or leave it out');
  }
  if (asked === 'accounts') return readAccountsDelivery(profiles, problems);
  if (name !== undefined) return { kind: 'profile', name, outputCredentials, region };
  return { kind: 'keys', exportEnv, outputCredentials, minRemainingSeconds, region };
}

function askedFor(inputs: Inputs): Delivery['kind'] {
  if (listInputs.some((input) => inputs[input].trim() !== '')) return 'accounts';
  return inputs.profile.trim() === '' ? 'keys' : 'profile';
}

function readAccountsDelivery(profiles: ProfileFacts | undefined, problems: Problems): Delivery {
  const blocker = profiles?.blocker();
  if (blocker) problems.say('accounts', blocker);
  return { kind: 'accounts' };
}

/** What a profile, or many accounts, cannot have beside them. */
function checkWithProfiles(
  input: 'accounts' | 'profile',
  inputs: Inputs,
  { exportEnv, outputCredentials }: { exportEnv: boolean; outputCredentials: boolean },
  problems: Problems,
): void {
  const many = input === 'accounts';
  if (many && inputs.profile.trim() !== '') {
    problems.say(
      'profile',
      'cannot be combined with accounts, whose entries have profile names of their own: leave one out',
    );
  }
  if (exportEnv)
    problems.say(
      'export-env',
      `cannot be true with ${input}: exported keys would outrank profiles. Leave it out`,
    );
  if (many && outputCredentials)
    problems.say('output-credentials', 'cannot be combined with accounts, which have many');
  if (inputs['mfa-token-code'].trim() !== '') {
    problems.say(
      'mfa-token-code',
      `cannot be combined with ${input}: a code is valid once, and a profile renews its credentials`,
    );
  }
}

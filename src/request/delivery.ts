import { readProfile, type ProfileFacts } from './profile.ts';
import type { Problems } from './problems.ts';
import type { Inputs } from './settings.ts';
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
  const flag = (name: 'export-env' | 'output-credentials', otherwise: boolean): boolean =>
    readBoolean(name, inputs[name], otherwise, problems);
  const exportEnv = flag('export-env', profiles === undefined);
  const outputCredentials = flag('output-credentials', false);
  const rule = { least: 0, most: 43_200, otherwise: 0, unit: 'seconds' };
  const minRemainingSeconds = readNumber(
    'min-remaining-seconds',
    inputs['min-remaining-seconds'],
    rule,
    problems,
  );
  const region = inputs.region.trim() || undefined;
  const name = profiles && readProfile(inputs.profile, profiles, problems);
  if (profiles) checkWithProfiles(inputs, { exportEnv, outputCredentials }, problems);
  if (inputs.accounts.trim() !== '') return readAccountsDelivery(profiles, problems);
  if (name !== undefined) return { kind: 'profile', name, outputCredentials, region };
  return { kind: 'keys', exportEnv, outputCredentials, minRemainingSeconds, region };
}

function readAccountsDelivery(profiles: ProfileFacts | undefined, problems: Problems): Delivery {
  const blocker = profiles?.blocker();
  if (blocker) problems.say('accounts', blocker);
  return { kind: 'accounts' };
}

/** What a profile, or many accounts, cannot have beside them. */
function checkWithProfiles(
  inputs: Inputs,
  { exportEnv, outputCredentials }: { exportEnv: boolean; outputCredentials: boolean },
  problems: Problems,
): void {
  const many = inputs.accounts.trim() !== '';
  const input = many ? 'accounts' : 'profile';
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

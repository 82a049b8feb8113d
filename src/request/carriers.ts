import { hopSettings, type ChainSettings, type HopSettingName, type Place } from '../aws/hop-settings.ts';
import { isWebIdentity, type Base } from '../aws/plan.ts';
import { hopReaders } from './hop-readers.ts';
import { rowOf, type InputName } from './inputs.ts';
import type { Problems } from './problems.ts';

/** A setting that no role of the chain can use is an error: silence would be a false promise. */

/**
 * Checks a chain from a web identity: AssumeRoleWithWebIdentity has no parameter for most settings (AWS STS API
 * Reference), and such a chain never has an IAM user's keys.
 * @param count how many roles were given, right or wrong
 * @param text of an input, or of the entry of `accounts` that has it
 */
export function checkCarriers(
  base: Base['kind'],
  count: number,
  chain: ChainSettings,
  text: (input: InputName) => string,
  problems: Problems,
): void {
  if (!isWebIdentity(base)) return;
  for (const [key, { needs, on, sent }] of Object.entries(hopSettings)) {
    const name = key as HopSettingName;
    const given = hopReaders[name].inputs.filter((input) => saysSomething(input, text(input)));
    const say = (rule: string): void => {
      for (const input of given) problems.say(input, rule);
    };
    if (needs === 'user-keys') {
      say(`needs an IAM user's keys, and the base credentials are a web identity (${base}): leave it out`);
    } else if (needs === 'AssumeRole' && count === 1) {
      say(
        `cannot be sent: the only role is assumed by web identity (${base}), which accepts none. Leave it out, or add a second role to role-arn`,
      );
    } else if (needs === 'AssumeRole') {
      const part = (on as (chain: unknown, place: Place) => object)(chain[name], webIdentityPlace);
      if (Object.keys((sent as (part: object) => object)(part)).length === 0) continue;
      say(
        `is set for the first role, which is assumed by web identity (${base}) and accepts none: write - on its line`,
      );
    }
  }
}

/** The first hop of a longer chain. */
const webIdentityPlace: Place = { index: 0, isFirstAssumeRole: false, isLast: false };

/** Whether a text asks for something; lines of `-` ask for nothing. */
const saysSomething = (input: InputName, text: string): boolean =>
  text.trim().toLowerCase() !== rowOf(input).default && /[^-\s]/.test(text);

import { breach, chainedSessionSeconds, mfaSerialRule, sessionSeconds } from '../aws/limits.ts';
import type { Mfa } from '../aws/hop-settings.ts';
import type { Problems } from './problems.ts';
import { readNumber } from './values.ts';

/** `duration-seconds`, which in a chain ends at an hour. @param count how many roles were given, right or wrong */
export function readDuration(text: string, count: number, problems: Problems): number {
  const { least, most, usual } = sessionSeconds;
  const rule = { least, most, usual, unit: 'seconds' };
  const seconds = readNumber('duration-seconds', text, rule, problems);
  if (count > 1 && seconds > chainedSessionSeconds) {
    const limit = `is more than ${chainedSessionSeconds}, the most that AWS allows for a chained role. Lower it, and use profile for a longer job`;
    problems.add('duration-seconds', text.trim(), limit);
  }
  return seconds;
}

/** `mfa-serial-number` and `mfa-token-code`, both or none. */
export function readMfa(serial: string, code: string, problems: Problems): Mfa | undefined {
  const mfa = { serialNumber: serial.trim(), tokenCode: code.trim() };
  if (mfa.serialNumber === '' && mfa.tokenCode === '') return undefined;
  const wrong = mfa.serialNumber === '' ? undefined : breach(mfa.serialNumber, mfaSerialRule);
  if (wrong) problems.add('mfa-serial-number', serial, wrong);
  if (mfa.serialNumber === '')
    problems.say('mfa-serial-number', 'is missing: mfa-token-code needs the device that showed it');
  if (mfa.tokenCode === '')
    problems.say('mfa-token-code', 'is missing: mfa-serial-number needs the code that the device shows');
  else if (!/^\d{6}$/.test(mfa.tokenCode)) problems.say('mfa-token-code', 'is not 6 digits');
  return mfa;
}

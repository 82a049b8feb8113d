import { setSecret } from '@actions/core';
import { addSecret } from '../text/redact.ts';

/**
 * Registers a secret with the runner, which shows `***` instead from then on. Called with every value the moment it
 * exists. Values that are blank or too short to be masked are ignored.
 */
export function secret(value: string): void {
  if (addSecret(value)) setSecret(value);
}

/** Makes every account id of a text a secret, for `mask-account-id`. */
export function secretAccounts(text: string): void {
  for (const id of text.match(/(?<!\d)\d{12}(?!\d)/g) ?? []) secret(id);
}

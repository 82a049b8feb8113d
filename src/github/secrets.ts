import { setSecret } from '@actions/core';
import { know } from '../text/redact.ts';

/**
 * Makes a secret known to the runner, which from then on shows `***` in its stead; called on every value the moment it
 * comes to be. Blank ones the runner refuses.
 */
export function secret(value: string): void {
  if (know(value)) setSecret(value);
}

/** Makes every account id of a text a secret, for `mask-account-id`. */
export function secretAccounts(text: string): void {
  for (const id of text.match(/(?<!\d)\d{12}(?!\d)/g) ?? []) secret(id);
}

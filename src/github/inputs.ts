import { getInput } from '@actions/core';
import { inputNames, secretInputs } from '../request/inputs.ts';
import type { Inputs } from '../request/settings.ts';
import { secret } from './secrets.ts';

/** Reads the text of every input, as it was given. Secret ones are registered before anything else happens. */
export function readInputs(): Inputs {
  const inputs = Object.fromEntries(
    inputNames.map((name) => [name, getInput(name, { trimWhitespace: false })]),
  ) as Inputs;
  for (const name of secretInputs) {
    secret(inputs[name]);
    secret(inputs[name].trim());
  }
  return inputs;
}

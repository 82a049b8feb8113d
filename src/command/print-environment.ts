import { quoteForShell } from '../profiles/paths.ts';
import type { Format } from './call.ts';

/** Keys as text that a shell, Docker, a program or PowerShell reads. Pure. */

/**
 * @param variables what is set
 * @param unset names of what would outrank the keys; `dotenv` and `json` have no way to say it
 */
export function printedEnvironment(
  format: Format,
  variables: Readonly<Record<string, string>>,
  unset: readonly string[],
): string {
  const entries = Object.entries(variables);
  switch (format) {
    case 'export':
      return lines([
        `unset ${unset.join(' ')}`,
        ...entries.map(([name, value]) => `export ${name}=${quoteForShell(value)}`),
      ]);
    case 'dotenv':
      return lines(entries.map(([name, value]) => `${name}=${quoteForDotenv(value)}`));
    case 'json':
      return lines([JSON.stringify(variables)]);
    case 'powershell':
      return lines([
        ...unset.map((name) => `$env:${name} = $null`),
        ...entries.map(([name, value]) => `$env:${name} = '${value.replaceAll(/['‘’‚‛]/g, '$&$&')}'`),
      ]);
  }
}

const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');

/**
 * `docker run --env-file` takes a value as it is, quotes included, so a value is quoted only where it has to be. AWS's
 * keys and regions never have to be.
 */
function quoteForDotenv(value: string): string {
  if (/^[A-Za-z0-9_./:=@+,-]*$/.test(value)) return value;
  return /['\r\n]/.test(value) ? JSON.stringify(value) : `'${value}'`;
}

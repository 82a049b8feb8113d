import { ActionError } from '../text/action-error.ts';

/**
 * The command line of a `credential_process`. Each client splits it in its own way: botocore by Python's shlex without
 * a shell, the SDKs for JavaScript and Go by `sh -c` or `cmd.exe`, and Go takes off one pair of quotes that wraps the
 * whole value, while both cut it at ` #` and ` ;`. One form works in all of them: each unsafe word in quotes of its
 * own, and an unquoted bare word at the end.
 */

/** The bare word that ends the line, and by which this action knows what it is called for. */
export const credentialProcessWord = 'credential-process';

const safeWord = /^[A-Za-z0-9_./:=@+,-]+$/;
const safeWindowsWord = /^[A-Za-z0-9_./:\\=@+-]+$/;

/**
 * @param words program and arguments
 * @throws ActionError profile-unusable for a word that no quoting carries through every client
 */
export function commandLine(words: readonly string[], windows: boolean): string {
  for (const word of words) {
    const fault = faultOf(word, windows);
    if (fault)
      throw new ActionError(
        'profile-unusable',
        `A profile cannot be made: the path ${JSON.stringify(word)} holds ${fault}, which some AWS clients cut or change`,
      );
  }
  const quote = windows ? quoteForWindows : quoteForPosix;
  return [...words.map(quote), credentialProcessWord].join(' ');
}

function faultOf(word: string, windows: boolean): string | undefined {
  if (/[\r\n]/.test(word)) return 'a line end';
  if (/\s[#;]/.test(word)) return 'white space before # or ;';
  if (windows && /["%]/.test(word)) return '" or %';
  return undefined;
}

/** In single quotes nothing is special; one of them itself is written outside, behind a backslash. */
function quoteForPosix(word: string): string {
  return safeWord.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Windows knows double quotes alone; before the closing one a backslash would escape it. */
function quoteForWindows(word: string): string {
  return safeWindowsWord.test(word) ? word : `"${word.replace(/\\+$/, '$&$&')}"`;
}

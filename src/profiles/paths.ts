import { ActionError } from '../text/action-error.ts';

/**
 * What AWS clients do with a path: in the command line of a `credential_process`, in the variables AWS_CONFIG_FILE and
 * AWS_SHARED_CREDENTIALS_FILE, and on the PATH.
 *
 * Linux and macOS. botocore splits the command line with Python's shlex and starts no shell; the SDKs for JavaScript, Go,
 * Java and Rust use `sh -c`. JavaScript and Go treat ` #` and ` ;` as the beginning of a comment, and Go removes one pair
 * of quotes around the whole value. One form works in all of them: each unsafe word in single quotes of its own, and an
 * unquoted word at the end. botocore replaces `$NAME` and `${NAME}` in AWS_CONFIG_FILE (os.path.expandvars); the SDKs do not.
 *
 * Windows. No quoting works in all clients: Go runs `cmd.exe /C` and escapes inner quotes as `\"`, which cmd.exe does not
 * understand (aws/aws-sdk-go-v2#3208), and Python reads the file in the ANSI code page. The paths must be plain.
 */

/** The word that ends the command line. The credential process checks it. */
export const credentialProcessWord = 'credential-process';

/** Where a path is used. */
export type PathUse = 'command line' | 'config file' | 'PATH';

interface Rule {
  readonly uses: readonly PathUse[];
  readonly windows: boolean;
  /** Whether a path is unusable. */
  readonly matches: (path: string) => boolean;
  /** What is wrong with it: "contains …". */
  readonly contains: string;
  /** Which client does what. */
  readonly effect: string;
}

const everywhere: readonly PathUse[] = ['command line', 'config file', 'PATH'];

/** Drive, then letters and digits that cmd.exe passes on without quotes. `~` is in the short names of Windows. */
const plainOnWindows = /^[A-Za-z]:[\\/][A-Za-z0-9_.\\/~+-]*$/;

const rules: readonly Rule[] = [
  {
    uses: everywhere,
    windows: false,
    matches: (path) => /[\r\n]/.test(path),
    contains: 'a line break',
    effect: 'AWS clients and the runner end the value there',
  },
  {
    uses: everywhere,
    windows: false,
    matches: (path) => path.includes('\ufffd'),
    contains: 'bytes that are not UTF-8',
    effect: 'Node.js cannot pass them on',
  },
  {
    uses: ['command line'],
    windows: false,
    matches: (path) => /\s[#;]/.test(path),
    contains: 'white space before # or ;',
    effect: 'the AWS SDKs for JavaScript and Go, and Terraform, treat the rest of the line as a comment',
  },
  {
    uses: ['config file'],
    windows: false,
    matches: (path) => /\$(?:\w|\{[^}]*\})/.test(path),
    contains: '$ before a name',
    effect: 'the AWS CLI and boto3 replace it with the value of that variable',
  },
  {
    uses: ['PATH'],
    windows: false,
    matches: (path) => path.includes(':'),
    contains: 'a colon',
    effect: 'shells split the PATH there, so that assume-role-chain is not found',
  },
  {
    uses: ['command line', 'config file'],
    windows: true,
    matches: (path) => !plainOnWindows.test(path),
    contains: 'characters that need quotes on Windows',
    effect: 'the AWS SDK for Go, and Terraform, cannot start a quoted program',
  },
  {
    uses: ['PATH'],
    windows: true,
    matches: (path) => /[\r\n;"]/.test(path),
    contains: 'a semicolon, a quote or a line break',
    effect: 'Windows splits the PATH there, so that assume-role-chain is not found',
  },
];

/** Whether every client can use a Windows path without quotes. */
export const isPlainWindowsPath = (path: string): boolean => plainOnWindows.test(path);

/** @returns what is wrong with a path, which client fails and how to repair it; undefined where every client can use it */
export function pathProblem(path: string, use: PathUse, windows: boolean): string | undefined {
  const rule = rules.find((one) => one.windows === windows && one.uses.includes(use) && one.matches(path));
  if (!rule) return undefined;
  const allowed = windows ? 'letters, digits and _ . + - only' : 'letters, digits and _ . - only';
  return (
    `${JSON.stringify(path)} contains ${rule.contains}: ${rule.effect}. ` +
    `Install the runner in a folder whose path has ${allowed}.`
  );
}

const safeWord = /^[A-Za-z0-9_./:=@+,-]+$/;

/**
 * The command line of a `credential_process`.
 * @param words program and arguments
 * @throws ActionError profile-unusable for a path that some AWS client cannot use, in the words of {@link pathProblem}
 */
export function commandLine(words: readonly string[], windows: boolean): string {
  for (const word of words) {
    const problem = pathProblem(word, 'command line', windows);
    if (problem) throw new ActionError('profile-unusable', problem);
  }
  const quote = windows ? (word: string): string => word : quoteForShell;
  return [...words.map(quote), credentialProcessWord].join(' ');
}

/**
 * A word as `sh` reads it back. Nothing is special within single quotes; a single quote itself is written outside of them,
 * behind a backslash.
 */
export function quoteForShell(word: string): string {
  return safeWord.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The command line of assume-role-chain, read into one of its calls. Pure. */

/** What `env` prints. */
export const formats = ['export', 'dotenv', 'json', 'powershell'] as const;
export type Format = (typeof formats)[number];

/** A program and its arguments. */
export type Words = readonly [string, ...string[]];

/** One call, checked. */
export type Call =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'exec'; readonly profile: string | undefined; readonly command: Words }
  | { readonly kind: 'env'; readonly profile: string | undefined; readonly format: Format }
  | {
      readonly kind: 'each';
      readonly parallel: number;
      readonly keepGoing: boolean;
      /** Undefined: all of them. */
      readonly profiles: readonly string[] | undefined;
      readonly command: Words;
    }
  | { readonly kind: 'status'; readonly json: boolean }
  | { readonly kind: 'release' };

/** A call that cannot be carried out as it is written: exit code 2. */
export class UsageError extends Error {
  /** By which it is recognized: the bundle may have two copies of the class. */
  readonly code = 'usage';
  /** A word that is not known, and the words that are: for the nearest of them. */
  readonly unknown: { readonly word: string; readonly known: readonly string[] } | undefined;

  constructor(message: string, unknown?: { word: string; known: readonly string[] }) {
    super(message);
    this.unknown = unknown;
  }
}

export const isUsageError = (error: unknown): error is UsageError =>
  error instanceof Error && 'code' in error && error.code === 'usage';

/** How many commands `each` runs at once, at most. Each is a process with a file for its output. */
const mostAtOnce = 64;

interface Subcommand {
  /** Options, and whether each is followed by a value. */
  readonly options: Readonly<Record<string, boolean>>;
  /** Whether `--` and a command follow. */
  readonly command: boolean;
}

const subcommands = {
  exec: { options: { '--profile': true }, command: true },
  env: { options: { '--profile': true, '--format': true }, command: false },
  each: { options: { '--parallel': true, '--keep-going': false, '--profiles': true }, command: true },
  status: { options: { '--json': false }, command: false },
  release: { options: {}, command: false },
} as const satisfies Record<string, Subcommand>;

type Name = keyof typeof subcommands;
const names = Object.keys(subcommands) as Name[];

/** @throws UsageError */
export function readCall(words: readonly string[]): Call {
  const [first = '', ...rest] = words;
  if (first === '') throw new UsageError(`a subcommand is missing: one of ${names.join(', ')}.`);
  if (['--help', '-h', 'help'].includes(first)) return { kind: 'help' };
  if (first === '--version' && rest.length === 0) return { kind: 'version' };
  const name = names.find((one) => one === first);
  if (name === undefined) {
    const message = `${quote(first)} is not a subcommand. The subcommands are ${names.join(', ')}.`;
    throw new UsageError(message, { word: first, known: names });
  }
  const { given, command } = split(name, rest);
  if ('--help' in given) return { kind: 'help' };
  return callOf(name, given, command);
}

function callOf(name: Name, given: Given, command: readonly string[]): Call {
  switch (name) {
    case 'exec':
      return { kind: name, profile: given['--profile'], command: commandOf(name, command) };
    case 'env':
      return { kind: name, profile: given['--profile'], format: formatOf(given['--format']) };
    case 'each':
      return {
        kind: name,
        parallel: parallelOf(given['--parallel']),
        keepGoing: '--keep-going' in given,
        profiles: given['--profiles'] === undefined ? undefined : listOf(given['--profiles']),
        command: commandOf(name, command),
      };
    case 'status':
      return { kind: name, json: '--json' in given };
    case 'release':
      return { kind: name };
  }
}

/** Options by name; those without a value have the empty string. */
type Given = Readonly<Record<string, string>>;

/** Separates the options from the command after `--`. */
function split(name: Name, words: readonly string[]): { given: Given; command: readonly string[] } {
  const { options, command }: Subcommand = subcommands[name];
  const given: Record<string, string> = {};
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '--' && command) return { given, command: words.slice(at + 1) };
    if (word === '--help' || word === '-h') return { given: { '--help': '' }, command: [] };
    const [option = '', inline] = word.startsWith('--') ? word.split(/=(.*)/s, 2) : [word];
    // Only its own keys: every object has a toString.
    const takesValue = new Map(Object.entries(options)).get(option);
    if (takesValue === undefined) throw strange(name, word, option);
    if (option in given) throw new UsageError(`${name}: ${option} is given twice.`);
    if (takesValue) given[option] = optionValue(name, option, inline ?? words[(at += 1)]);
    else if (inline === undefined) given[option] = '';
    else throw new UsageError(`${name}: ${option} does not take a value.`);
  }
  return { given, command: [] };
}

function optionValue(name: Name, option: string, value = ''): string {
  if (value === '' || value === '--') throw new UsageError(`${name}: ${option} needs a value.`);
  return value;
}

function strange(name: Name, word: string, option: string): UsageError {
  const { options, command }: Subcommand = subcommands[name];
  const known = Object.keys(options);
  if (word.startsWith('-') && word !== '--' && word !== '-') {
    const list = known.length === 0 ? 'It has none.' : `Its options are ${known.join(', ')}.`;
    return new UsageError(`${name}: ${quote(option)} is not an option of ${name}. ${list}`, {
      word: option,
      known,
    });
  }
  return command
    ? new UsageError(
        `${name}: -- is missing before the command. Write "assume-role-chain ${name} -- ${shorten(word)} …".`,
      )
    : new UsageError(`${name}: ${quote(word)} is not expected here: ${name} runs no command.`);
}

function commandOf(name: Name, [program = '', ...args]: readonly string[]): Words {
  if (program === '')
    throw new UsageError(
      `${name}: the command is missing or empty. Write "assume-role-chain ${name} -- COMMAND [ARGUMENTS]".`,
    );
  return [program, ...args];
}

function formatOf(text = 'export'): Format {
  const format = formats.find((one) => one === text);
  if (format !== undefined) return format;
  const message = `env: --format ${quote(text)} must be one of ${formats.join(', ')}.`;
  throw new UsageError(message, { word: text, known: formats });
}

function parallelOf(text = '1'): number {
  const number = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= mostAtOnce) return number;
  throw new UsageError(`each: --parallel ${quote(text)} must be a whole number from 1 to ${mostAtOnce}.`);
}

function listOf(text: string): string[] {
  const list = text.split(',').map((one) => one.trim());
  if (list.some((one) => one === ''))
    throw new UsageError(
      `each: --profiles ${quote(text)} has an empty name. Separate names with commas, as in a,b.`,
    );
  return [...new Set(list)];
}

/** Characters. A secret in the wrong place must not fill the log. */
const shown = 60;
const shorten = (word: string): string => (word.length > shown ? `${word.slice(0, shown)}…` : word);
const quote = (word: string): string => JSON.stringify(shorten(word));

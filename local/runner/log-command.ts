/** Commands that a step prints, parsed by the runner's rules (actions/runner, ActionCommand). */

export interface LogCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly value: string;
}

const commands = [
  ...['add-mask', 'add-matcher', 'add-path', 'debug', 'echo', 'endgroup', 'error', 'group', 'notice'],
  ...['remove-matcher', 'save-state', 'set-env', 'set-output', 'stop-commands', 'warning'],
];

/**
 * A line as a command: `::name key=value,key=value::value` at its start, or `##[name key=value;key=value]value`
 * anywhere in it. A name that the runner does not define makes no command.
 * @param endToken a further name: the one that ends `stop-commands`
 */
export function parseLogCommand(line: string, endToken?: string): LogCommand | undefined {
  const isCommand = (name: string): boolean => commands.includes(name) || name === endToken?.toLowerCase();
  return parseColons(line.trimStart(), isCommand) ?? parseBracket(line, isCommand);
}

function parseColons(line: string, isCommand: (name: string) => boolean): LogCommand | undefined {
  const end = line.indexOf('::', 2);
  if (!line.startsWith('::') || end < 0) return undefined;
  return build(line.slice(2, end), line.slice(end + 2), isCommand, {
    separator: ',',
    inProperty: colon,
    inValue: data,
  });
}

function parseBracket(line: string, isCommand: (name: string) => boolean): LogCommand | undefined {
  const begin = line.indexOf('##[');
  const end = line.indexOf(']', begin);
  if (begin < 0 || end < 0) return undefined;
  const rules = { separator: ';', inProperty: bracket, inValue: bracket };
  return build(line.slice(begin + 3, end), line.slice(end + 1), isCommand, rules);
}

interface Rules {
  readonly separator: string;
  readonly inProperty: Escapes;
  readonly inValue: Escapes;
}

function build(
  head: string,
  value: string,
  isCommand: (name: string) => boolean,
  rules: Rules,
): LogCommand | undefined {
  const space = head.indexOf(' ');
  const name = (space < 0 ? head : head.slice(0, space)).toLowerCase();
  if (!isCommand(name)) return undefined;
  const pairs =
    space < 0
      ? []
      : head
          .slice(space + 1)
          .trim()
          .split(rules.separator);
  const properties = pairs.flatMap((pair) => {
    const [, key, text] = /^([^=]+)=(.+)$/s.exec(pair) ?? [];
    return key === undefined || text === undefined
      ? []
      : [[key.toLowerCase(), unescape(text, rules.inProperty)]];
  });
  return {
    name,
    properties: Object.fromEntries(properties) as Record<string, string>,
    value: unescape(value, rules.inValue),
  };
}

/** Each code and its character. `%25` is last: its result must not be unescaped again. */
type Escapes = readonly (readonly [string, string])[];

const data: Escapes = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%25', '%'],
];
const colon: Escapes = [['%3A', ':'], ['%2C', ','], ...data];
const bracket: Escapes = [['%3B', ';'], ['%5D', ']'], ...data];

function unescape(text: string, escapes: Escapes): string {
  return escapes.reduce((result, [code, sign]) => result.replaceAll(code, sign), text);
}

/** Commands that a step gives by printing them, parsed by the runner's rules (actions/runner, ActionCommand). */

export interface LogCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly value: string;
}

const known = [
  ...['add-mask', 'add-matcher', 'add-path', 'debug', 'echo', 'endgroup', 'error', 'group', 'notice'],
  ...['remove-matcher', 'save-state', 'set-env', 'set-output', 'stop-commands', 'warning'],
];

/**
 * A line as a command: `::name key=value,key=value::value` at its start, or `##[name key=value;key=value]value`
 * anywhere in it. Names that the runner does not know make no command.
 * @param also a further name: the word that ends a pause of commands
 */
export function parseLogCommand(line: string, also?: string): LogCommand | undefined {
  const knows = (name: string): boolean => known.includes(name) || name === also?.toLowerCase();
  return parseColons(line.trimStart(), knows) ?? parseBracket(line, knows);
}

function parseColons(line: string, knows: (name: string) => boolean): LogCommand | undefined {
  const end = line.indexOf('::', 2);
  if (!line.startsWith('::') || end < 0) return undefined;
  return build(line.slice(2, end), line.slice(end + 2), knows, {
    separator: ',',
    inProperty: colon,
    inValue: data,
  });
}

function parseBracket(line: string, knows: (name: string) => boolean): LogCommand | undefined {
  const begin = line.indexOf('##[');
  const end = line.indexOf(']', begin);
  if (begin < 0 || end < 0) return undefined;
  const rules = { separator: ';', inProperty: bracket, inValue: bracket };
  return build(line.slice(begin + 3, end), line.slice(end + 1), knows, rules);
}

interface Rules {
  readonly separator: string;
  readonly inProperty: Escapes;
  readonly inValue: Escapes;
}

function build(
  head: string,
  value: string,
  knows: (name: string) => boolean,
  rules: Rules,
): LogCommand | undefined {
  const space = head.indexOf(' ');
  const name = (space < 0 ? head : head.slice(0, space)).toLowerCase();
  if (!knows(name)) return undefined;
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

/** Each code and what it stands for; `%25` last, or what it brings forth would be unescaped again. */
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

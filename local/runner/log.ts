import type { Masker } from './masker.ts';

/** What a step prints, as the runner takes it: commands are carried out, everything else is masked and shown. */

/** A yellow or red line of a job's page. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string | undefined;
  readonly message: string;
}

/** `::name key=value,key=value::message`; white space before it does not matter. */
const command = /^\s*::([a-zA-Z-]+)(?:\s+([^:]*(?::(?!:)[^:]*)*))?::(.*)$/s;

/** The log of one step. */
export class StepLog {
  readonly lines: string[] = [];
  readonly annotations: Annotation[] = [];
  /** Lines that held a secret before anybody had said that it is one. */
  readonly #masker: Masker;
  readonly #show: (line: string) => void;
  readonly #debug: boolean;
  #stopped: string | undefined;

  constructor(masker: Masker, debug: boolean, show: (line: string) => void) {
    this.#masker = masker;
    this.#debug = debug;
    this.#show = show;
  }

  /** One line of a step's stdout or stderr. */
  take(line: string): void {
    const [, name = '', properties = '', message = ''] = command.exec(line) ?? [];
    if (this.#stopped !== undefined) {
      if (name === this.#stopped) this.#stopped = undefined;
      else this.print(line);
    } else if (!this.#carryOut(name.toLowerCase(), properties, message)) this.print(line);
  }

  /** A line of the runner's own, or one that is no command. */
  print(line: string): void {
    const masked = this.#masker.mask(line);
    this.lines.push(masked);
    this.#show(masked);
  }

  #carryOut(name: string, properties: string, escaped: string): boolean {
    const message = unescape(escaped);
    switch (name) {
      case 'add-mask':
        this.#masker.add(message);
        return true;
      case 'debug':
        if (this.#debug) this.print(`##[debug]${message}`);
        return true;
      case 'error':
      case 'warning':
      case 'notice':
        this.annotate(name, message, propertiesOf(properties)['title']);
        return true;
      case 'group':
        this.print(`##[group]${message}`);
        return true;
      case 'endgroup':
        this.print('##[endgroup]');
        return true;
      case 'stop-commands':
        this.#stopped = message;
        return true;
      case 'set-env':
      case 'add-path':
      case 'set-output':
      case 'save-state':
        this.annotate(
          'error',
          `The \`${name}\` command is disabled. Please upgrade to using Environment Files.`,
          undefined,
        );
        return true;
      default:
        return false;
    }
  }

  annotate(level: Annotation['level'], message: string, title: string | undefined): void {
    const masked = this.#masker.mask(message).slice(0, 4096);
    this.annotations.push({
      level,
      title: title === undefined ? undefined : this.#masker.mask(title),
      message: masked,
    });
    for (const [index, line] of masked.split('\n').entries()) {
      const shown = index === 0 ? `##[${level}]${line}` : line;
      this.lines.push(shown);
      this.#show(shown);
    }
  }
}

function unescape(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
}

function propertiesOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(',').flatMap((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0 ? [] : [[pair.slice(0, equals).trim(), unescape(pair.slice(equals + 1))]];
    }),
  );
}

import { parseLogCommand, type LogCommand } from './log-command.ts';
import type { Masker } from './masker.ts';

/** Processes what a step prints as the runner does: commands are executed, everything else is masked and shown. */

/** A yellow or red line of a job's page. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string | undefined;
  readonly message: string;
}

/** GitHub's limits of a step's annotations: how many of each level, and how many characters of each. */
const limits = { annotations: 10, characters: 4096 } as const;

const disabled = (name: string): string =>
  `The \`${name}\` command is disabled. Please upgrade to using Environment Files or opt into unsecure command ` +
  'execution by setting the `ACTIONS_ALLOW_UNSECURE_COMMANDS` environment variable to `true`. For more information ' +
  'see: https://github.blog/changelog/2020-10-01-github-actions-deprecating-set-env-and-add-path-commands/';
const deprecated = (name: string): string =>
  `The \`${name}\` command is deprecated and will be disabled soon. Please upgrade to using Environment Files. For ` +
  'more information see: https://github.blog/changelog/' +
  '2022-10-11-github-actions-deprecating-save-state-and-set-output-commands/';

/** Commands that are not echoed; `stop-commands` is always shown. */
const notEchoed = ['add-mask', 'debug', 'error', 'notice', 'stop-commands', 'warning'];

/** The log of one step. */
export class StepLog {
  readonly lines: string[] = [];
  readonly annotations: Annotation[] = [];
  /** From `::set-output` and `::save-state`. */
  readonly outputs: Record<string, string> = {};
  readonly state: Record<string, string> = {};
  /** Whether a command was refused, which fails the step. */
  refused = false;
  readonly #masker: Masker;
  readonly #show: (line: string) => void;
  readonly #debug: boolean;
  /** Whether commands are shown too: after `::echo::on`, and always when debugging. */
  #echo: boolean;
  #stopped: string | undefined;

  constructor(masker: Masker, debug: boolean, show: (line: string) => void) {
    this.#masker = masker;
    this.#debug = debug;
    this.#echo = debug;
    this.#show = show;
  }

  /** Processes one line of a step's stdout or stderr. */
  read(line: string): void {
    const command = parseLogCommand(line, this.#stopped);
    if (command === undefined) this.print(line);
    else if (this.#stopped === undefined) {
      if (this.#echo && !notEchoed.includes(command.name)) this.print(line);
      this.#execute(command, line);
    } else {
      if (command.name === this.#stopped.toLowerCase()) this.#stopped = undefined;
      this.print(line);
    }
  }

  /** Prints lines of the runner's own, or one that is not a command. */
  print(text: string): void {
    for (const line of this.#masker.mask(text).split('\n')) {
      this.lines.push(line);
      this.#show(line);
    }
  }

  /** Prints lines only when debugging. */
  debug(text: string): void {
    if (this.#debug) for (const line of text.split('\n')) this.print(`##[debug]${line}`);
  }

  annotate(level: Annotation['level'], message: string, title?: string): void {
    this.print(`##[${level}]${message}`);
    if (this.annotations.filter((one) => one.level === level).length >= limits.annotations) return;
    this.annotations.push({
      level,
      title: title === undefined ? undefined : this.#masker.mask(title),
      message: this.#masker.mask(message).slice(0, limits.characters),
    });
  }

  #execute({ name, properties, value }: LogCommand, line: string): void {
    switch (name) {
      case 'add-mask':
        this.#mask(value);
        return;
      case 'debug':
        this.debug(value);
        return;
      case 'error':
      case 'warning':
      case 'notice':
        this.annotate(name, value, properties['title']);
        return;
      case 'group':
        this.print(`##[group]${value}`);
        return;
      case 'endgroup':
        this.print('##[endgroup]');
        return;
      case 'echo':
        this.#switchEcho(value, line);
        return;
      case 'stop-commands':
        this.#stop(value, line);
        return;
      case 'set-output':
      case 'save-state':
        this.#save(name, properties['name'], value, line);
        return;
      case 'set-env':
      case 'add-path':
        this.#refuse(line, disabled(name));
        return;
      default: // Problem matchers print nothing.
    }
  }

  #mask(secret: string): void {
    if (secret.trim() === '') {
      this.annotate('warning', "Can't add secret mask for empty string in ##[add-mask] command.");
      return;
    }
    if (this.#echo) this.print('::add-mask::***');
    this.#masker.add(secret);
  }

  #switchEcho(value: string, line: string): void {
    const wanted = value.trim().toLowerCase();
    if (wanted === 'on' || wanted === 'off') this.#echo = wanted === 'on';
    else {
      const rule = "Invalid echo command value. Possible values can be: 'on', 'off'.";
      this.#refuse(line, `${rule} Current value is: '${value}'.`);
    }
  }

  /** From here on only the given token is a command. */
  #stop(word: string, line: string): void {
    if (word.length > 6) this.#masker.add(word);
    this.print(line);
    if (word === '' || parseLogCommand(`::${word}::`)) this.#refuse(line, 'You cannot use this endToken.');
    else this.#stopped = word;
  }

  #save(name: 'set-output' | 'save-state', key: string | undefined, value: string, line: string): void {
    if (key === undefined) {
      this.#refuse(line, `Required field 'name' is missing in ##[${name}] command.`);
      return;
    }
    this.annotate('warning', deprecated(name));
    (name === 'set-output' ? this.outputs : this.state)[key] = value;
  }

  #refuse(line: string, reason: string): void {
    this.refused = true;
    this.annotate('error', `Unable to process command '${line}' successfully.`);
    this.annotate('error', reason);
  }
}

import { ActionError } from '../text/action-error.ts';
import { quoted } from '../text/quote.ts';
import { invisibleIn } from './invisible.ts';

/** One thing wrong with the inputs, in words that name the input, the value, the rule and the repair. */
export interface Problem {
  /** The input (or environment variable) to change. */
  readonly input: string;
  readonly text: string;
  /** Set where more is to be said than fits here. */
  readonly topic?: 'id-token' | 'empty' | undefined;
}

/** All problems, collected, so that users can fix them at once. */
export class Problems {
  readonly #found: Problem[] = [];
  readonly #warnings = new Map<string, Problem>();
  readonly #whole = new Set<string>();

  /** @param rule follows the quoted value: `is not …, try …` */
  add(input: string, value: string, rule: string): void {
    const hidden = invisibleIn(value);
    this.say(input, `${quoted(value)}${hidden ? ` (with ${hidden})` : ''} ${rule}`);
  }

  /** For what has no value to show: nothing was given, or a secret was. */
  say(input: string, text: string, topic?: Problem['topic']): void {
    if (this.#whole.has(input)) return;
    // A problem that many accounts share is reported once.
    if (this.#found.some((one) => one.input === input && one.text === text)) return;
    this.#found.push({ input, text, ...(topic === undefined ? {} : { topic }) });
  }

  /** For an input whose whole value is wrong: whatever else is found in it follows from that, and is not reported. */
  only(input: string, text: string, topic?: Problem['topic']): void {
    this.say(input, text, topic);
    this.#whole.add(input);
  }

  /** For what is not wrong, but will hardly do what was meant. */
  warn(input: string, text: string): void {
    this.#warnings.set(`${input}: ${text}`, { input, text });
  }

  get warnings(): readonly Problem[] {
    return [...this.#warnings.values()];
  }

  get all(): readonly Problem[] {
    return this.#found;
  }

  /** In the order in which a user reads about the inputs; first what is not an input, such as a variable. */
  inOrderOf(inputs: readonly string[]): readonly Problem[] {
    const place = ({ input }: Problem): number => inputs.indexOf(input.split(/[.,]/)[0] ?? '');
    return [...this.#found].sort((a, b) => place(a) - place(b));
  }
}

/** Thrown when any input is wrong: no request has been made, nothing has been exported. */
export class InputError extends ActionError {
  declare readonly code: 'invalid-input';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super('invalid-input', problems.map((one) => `${one.input}: ${one.text}`).join('\n'));
    this.problems = problems;
  }
}

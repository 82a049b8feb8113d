import { say, warn } from '../github/log.ts';

/** What the post step finds: each sentence is logged at once, and saved for the summary of the job. */
export class Findings {
  readonly sentences: string[] = [];

  say(sentence: string): void {
    say(sentence);
    this.sentences.push(sentence);
  }

  warn(sentence: string): void {
    warn(sentence);
    this.sentences.push(sentence);
  }
}

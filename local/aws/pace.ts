/** A limit of requests: a bucket of tokens that is filled steadily, as AWS's services have them. */
export class Pace {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #filled: number | undefined;

  /** @param burst requests at once, and the most that are saved up */
  constructor({ perSecond, burst }: { readonly perSecond: number; readonly burst: number }) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
  }

  /** Whether a request is one too many. One that is not counts. */
  isExceeded(now: Date): boolean {
    const time = now.getTime() / 1000;
    this.#tokens = Math.min(this.#burst, this.#tokens + (time - (this.#filled ?? time)) * this.#perSecond);
    this.#filled = time;
    if (this.#tokens < 1) return true;
    this.#tokens--;
    return false;
  }
}

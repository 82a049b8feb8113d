import { stringify } from 'yaml';

/** From an offset to another, what stands there instead. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Changes of a YAML text that leave everything else as it is, to the letter. Offsets are those of the text as it was. */
export class Edits {
  readonly text: string;
  readonly #edits: Edit[] = [];
  #result: string | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** Edits must not overlap; of two at the same place, the one that was made first comes first. */
  replace(from: number, to: number, text: string): void {
    this.#edits.push({ from, to, text });
    this.#result = undefined;
  }

  /** Whether what stands at an offset is replaced already. */
  covers(offset: number): boolean {
    return this.#edits.some(({ from, to }) => from <= offset && offset < to);
  }

  /** Puts whole lines after the line that holds the last character before an offset. */
  insertAfter(offset: number, lines: readonly string[]): void {
    if (lines.length === 0) return;
    const at = this.lineAfter(offset);
    const open = at > 0 && this.text[at - 1] !== '\n' ? this.#lineEnd : '';
    this.replace(at, at, open + lines.join(''));
  }

  /** `name: value` as a line, or as several for a value of several. */
  line(indent: string, name: string, value: string): string {
    const block = ['|', ...value.split('\n').map((one) => `${indent}  ${one}`)].join(this.#lineEnd);
    const plain: unknown = /^(true|false|\d+)$/.test(value) ? JSON.parse(value) : value;
    const written = value.includes('\n') ? block : stringify(plain, { lineWidth: 0 }).trim();
    return `${indent}${name}: ${written}${this.#lineEnd}`;
  }

  /** `name:` as a line. */
  opening(indent: string, name: string): string {
    return `${indent}${name}:${this.#lineEnd}`;
  }

  /** What stands before an offset on its line. */
  before(offset: number): string {
    return this.text.slice(this.lineStart(offset), offset);
  }

  lineStart(offset: number): number {
    return this.text.lastIndexOf('\n', offset - 1) + 1;
  }

  /** The offset after the line end of the line that holds the last character before an offset. */
  lineAfter(offset: number): number {
    if (this.text[offset - 1] === '\n') return offset;
    const end = this.text.indexOf('\n', offset);
    return end === -1 ? this.text.length : end + 1;
  }

  get result(): string {
    return (this.#result ??= this.#applied());
  }

  #applied(): string {
    return this.#edits
      .map((edit, index) => ({ edit, index }))
      .sort((a, b) => b.edit.from - a.edit.from || b.index - a.index)
      .reduce((text, { edit }) => text.slice(0, edit.from) + edit.text + text.slice(edit.to), this.text);
  }

  /** The line of the result, from 1, on which what stood at an offset stands now. */
  newLine(offset: number): number {
    const place = this.#edits
      .filter(({ to }) => to <= offset)
      .reduce((sum, { from, to, text }) => sum + text.length - (to - from), offset);
    return this.result.slice(0, place).split('\n').length;
  }

  get #lineEnd(): string {
    return this.text.includes('\r\n') ? '\r\n' : '\n';
  }
}

import { stringify } from 'yaml';

/** From an offset to another, what is there instead. */
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
    if (this.text.slice(from, to) === text) return;
    this.#edits.push({ from, to, text });
    this.#result = undefined;
  }

  insertAt(offset: number, text: string): void {
    this.replace(offset, offset, text);
  }

  /** Whether what is at an offset is replaced already. */
  covers(offset: number): boolean {
    return this.#edits.some(({ from, to }) => from <= offset && offset < to);
  }

  /** Puts whole lines after the line that holds the last character before an offset. */
  insertAfter(offset: number, lines: readonly string[]): void {
    if (lines.length === 0) return;
    const at = this.lineAfter(offset);
    const isOpen = at > 0 && this.text[at - 1] !== '\n';
    const isRemoved = this.#edits.some(({ to, text }) => to === at && text === '');
    const open = isOpen && !isRemoved ? this.lineEnd : '';
    this.insertAt(at, open + lines.join(''));
  }

  /** `name: value` as a line, or as several for a value of several. */
  line(indent: string, name: string, value: string): string {
    return `${indent}${name}: ${this.scalar(value, indent)}${this.lineEnd}`;
  }

  /** A value as YAML, on one line, or as a block for a value of several. */
  scalar(value: string, indent: string): string {
    if (value.includes('\n'))
      return ['|', ...value.split('\n').map((one) => `${indent}  ${one}`)].join(this.lineEnd);
    const plain: unknown = /^(true|false|[1-9]\d{0,5})$/.test(value) ? JSON.parse(value) : value;
    return stringify(plain, { lineWidth: 0, singleQuote: true }).trim();
  }

  /** What is before an offset on its line. */
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
      .sort((a, b) => b.edit.from - a.edit.from || b.edit.to - a.edit.to || b.index - a.index)
      .reduce((text, { edit }) => text.slice(0, edit.from) + edit.text + text.slice(edit.to), this.text);
  }

  /** The line of the result, from 1, on which what was at an offset is now. */
  newLine(offset: number): number {
    const place = this.#edits
      .filter(({ to }) => to <= offset)
      .reduce((sum, { from, to, text }) => sum + text.length - (to - from), offset);
    return this.result.slice(0, place).split('\n').length;
  }

  get lineEnd(): string {
    return this.text.includes('\r\n') ? '\r\n' : '\n';
  }
}

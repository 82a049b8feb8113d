import { stringify } from 'yaml';

/** From an offset to another, what is there instead. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Changes of a YAML text that leave everything else exactly as it is. Offsets are those of the original text. */
export class Edits {
  readonly text: string;
  readonly #edits: Edit[] = [];
  #result: string | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** Edits must not overlap. If two are at the same place, the one that was added first comes first. */
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
    const open = isOpen && !isRemoved ? this.lineEndAt(offset) : '';
    this.insertAt(at, open + lines.join(''));
  }

  /** `name: value` as a line, or as several for a value of several, with the line end that is used at an offset. */
  line(indent: string, [name, value]: readonly [string, string], offset: number): string {
    return `${indent}${name}: ${this.scalar(value, indent, offset)}${this.lineEndAt(offset)}`;
  }

  /**
   * A value as YAML, on one line, or as a block for a value of several.
   * @param offset what is on the lines after it must not become part of the block
   * @param comment stays beside the value
   */
  scalar(value: string, indent: string, offset: number, comment = ''): string {
    const beside = comment === '' ? '' : ` ${comment}`;
    if (value.includes('\n') && this.#wouldGrow(indent.length + 2, offset))
      return JSON.stringify(`${value}\n`) + beside;
    if (value.includes('\n'))
      return [`|${beside}`, ...value.split('\n').map((one) => `${indent}  ${one}`)].join(
        this.lineEndAt(offset),
      );
    const plain: unknown = /^(true|false|[1-9]\d{0,5})$/.test(value) ? JSON.parse(value) : value;
    return stringify(plain, { lineWidth: 0, singleQuote: true }).trim() + beside;
  }

  /** Whether lines follow that would become part of a block. */
  #wouldGrow(column: number, offset: number): boolean {
    return this.#remarksAfter(offset).some(
      ({ blanks, isComment }) =>
        blanks.includes('\t') || blanks.length > column || (isComment && blanks.length === column),
    );
  }

  /** Comments and blank lines after the line that holds the last character before an offset. */
  #remarksAfter(offset: number): { at: number; blanks: string; isComment: boolean }[] {
    const remarks: { at: number; blanks: string; isComment: boolean }[] = [];
    for (let at = this.lineAfter(offset); at < this.text.length; at = this.lineAfter(at + 1)) {
      const [blanks = '', mark = ''] = /^[ \t]*(#?)/.exec(this.text.slice(at, this.lineAfter(at + 1))) ?? [];
      const isComment = mark === '#';
      const rest = this.text.slice(at + blanks.length, this.lineAfter(at + 1));
      if (!isComment && rest.trim() !== '') break;
      remarks.push({ at, blanks: isComment ? blanks.slice(0, -1) : blanks, isComment });
    }
    return remarks;
  }

  /**
   * Indents the comments and blank lines that follow like a key, so that they do not become part of a block above.
   */
  alignAfter(offset: number, indent: string): void {
    for (const { at, blanks } of this.#remarksAfter(offset))
      if (blanks.length > indent.length || blanks.includes('\t'))
        this.replace(at, at + blanks.length, indent);
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
    const parts: string[] = [];
    let at = 0;
    const inOrder = this.#edits
      .map((edit, index) => ({ edit, index }))
      .sort((a, b) => a.edit.from - b.edit.from || a.edit.to - b.edit.to || a.index - b.index);
    for (const { edit } of inOrder) {
      parts.push(this.text.slice(at, Math.max(at, edit.from)), edit.text);
      at = Math.max(at, edit.to);
    }
    return [...parts, this.text.slice(at)].join('');
  }

  /** The line of the result, from 1, on which what was at an offset is now. */
  newLine(offset: number): number {
    const added = this.#edits
      .filter(({ to }) => to <= offset)
      .reduce((sum, { from, to, text }) => sum + lineEnds(text) - lineEnds(this.text.slice(from, to)), 0);
    return lineEnds(this.text.slice(0, offset)) + added + 1;
  }

  /** How the line ends that holds the last character before an offset; the last line of a file, like the one before. */
  lineEndAt(offset: number): string {
    const after = this.lineAfter(offset);
    const end = this.text[after - 1] === '\n' ? after : this.text.lastIndexOf('\n') + 1;
    return this.text[end - 2] === '\r' ? '\r\n' : '\n';
  }
}

function lineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

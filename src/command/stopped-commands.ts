/**
 * Whether an output has stopped the runner's workflow commands, and not resumed them: `::stop-commands::TOKEN`, then
 * `::TOKEN::` (actions/runner, ActionCommandManager.cs). Lines and commands are read by the runner's rules (ActionCommand.cs).
 */
export class StoppedCommands {
  /** The token that resumes them; undefined while they work. */
  token: string | undefined;
  #line = '';

  /** @param text the next part of the output, one character a byte */
  read(text: string): void {
    // Lines are short; of one without an end, the beginning says what it is.
    const lines = (this.#line + text).split(/\r\n|\r|\n/);
    this.#line = lines.pop()?.slice(0, longest) ?? '';
    for (const line of lines) this.#readLine(line);
  }

  /** The output has ended, and with it its last line. */
  end(): void {
    this.read('\n');
  }

  #readLine(line: string): void {
    for (const form of forms) {
      const [, head = '', value = ''] = form.exec(line) ?? [];
      const [name = ''] = head.toLowerCase().split(' ', 1);
      if (this.token === undefined && name === 'stop-commands') this.token = unescape(value) || undefined;
      else if (name !== '' && name === this.token?.toLowerCase()) this.token = undefined;
      else continue;
      return;
    }
  }
}

/** Characters. */
const longest = 10_000;

const forms = [/^\s*::(.*?)::(.*)$/, /##\[(.*?)\](.*)$/];

const unescape = (text: string): string =>
  text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');

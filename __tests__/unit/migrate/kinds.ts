import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAction, type Action } from '../../../scripts/migrate/pins.ts';
import { ownAction } from '../../../scripts/migrate/release.ts';
import type { Migration, Options, Remark } from '../../../scripts/migrate/workflow.ts';

/**
 * The kinds of steps that public workflows have, each in a small workflow written for the purpose. A file in kinds/ has the
 * workflow before and after, and what is reported: `LINE: TEXT`, further lines of a text indented by two.
 */
export interface Kind {
  readonly name: string;
  readonly options: Options;
  readonly before: string;
  readonly after: string;
  readonly decisions: string;
  readonly notes: string;
}

/** What a kind may set in its section `options`. */
interface Given {
  readonly action?: string;
  /** False: the script does not know which release it belongs to. */
  readonly release?: boolean;
  readonly merge?: boolean;
  readonly modern?: boolean;
  readonly fromVersion?: string;
  readonly lineEnd?: string;
  /** Whether the file ends within a line: before, or after too. */
  readonly noLineEnd?: 'before' | 'both';
}

export const released: Action = ownAction('v1.2.3 0123456789abcdef0123456789abcdef01234567');

/** What the script does unless told otherwise. */
export const usual: Options = { action: released, modern: false, merge: false, fromVersion: undefined };

const folder = join(import.meta.dirname, 'kinds');

export const kinds: readonly Kind[] = readdirSync(folder).map((file) => {
  const text = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n');
  const sections = new Map(
    text.split(/^=== /m).map((section): [string, string] => {
      const end = section.indexOf('\n');
      return [section.slice(0, end), section.slice(end + 1)];
    }),
  );
  const given = JSON.parse(sections.get('options') ?? '{}') as Given;
  const part = (name: string): string => (sections.get(name) ?? '').replaceAll('\n', given.lineEnd ?? '\n');
  return {
    name: file.replace('.kind', ''),
    options: {
      action: given.release === false ? ownAction() : (readAction(given.action ?? '') ?? released),
      ...{ modern: given.modern === true, merge: given.merge === true, fromVersion: given.fromVersion },
    },
    before: given.noLineEnd === undefined ? part('before') : part('before').trimEnd(),
    after: given.noLineEnd === 'both' ? part('after').trimEnd() : part('after'),
    decisions: sections.get('decide') ?? '',
    notes: sections.get('note') ?? '',
  };
});

/** Remarks as a kind has them. What this action says of a value that it refuses is tested where it is said. */
export const written = (remarks: readonly Remark[]): string =>
  remarks
    .map(({ line, text }) => {
      const own = text.replace(/^(This action refuses [\w-]+: ).*$/s, '$1…');
      return `${line}: ${own.replaceAll('\n', '\n  ')}\n`;
    })
    .join('');

/** A migration as a kind has it. */
export const shown = ({
  text,
  decisions,
  notes,
}: Migration): Pick<Kind, 'after' | 'decisions' | 'notes'> => ({
  after: text,
  decisions: written(decisions),
  notes: written(notes),
});

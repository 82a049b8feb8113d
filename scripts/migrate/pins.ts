import type { Edits } from './edits.ts';
import { isCommit, isExactTag, versionIn } from './versions.ts';

/** What takes the place of `aws-actions/configure-aws-credentials@REF`, and of the comment beside it. */

/** This action, as steps name it. */
export interface Action {
  /** `owner/repository`, or a path that begins with `./`. */
  readonly name: string;
  /** For steps that follow a major version. */
  readonly major: string;
  /** The release that this script belongs to; undefined where it cannot know. */
  readonly release: { readonly version: string; readonly commit: string } | undefined;
  /** `--action`: the reference that every step gets, and the comment beside it. */
  readonly fixed: { readonly ref: string; readonly comment: string } | undefined;
}

export const defaultName = 'assume-role-chain/assume-role-chain';

/** @param text `owner/repository@ref`, with a comment or without, as `uses:` has it; or a path that begins with `./` */
export function readAction(text: string): Action | undefined {
  const [, name = '', ref = '', comment = ''] =
    /^(\.\/\S*|[\w.-]+\/[\w./-]+@(?=\S))(\S*)(?:\s+#\s*(.*\S))?\s*$/.exec(text.trim()) ?? [];
  if (name === '') return undefined;
  return { name: name.replace(/@$/, ''), major: ref, release: undefined, fixed: { ref, comment } };
}

/** Where `uses:` points now. */
interface Pin {
  readonly uses: string;
  /** The version that a comment beside a commit names; undefined where the reference is no commit. */
  readonly version: string | undefined;
  /** Whether a step that was pinned to a commit no longer is. */
  readonly loosened: boolean;
}

function pinFor(ref: string, { name, major, release, fixed }: Action): Pin {
  const at = (to: string, version?: string): Pin => ({
    uses: to === '' ? name : `${name}@${to}`,
    version,
    loosened: isCommit(ref) && !isCommit(to) && !name.startsWith('./'),
  });
  if (fixed) return at(fixed.ref, isCommit(fixed.ref) ? fixed.comment : undefined);
  if (isCommit(ref) && release) return at(release.commit, release.version);
  return at(isExactTag(ref) && release ? release.version : major);
}

/**
 * @param from where the value of `uses` begins, @param to where it ends
 * @returns a decision, where a pin could not be kept
 */
export function rewriteUses(from: number, to: number, action: Action, edits: Edits): string | undefined {
  const written = edits.text.slice(from, to);
  const [reference = '', ref = ''] = /aws-actions\/configure-aws-credentials@([^\s"']+)/i.exec(written) ?? [];
  const pin = pinFor(ref, action);
  const begin = from + written.indexOf(reference);
  edits.replace(begin, begin + reference.length, pin.uses);
  const beside = written.endsWith('\n') ? '' : edits.text.slice(to);
  const [comment = ''] = /^[ \t]*#[^\r\n]*/.exec(beside) ?? [];
  const fixed = action.fixed?.comment ?? '';
  if (comment !== '') edits.replace(to, to + comment.length, commentFor(comment, pin, action.name));
  else if (fixed !== '' && /^[ \t]*(\r?\n|$)/.test(beside)) edits.insertAt(to, ` # ${fixed}`);
  if (!pin.loosened) return undefined;
  const why = action.fixed ? '--action names no commit' : 'this script does not know the commit of a release';
  return `The other action was pinned to a commit, and this step uses ${pin.uses}, because ${why}. To pin it again, run the script of a release, or give --action "${action.name}@COMMIT # VERSION".`;
}

/** A comment without version words, and what they were. */
const versionWords =
  /^(\s*#\s*)((?:ratchet\s*:\s*\S+@|pin(?:ned)?(?:\s+to)?\s*@?\s*|tag\s*[=:]\s*|version\s*[=:]?\s*|release\s*[=:]?\s*|@)?v?\d+(?:\.\d+){0,2}(?![\w.]))\s*[-,;:]?\s*(.*)$/i;

/** The comment in the style that it had, with what is true now; `''` where nothing of it is. */
function commentFor(comment: string, { version }: Pin, name: string): string {
  const renamed = comment.replaceAll(/aws-actions\/configure-aws-credentials/gi, name);
  if (version !== undefined && version !== '') {
    return renamed.replace(
      /(?<![\w.])(v?)(\d+)((?:\.\d+){0,2})(?![\w.])/i,
      (whole, letter: string, major: string, rest: string) => {
        // What is no release of the other action says something else.
        if (versionIn(whole, true) === undefined) return whole;
        const number = version.replace(/^v/, '');
        return letter + (rest === '' ? (number.split('.')[0] ?? major) : number);
      },
    );
  }
  const [, mark = '', words, rest = ''] = versionWords.exec(comment) ?? [];
  if (words === undefined) return renamed;
  return rest === '' ? '' : `${mark}${rest}`;
}

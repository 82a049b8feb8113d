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
  /** The version that a comment beside it names; undefined where the reference follows a major version. */
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
  return isExactTag(ref) && release ? at(release.version, release.version) : at(major);
}

/**
 * @param from where the value of `uses` begins, @param to where it ends
 * @returns remarks: a pin that could not be kept, or a comment that is no longer true
 */
export function rewriteUses(
  from: number,
  to: number,
  action: Action,
  edits: Edits,
): { decisions: string[]; notes: string[] } {
  const written = edits.text.slice(from, to);
  const [reference = '', ref = ''] = /aws-actions\/configure-aws-credentials@([^\s"']+)/i.exec(written) ?? [];
  const pin = pinFor(ref, action);
  const begin = from + written.indexOf(reference);
  edits.replace(begin, begin + reference.length, pin.uses);
  const beside = written.endsWith('\n') ? '' : edits.text.slice(to);
  const [comment = ''] = /^[ \t]*#[^\r\n]*/.exec(beside) ?? [];
  const fixed = action.fixed?.comment ?? '';
  const { text, dropped } = commentFor(comment, pin, action.name);
  if (comment !== '') edits.replace(to, to + comment.length, text);
  else if (fixed !== '' && /^[ \t]*(\r?\n|$)/.test(beside)) edits.insertAt(to, ` # ${fixed}`);
  const why = action.fixed ? '--action names no commit' : 'this script does not know the commit of a release';
  const loosened = `The other action was pinned to a commit, and this step uses ${pin.uses}, because ${why}. To pin it again, run the script of a release, or give --action "${action.name}@COMMIT # VERSION".`;
  const about = `These words were left out of the comment, because they name a version of the other action: "${dropped}".`;
  return { decisions: pin.loosened ? [loosened] : [], notes: dropped === '' ? [] : [about] };
}

/** A comment that begins with a version: what is before it, the version, and what follows. */
const versionFirst =
  /^(\s*#\s*)((?:renovate\s*:\s*)?(?:ratchet\s*:\s*\S+@|pin(?:ned)?(?:\s+to)?\s*@?\s*|tag\s*[=:]\s*|version\s*[=:]?\s*|release\s*[=:]?\s*|@)?)(v?\d+(?:\.\d+){0,2})(?![\w.])\s*[-,;:]?\s*(.*?)\s*$/i;
/** A version within other words. A number without the letter may be anything. */
const versionWithin = /(?<![\w.])v\d+(?:\.\d+){0,2}(?![\w.])/i;

/**
 * The comment in its old style, with the new version; `''` if nothing in it is still true. Anything else that it says
 * about a version of the other action is not true of this one.
 */
function commentFor(
  comment: string,
  { version = '' }: Pin,
  name: string,
): { readonly text: string; readonly dropped: string } {
  const ours = (text: string): string => text.replaceAll(/aws-actions\/configure-aws-credentials/gi, name);
  const [, mark = '', words = '', old, others = ''] = versionFirst.exec(comment) ?? [];
  if (old !== undefined && versionIn(old, true) !== undefined) {
    // A second comment is for another program, such as a linter.
    const second = versionWithin.test(others) ? '' : (/(?:^|\s)(#.*)$/.exec(others)?.[1] ?? '');
    const dropped = others.slice(0, others.length - second.length).trim();
    const kept = version === '' ? [] : [(mark + words + inStyleOf(old, version)).trim()];
    const text = [...kept, ...(second === '' ? [] : [second])].join(' ');
    const [blank = ''] = /^\s*/.exec(mark) ?? [];
    return { text: text === '' ? '' : blank + ours(text), dropped };
  }
  const within = versionWithin.exec(comment)?.[0];
  if (within === undefined || versionIn(within, true) === undefined)
    return { text: ours(comment), dropped: '' };
  return { text: version === '' ? '' : ` # ${version}`, dropped: comment.replace(/^\s*#\s*/, '').trim() };
}

/** With or without the letter, and only the major version if the old comment had only that. */
function inStyleOf(old: string, version: string): string {
  const number = version.replace(/^v/i, '');
  const letter = /^v/i.exec(old)?.[0] ?? '';
  return letter + (old.includes('.') ? number : (number.split('.')[0] ?? number));
}

import { usualFate, type Conversion, type Fate, type Given } from './inputs.ts';

/** What one step becomes, whatever file it stands in. */

const isTrue = (text: string): boolean => /^true$/i.test(text.trim());
const isOpen = (text: string): boolean => text.includes('${{');

/** Collects, for one step. */
class Draft {
  readonly fates = new Map<string, Fate>();
  readonly added: [string, string][] = [];
  readonly decisions: string[] = [];
  readonly notes: string[] = [];
  readonly given: Given;
  readonly names: readonly string[];

  constructor(names: readonly string[], given: Given) {
    this.names = names;
    this.given = given;
    for (const name of names) {
      const fate = usualFate(name);
      if (fate) this.fates.set(name, fate);
      else this.decisions.push(`${name} is no input that is known here, and stays as it is.`);
    }
  }

  /** Takes an input out. */
  remove(name: string): void {
    if (this.names.includes(name)) this.fates.set(name, { kind: 'remove' });
  }

  /** Whether a switch is on; one that an expression decides is told, and counts as off. */
  isOn(name: string): boolean {
    const text = this.given(name);
    if (isOpen(text))
      this.decisions.push(
        `${name} was decided by an expression (${text.trim()}), and is taken for false: see docs/migrating.md for what it became.`,
      );
    return isTrue(text);
  }
}

/**
 * @param names of the inputs that stand in the step
 * @param given their texts
 * @returns undefined for a step that assumes no role, which has no counterpart
 */
export function convert(names: readonly string[], given: Given): Conversion | undefined {
  if (given('role-to-assume').trim() === '') return undefined;
  const draft = new Draft(names, given);
  const byToken = chooseSource(draft);
  settleRole(draft, byToken);
  settleTags(draft, byToken);
  settleProfile(draft);
  settleRetries(draft);
  settleRest(draft);
  return draft;
}

/** @returns whether the role is assumed by GitHub's token or a token file, which take less along */
function chooseSource(draft: Draft): boolean {
  const { given } = draft;
  const keys = given('aws-access-key-id').trim() !== '';
  const chaining = draft.isOn('role-chaining');
  const skipsToken = draft.isOn('force-skip-oidc');
  if (given('web-identity-token-file').trim() !== '') {
    // Theirs prefers the file to keys, and auto here the keys.
    if (keys) draft.added.push(['credential-source', 'token-file']);
    return true;
  }
  if (keys) return false;
  if (!chaining && !skipsToken) return true;
  draft.added.push(['credential-source', 'ambient']);
  if (draft.isOn('unset-current-credentials'))
    draft.decisions.push(
      'unset-current-credentials was taken out, and keys in the environment come first of what the runner has: if others were meant, empty AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN in the env of the step.',
    );
  return false;
}

function settleRole(draft: Draft, byToken: boolean): void {
  const role = draft.given('role-to-assume').trim();
  if (role.startsWith('arn:aws-cn:') && byToken && draft.given('audience').trim() === '')
    draft.added.push(['audience', 'sts.amazonaws.com']);
  if (draft.given('role-session-name').trim() === '')
    draft.notes.push(
      'The session was called GitHubActions, and is called <owner>.<repo>@<run id> now; if policies or dashboards look for the old name, add session-name: GitHubActions.',
    );
  if (byToken && draft.given('role-external-id').trim() !== '') {
    draft.remove('role-external-id');
    draft.decisions.push(
      'role-external-id was taken out: a role that is assumed by a token takes none. Where the token is not used after all, put it back as external-id.',
    );
  }
}

const theirTags = /\b(GitHub|Action|Branch)\b/;

function settleTags(draft: Draft, byToken: boolean): void {
  const untagged = draft.isOn('role-skip-session-tagging');
  if (byToken) {
    for (const name of ['custom-tags', 'transitive-tag-keys']) {
      if (draft.given(name).trim() === '') continue;
      draft.remove(name);
      draft.decisions.push(
        `${name} was taken out: a role that is assumed by a token takes no tags, and they were not sent before either. Where the token is not used after all, set them with session-tags.`,
      );
    }
    return;
  }
  if (untagged) {
    for (const name of ['custom-tags', 'transitive-tag-keys']) {
      if (draft.given(name).trim() === '') continue;
      draft.remove(name);
      draft.notes.push(`${name} was taken out: with role-skip-session-tagging no tags were sent.`);
    }
    return;
  }
  draft.added.push(['workflow-tags', 'true']);
  const changed =
    'the tag Branch is called Ref now, GitHub and Action are not sent, and RunId, Job and EventName are new.';
  draft.decisions.push(
    `The session was tagged, and workflow-tags: true does the same: ${changed} Leave it out if nothing looks at tags; if policies ask for the old ones, set them with session-tags.`,
  );
  if (theirTags.test(draft.given('transitive-tag-keys')))
    draft.decisions.push(
      'transitive-tag-keys names a tag that is not sent any more (Branch is Ref; GitHub and Action are gone).',
    );
  settleOwnTags(draft);
}

function settleOwnTags(draft: Draft): void {
  const text = draft.given('custom-tags').trim();
  if (text === '') return;
  const lines = isOpen(text) ? undefined : linesOf(text);
  if (lines) draft.fates.set('custom-tags', { kind: 'replace', to: 'session-tags', value: lines });
  else {
    draft.fates.set('custom-tags', { kind: 'rename', to: 'session-tags' });
    draft.decisions.push(
      'session-tags takes a line "key=value" for each tag, and no JSON: rewrite its value.',
    );
  }
}

/** `{"a": "b"}` as lines `a=b`. */
function linesOf(json: string): string | undefined {
  try {
    const tags: unknown = JSON.parse(json);
    if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) return undefined;
    const lines = Object.entries(tags).map(([key, value]) =>
      ['string', 'number', 'boolean'].includes(typeof value) ? `${key}=${String(value)}`.trim() : '',
    );
    // What a line cannot say, somebody must.
    return lines.every((line) => /^[^=\s][^=\r\n]*=[^\r\n]*$/.test(line)) ? lines.join('\n') : undefined;
  } catch {
    return undefined;
  }
}

function settleProfile(draft: Draft): void {
  const profile = draft.given('aws-profile').trim() !== '';
  if (!profile) return;
  draft.notes.push(
    'The profile renews itself, and is written to a copy of the config, not to ~/.aws: steps find it by AWS_CONFIG_FILE, and AWS_PROFILE names it.',
  );
  if (draft.isOn('overwrite-aws-profile'))
    draft.decisions.push(
      'overwrite-aws-profile was taken out: a profile that stands in ~/.aws already is refused. Choose another name for this one.',
    );
  const both = draft.given('output-env-credentials').trim();
  if (both === '' || /^false$/i.test(both)) return;
  draft.remove('output-env-credentials');
  draft.decisions.push(
    'output-env-credentials was taken out: exported keys would outrank the profile. Where steps need keys, use the action a second time without profile.',
  );
}

function settleRetries(draft: Draft): void {
  if (draft.isOn('disable-retry')) {
    draft.remove('retry-max-attempts');
    draft.fates.set('disable-retry', { kind: 'replace', to: 'max-attempts', value: '1' });
  }
  if (/^0*$/.test(draft.given('action-timeout-s').trim())) draft.remove('action-timeout-s');
}

function settleRest(draft: Draft): void {
  if (draft.isOn('use-existing-credentials'))
    draft.decisions.push(
      'use-existing-credentials was taken out: credentials of somebody else are never taken for the right ones. To keep those of an earlier step of this action, add min-remaining-seconds: 900.',
    );
  if (draft.isOn('special-characters-workaround'))
    draft.notes.push(
      'special-characters-workaround was taken out: the one case that is known, a key that begins with a slash under Git Bash on Windows, is seen to by itself.',
    );
}

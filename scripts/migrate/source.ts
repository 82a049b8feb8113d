import type { Draft } from './draft.ts';
import { isTrue, operand, type Value } from './expressions.ts';

/** Which credentials a step starts from, as far as the file says. */

export interface Source {
  /** Whether the role is assumed with a token (GitHub's, or one in a file). Such a call has no tags and no external id. */
  readonly byToken: 'always' | 'maybe' | 'never';
  /** The same for GitHub's token alone. */
  readonly oidc: 'always' | 'maybe' | 'never';
  /** An expression that is true where the role is assumed without a token; undefined where the file does not decide it. */
  readonly when: string | undefined;
}

type State = 'given' | 'maybe' | 'absent';

const stateOf = (value: Value): State =>
  value.kind === 'absent' ? 'absent' : value.kind === 'open' && value.mayBeEmpty ? 'maybe' : 'given';

/**
 * `auto` starts from keys, then a token file, then GitHub's token, then what the runner has. The other action prefers a
 * token file to keys, and `role-chaining` keeps it from GitHub's token: where that matters, the step gets `credential-source`.
 */
export function chooseSource(draft: Draft): Source {
  const [keys, file] = [draft.value('aws-access-key-id'), draft.value('web-identity-token-file')];
  const states = { keys: stateOf(keys), file: stateOf(file) };
  const [chaining, skips] = [draft.isOn('role-chaining'), draft.isOn('force-skip-oidc')];
  const skipsToken = [
    ...(chaining === 'open' ? [isTrue(draft.value('role-chaining'))] : []),
    ...(skips === 'open' ? [isTrue(draft.value('force-skip-oidc'))] : []),
  ];
  const ambient = (chaining === true || skips === true) && states.keys !== 'given';
  writeSource(draft, { states, keys, file, ambient, skipsToken });
  if (ambient && states.keys === 'absent' && chaining !== true) tellUnset(draft);
  if (states.file === 'given') return { byToken: 'always', oidc: 'never', when: undefined };
  const notByFile = states.file === 'maybe' ? `!${operand(file)}` : undefined;
  const { idToken } = draft.theirs.surroundings;
  if (states.keys === 'given' || ambient || idToken === 'no') {
    if (!ambient && states.keys === 'absent' && chaining === false) tellUnset(draft);
    return { byToken: notByFile === undefined ? 'never' : 'maybe', oidc: 'never', when: notByFile };
  }
  const others = [...(states.keys === 'maybe' ? [operand(keys)] : []), ...skipsToken];
  if (idToken === 'yes' && others.length === 0)
    return { byToken: 'always', oidc: notByFile === undefined ? 'always' : 'maybe', when: undefined };
  const either = others.length > 1 ? `(${others.join(' || ')})` : others[0];
  const when = either === undefined || notByFile === undefined ? either : `${notByFile} && ${either}`;
  return { byToken: 'maybe', oidc: 'maybe', when };
}

interface SourceFacts {
  readonly states: { readonly keys: State; readonly file: State };
  readonly keys: Value;
  readonly file: Value;
  readonly ambient: boolean;
  /** Expressions that are true where GitHub's token is not used. */
  readonly skipsToken: readonly string[];
}

function writeSource(draft: Draft, { states, keys, file, ambient, skipsToken }: SourceFacts): void {
  const choices: string[] = [];
  const withKeys = states.keys !== 'absent';
  if (states.file === 'given') {
    if (withKeys) draft.added.set('credential-source', 'token-file');
    return;
  }
  if (states.file === 'maybe' && (withKeys || ambient || skipsToken.length > 0))
    choices.push(`${operand(file)} && 'token-file'`);
  if (states.keys !== 'given' && (ambient || skipsToken.length > 0)) {
    if (states.keys === 'maybe') choices.push(`${operand(keys)} && 'access-key'`);
    if (!ambient) choices.push(...skipsToken.map((condition) => `${condition} && 'ambient'`));
  }
  const otherwise = ambient ? 'ambient' : 'auto';
  if (choices.length > 0)
    draft.added.set('credential-source', `\${{ ${[...choices, `'${otherwise}'`].join(' || ')} }}`);
  else if (ambient) draft.added.set('credential-source', otherwise);
}

function tellUnset(draft: Draft): void {
  if (draft.isOn('unset-current-credentials') === false) return;
  draft.decisions.push(
    'unset-current-credentials was left out. The other action emptied the keys in the environment before it looked for credentials; this action uses them first. If the role must be assumed with other credentials of the runner, set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN to empty strings in the env: of this step.',
  );
}

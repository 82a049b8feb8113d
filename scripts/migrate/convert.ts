import { Draft, shown } from './draft.ts';
import { repairedBoolean, type Effective } from './effective.ts';
import { settleDelivery } from './delivery.ts';
import { settleLimits } from './limits.ts';
import { theirInputs, type Conversion } from './inputs.ts';
import { chooseSource, type Source } from './source.ts';
import { settleRole } from './role.ts';
import { settleTags } from './tags.ts';
import { durationByKeys, masksByDefault } from './versions.ts';
import { operand } from './expressions.ts';

/** The equivalent of one step of the other action, whatever file it is in. */

/**
 * @param modern take this action's defaults for the session's name, its tags, its duration and masking
 * @returns undefined for a step that assumes no role, which has no counterpart
 */
export function convert(theirs: Effective, modern: boolean): Conversion | undefined {
  if (theirs.value('role-to-assume').kind === 'absent') return undefined;
  const draft = new Draft(theirs, modern);
  for (const name of new Set([...theirs.names, ...Object.keys(theirInputs)])) settleUsual(name, draft);
  const source = chooseSource(draft);
  settleRole(draft, source);
  settleSession(draft, source);
  settleTags(draft, source);
  settleMasking(draft);
  settleDelivery(draft);
  settleLimits(draft);
  settleRest(draft);
  return {
    ...{ fates: draft.fates, decisions: draft.decisions, notes: draft.notes, byToken: source.byToken },
    ...{ added: [...draft.added], variables: [...draft.variables] },
  };
}

/** Converts an input that does not depend on the rest of the step. */
function settleUsual(name: string, draft: Draft): void {
  const { theirs } = draft;
  const input = Object.hasOwn(theirInputs, name) ? theirInputs[name] : undefined;
  if (!input) {
    draft.remove(name);
    draft.decisions.push(
      `${name} is not an input of the other action, which ignored it with a warning. This action refuses unknown inputs, so ${name} was left out. If it was a typing mistake, add the right input.`,
    );
    return;
  }
  if (theirs.ignores(name) && theirs.names.includes(name)) {
    tellIgnored(name, draft);
    return;
  }
  const value = theirs.value(name);
  if (value.kind === 'absent' || input.to === undefined) draft.remove(name);
  else draft.keep(name, input.to, input.empty);
  const repaired =
    input.boolean && input.to !== undefined && value.kind === 'known'
      ? repairedBoolean(value.text, theirs.version)
      : undefined;
  if (repaired !== undefined && input.to !== undefined) draft.write(name, input.to, repaired);
}

/** Inputs that need no counterpart here, so that nothing is lost. */
const harmless = [
  ...['unset-current-credentials', 'overwrite-aws-profile', 'special-characters-workaround'],
  'translate-env-variables',
];

/** A restriction that had no effect is kept, because its author wanted it. */
function tellIgnored(name: string, draft: Draft): void {
  const { version } = draft.theirs;
  const had = `${name} had no effect: version ${version} of the other action does not have it.`;
  if (name === 'allowed-account-ids') {
    draft.fates.set(name, { kind: 'rename', to: name });
    draft.decisions.push(`${had} Here it is checked. Make sure that the role's account is in the list.`);
    return;
  }
  draft.remove(name);
  if (harmless.includes(name)) return;
  const counterpart = theirInputs[name]?.to;
  const repair = counterpart === undefined ? '' : ` If you want it, add ${counterpart}.`;
  draft.decisions.push(`${had} It was left out.${repair}`);
}

function settleSession(draft: Draft, source: Source): void {
  if (draft.value('role-session-name').kind === 'absent') {
    if (draft.modern)
      draft.notes.push('The session is called <owner>.<repo>@<run id> instead of GitHubActions (--modern).');
    else draft.write('role-session-name', 'session-name', 'GitHubActions');
  } else draft.keep('role-session-name', 'session-name', draft.modern ? undefined : 'GitHubActions');
  settleDuration(draft, source);
}

/** Up to version 2, sessions that were not assumed with GitHub's token, or with a session token, lasted six hours. */
function settleDuration(draft: Draft, { oidc, when }: Source): void {
  const name = 'role-duration-seconds';
  const given = draft.value(name);
  const usual = durationByKeys(draft.theirs.version);
  draft.keepPositive(name, 'duration-seconds', oidc === 'never' && !draft.modern ? String(usual) : '3600');
  const seconds = given.kind === 'known' ? Number.parseInt(given.text, 10) : Number.NaN;
  const isDefault = given.kind === 'absent' || (given.kind === 'known' && !(seconds > 0));
  if (given.kind === 'known' && isDefault) draft.remove(name, 'duration-seconds');
  if (given.kind === 'known' && !isDefault && String(seconds) !== given.text.trim())
    draft.write(name, 'duration-seconds', String(seconds));
  if (usual === 3600 || oidc === 'always') return;
  const token = draft.value('aws-session-token');
  if (token.kind !== 'absent' && !(token.kind === 'open' && token.mayBeEmpty)) return;
  if (draft.modern) {
    if (isDefault) draft.notes.push('The session lasts one hour instead of six (--modern).');
    return;
  }
  if (given.kind === 'open' && !given.mayBeZero && oidc === 'never')
    draft.keep(name, 'duration-seconds', String(usual));
  if (!isDefault) return;
  if (oidc === 'never' && token.kind === 'absent') draft.added.set('duration-seconds', String(usual));
  else if (oidc === 'never')
    draft.added.set('duration-seconds', `\${{ ${operand(token)} && '3600' || '${usual}' }}`);
  else if (when !== undefined)
    draft.added.set('duration-seconds', `\${{ (${when}) && '${usual}' || '3600' }}`);
}

function settleMasking(draft: Draft): void {
  const name = 'mask-aws-account-id';
  if (!masksByDefault(draft.theirs.version)) return;
  const value = draft.value(name);
  if (value.kind === 'open') draft.keep(name, 'mask-account-id', 'true');
  if (value.kind !== 'absent') return;
  if (draft.modern) draft.notes.push('Account ids are no longer masked in the log (--modern).');
  else draft.write(name, 'mask-account-id', 'true');
}

function settleRest(draft: Draft): void {
  const existing = draft.value('use-existing-credentials');
  if (existing.kind !== 'absent') {
    const surprise =
      existing.kind === 'known' && /^false$/i.test(existing.text.trim())
        ? ' (The other action took any text for true, even false.)'
        : '';
    draft.decisions.push(
      `use-existing-credentials was left out.${surprise} This action does not use credentials it did not get itself. To reuse those of an earlier step of this action, add min-remaining-seconds: 900.`,
    );
  }
  const variables = Object.keys(theirInputs).flatMap((name) => draft.theirs.variableOf(name) ?? []);
  if (draft.value('translate-env-variables').kind === 'open' && variables.length > 0)
    draft.decisions.push(
      `translate-env-variables was left out. This step now always uses ${variables.join(' and ')}, whatever ${shown(draft.value('translate-env-variables'))} is. If some runs must not, remove the inputs that read env.`,
    );
  if (draft.isOn('special-characters-workaround') !== false)
    draft.notes.push(
      'special-characters-workaround was left out. The one known case, a key that begins with a slash under Git Bash on Windows, works without it.',
    );
}

import { shown, type Draft } from './draft.ts';
import { conditionsOf, operand, type Value } from './expressions.ts';
import type { Source } from './source.ts';

/** Which role a step assumes, and the settings that are sent with that request. */

export function settleRole(draft: Draft, source: Source): void {
  const role = draft.value('role-to-assume');
  if (role.kind === 'open' && role.mayBeEmpty && !isRequired(role, draft)) tellOptional(role, draft);
  if (isInChina(role, draft) && source.byToken !== 'never' && draft.value('audience').kind === 'absent')
    draft.write('audience', 'audience', 'sts.amazonaws.com');
  settleExternalId(draft, source);
}

/** Whether the step runs only where there is a role: its own `if:` says so, or the job's. */
function isRequired(role: Value, draft: Draft): boolean {
  const name = shown(role).replaceAll(/\s/g, '');
  return draft.theirs.conditions
    .flatMap(conditionsOf)
    .some((one) => [name, `${name}!=''`, `${name}!=null`, `''!=${name}`].includes(one));
}

function tellOptional(role: Value, draft: Draft): void {
  const hasKeys = draft.value('aws-access-key-id').kind !== 'absent';
  const [did, also] = hasKeys
    ? ['exported the keys as they were', ', and pass the keys to the other steps with env:']
    : ["used the runner's own credentials, or failed without any", ''];
  draft.decisions.push(
    `${shown(role)} may be empty. The other action then assumed no role and ${did}. This action stops with an error, because it always assumes a role. If some runs have no role, add "if: ${shown(role)} != ''" to this step${also}.`,
  );
}

/** Only in China is the default audience of this action a different one. */
function isInChina(role: Value, draft: Draft): boolean {
  const text = role.kind === 'absent' ? '' : role.text.trim();
  if (text.startsWith('arn:')) return text.startsWith('arn:aws-cn:');
  const region = draft.value('aws-region');
  return role.kind === 'open' && region.kind === 'known' && region.text.trim().startsWith('cn-');
}

/** A role that is assumed with a token accepts none: the other action left it out then, and this action refuses it. */
function settleExternalId(draft: Draft, { byToken, when }: Source): void {
  const name = 'role-external-id';
  const externalId = draft.value(name);
  if (externalId.kind === 'absent' || byToken === 'never') return;
  if (byToken === 'always') {
    draft.remove(name, 'external-id');
    draft.notes.push(
      'role-external-id was left out. The role is assumed with a token. That call accepts no external id, so the other action did not send it either.',
    );
    return;
  }
  if (when !== undefined) {
    draft.write(name, 'external-id', `\${{ ${when} && ${operand(externalId)} || 'none' }}`);
    return;
  }
  const { caller } = draft.theirs.surroundings;
  if (externalId.kind === 'open' && externalId.mayBeEmpty)
    draft.notes.push(
      `If ${caller} grants id-token: write, leave ${shown(externalId)} empty. The role is then assumed with a token. This action refuses an external id there, and the other action did not send it.`,
    );
  else
    draft.decisions.push(
      `external-id is sent only where the role is not assumed with a token. If ${caller} lets this step use GitHub's OIDC token, remove external-id: this action refuses it there, and the other action did not send it.`,
    );
}

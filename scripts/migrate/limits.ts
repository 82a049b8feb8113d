import { shown, type Draft } from './draft.ts';
import { isTrue, operand } from './expressions.ts';

/** How long and how often a step tries, and which accounts are allowed. */

/** The most that this action accepts (src/request/settings.ts). More of the other action's attempts would take days. */
const most = { attempts: 100, seconds: 21_600 };

export function settleLimits(draft: Draft): void {
  settleRetries(draft);
  settleTimeout(draft);
  settleAllowedAccounts(draft);
  tellOpenGuards(draft);
}

/** Inputs that restrict the session: what an empty one leaves, and what takes its place. */
const guards = [
  ['allowed-account-ids', 'every account is allowed', 'any'],
  ['inline-session-policy', 'no session policy restricts the role', 'none'],
  ['managed-session-policies', 'no managed policy restricts the session', 'none'],
] as const;

/** An empty value keeps its old meaning, even if that is dangerous. An input that may be left out says so itself. */
function tellOpenGuards(draft: Draft): void {
  for (const [name, effect, otherwise] of guards) {
    const value = draft.value(name);
    if (value.kind !== 'open' || !value.couldBeEmpty || value.mayBeEmpty) continue;
    draft.notes.push(
      `If ${shown(value)} is empty, ${effect}, as with the other action. To make that an error, remove "|| '${otherwise}'".`,
    );
  }
}

function settleRetries(draft: Draft): void {
  draft.keepPositive('retry-max-attempts', 'max-attempts', '5');
  const attempts = draft.value('retry-max-attempts');
  const count = attempts.kind === 'known' ? Number.parseInt(attempts.text, 10) : Number.NaN;
  const write = (value: string): void => {
    draft.write('retry-max-attempts', 'max-attempts', value);
  };
  // The other action retries any failure, 12 times by default. This action retries temporary failures, 5 times by
  // default.
  if (attempts.kind === 'known' && (Number.isNaN(count) || count === 0))
    draft.remove('retry-max-attempts', 'max-attempts');
  else if (
    attempts.kind === 'known' &&
    (count < 1 || count > most.attempts || String(count) !== attempts.text.trim())
  )
    write(String(Math.min(Math.max(count, 1), most.attempts)));
  const disabled = draft.isOn('disable-retry');
  if (disabled === false) return;
  // The workaround needs the retries, and overrides this.
  if (draft.isOn('special-characters-workaround') === true) return;
  if (disabled === true) {
    draft.remove('retry-max-attempts', 'max-attempts');
    draft.write('disable-retry', 'max-attempts', '1');
    return;
  }
  const otherwise = attempts.kind === 'absent' ? "'5'" : operand(attempts);
  const both = `\${{ ${isTrue(draft.value('disable-retry'))} && '1' || ${otherwise} }}`;
  draft.remove('retry-max-attempts', 'max-attempts');
  draft.write('disable-retry', 'max-attempts', both);
}

function settleTimeout(draft: Draft): void {
  const value = draft.value('action-timeout-s');
  draft.keepPositive('action-timeout-s', 'timeout-seconds', '60');
  if (value.kind !== 'known') return;
  const seconds = Number.parseInt(value.text, 10);
  // The other action has no limit. Here, the step's default of 60 seconds then applies.
  if (!(seconds > 0)) draft.remove('action-timeout-s', 'timeout-seconds');
  else if (seconds > most.seconds || String(seconds) !== value.text.trim())
    draft.write('action-timeout-s', 'timeout-seconds', String(Math.min(seconds, most.seconds)));
}

/** The other action ignores empty entries between commas. Here they are an error. */
function settleAllowedAccounts(draft: Draft): void {
  const value = draft.value('allowed-account-ids');
  if (value.kind !== 'known') return;
  const ids = value.text.split(',').map((id) => id.trim());
  const given = ids.filter((id) => id !== '');
  if (given.length === 0) draft.remove('allowed-account-ids', 'allowed-account-ids');
  else if (given.length < ids.length)
    draft.write('allowed-account-ids', 'allowed-account-ids', given.join(','));
}

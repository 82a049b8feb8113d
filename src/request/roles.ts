import { quoted } from '../text/quote.ts';
import { accountIdPattern, parseRoleArn, type RoleArn } from '../aws/arn.ts';
import { breach, externalIdRule, nearestValid, type TextRule } from '../aws/limits.ts';
import type { Problems } from './problems.ts';
import { hasGaps, readLines, readLinesOrCommas, readLinesWithoutGaps } from './values.ts';

/** The chain as it is written: roles, external ids, the accounts that are allowed. */

/** How many roles a text means, right or wrong: two on one line are two. */
export function countRoles(text: string): number {
  return readLines(text).reduce((sum, line) => sum + Math.max(1, line.split('arn:').length - 1), 0);
}

/**
 * `role-arn`: one ARN a line, all of one partition, for no role can be assumed across partitions.
 * Wrong lines are reported and left out.
 */
export function readRoles(text: string, problems: Problems): RoleArn[] {
  const lines = readLinesWithoutGaps('role-arn', text, problems);
  if (lines.length === 0) {
    problems.say(
      'role-arn',
      'is required: the ARN of the role to assume, or several, one a line, for a chain',
    );
  }
  const roles: RoleArn[] = [];
  for (const line of lines) {
    const role = parseRoleArn(line);
    if (typeof role === 'string') problems.add('role-arn', line, role);
    else roles.push(role);
  }
  const mismatch = roles.find((role) => role.partition !== roles[0]?.partition);
  if (mismatch && roles[0]) {
    const rule = `is in partition ${mismatch.partition}, and the chain begins in ${roles[0].partition}: `;
    problems.add('role-arn', mismatch.text, `${rule}roles cannot be assumed across partitions`);
  }
  return roles;
}

/**
 * `external-id`: one line for the last role, or as many lines as there are roles, `-` for none.
 * The values are never part of a message.
 * @param count how many roles were given, right or wrong
 * @returns one entry a role
 */
export function readExternalIds(text: string, count: number, problems: Problems): (string | undefined)[] {
  const lines = readLinesWithoutGaps('external-id', text, problems);
  const none = Array.from({ length: count }, () => undefined);
  // How many lines were meant is not known where one is empty, which is reported already.
  if (lines.length === 0 || hasGaps(text)) return none;
  if (lines.length !== 1 && lines.length !== count) {
    const choice =
      count === 1
        ? 'give one line'
        : `give one line, for the last role, or ${count}, one a role, with - for none`;
    problems.say('external-id', `has ${lines.length} lines and role-arn ${count}: ${choice}`);
    return none;
  }
  for (const [index, line] of lines.entries()) {
    const wrong = line === '-' ? undefined : breach(line, externalIdRule);
    if (wrong) problems.say('external-id', `line ${index + 1} ${wrong}`);
  }
  const perRole = lines.length === count ? lines : [...none.slice(1), lines[0]];
  return perRole.map((line) => (line === '-' ? undefined : line));
}

/**
 * A name that keeps the rule, as words that follow what is wrong. What is far too long is no name with an error in it, and
 * may be a secret in the wrong place: it is not shown.
 */
export function repairFor(name: string, rule: TextRule): string {
  if (name.length > 200) return '';
  const repair = nearestValid(name, rule);
  const tooShort = repair.length < rule.least;
  return tooShort ? ': make it longer, or leave it out' : `, try ${quoted(repair)}`;
}

/**
 * `allowed-account-ids`: what is given is the whole list; anything in it that is no account id is an error, never "all".
 * @returns undefined for any account
 */
export function readAllowedAccounts(
  text: string,
  roles: readonly RoleArn[],
  problems: Problems,
): string[] | undefined {
  if (text === '') return undefined;
  const ids = readLinesOrCommas(text);
  if (ids.length === 0) problems.say('allowed-account-ids', 'is empty: give 12-digit account ids, or `any`');
  for (const id of ids) {
    if (id === '') problems.say('allowed-account-ids', 'has an empty entry between commas: remove it');
    else if (!accountIdPattern.test(id))
      problems.add('allowed-account-ids', id, 'is not an account id, which is 12 digits');
  }
  const account = roles.at(-1)?.accountId;
  if (account && ids.every((id) => accountIdPattern.test(id)) && ids.length > 0 && !ids.includes(account)) {
    problems.add(
      'allowed-account-ids',
      ids.join(', '),
      `does not contain ${account}, the account of the last role`,
    );
  }
  return ids;
}

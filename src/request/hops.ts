import { isWebIdentity, type Base, type Hop, type Tag } from '../aws/plan.ts';
import type { RoleArn } from '../aws/arn.ts';
import {
  breach,
  chainedSessionSeconds,
  mfaSerialRule,
  sessionSeconds,
  sourceIdentityRule,
} from '../aws/limits.ts';
import type { Problems } from './problems.ts';
import { repairFor } from './roles.ts';
import type { SessionTags } from './tags.ts';
import { readNumber } from './values.ts';

/** Where each setting goes: which hop of the chain carries it, and which settings no hop can carry. */

/** What is settled about a chain before its hops are made. */
export interface ChainSettings {
  readonly base: Base['kind'];
  readonly roles: readonly RoleArn[];
  /** How many roles were given, right or wrong. */
  readonly count: number;
  readonly sessionName: string;
  readonly durationSeconds: number;
  /** One entry a role. */
  readonly externalIds: readonly (string | undefined)[];
  readonly tags: SessionTags;
  readonly sourceIdentity: string | undefined;
  readonly mfa: Hop['mfa'];
  readonly policy: string | undefined;
  readonly policyArns: readonly string[];
}

/** `duration-seconds`, which in a chain ends at an hour. */
export function readDuration(text: string, count: number, problems: Problems): number {
  const { least, most, usual } = sessionSeconds;
  const seconds = readNumber(
    'duration-seconds',
    text,
    { least, most, otherwise: usual, unit: 'seconds' },
    problems,
  );
  if (count > 1 && seconds > chainedSessionSeconds) {
    const rule = `is more than ${chainedSessionSeconds}, the most that AWS allows a chained role, whatever its maximum`;
    problems.add('duration-seconds', text.trim(), rule);
  }
  return seconds;
}

/** `source-identity` */
export function readSourceIdentity(text: string, problems: Problems): string | undefined {
  const identity = text.trim();
  if (identity === '') return undefined;
  const wrong = breach(identity, sourceIdentityRule);
  if (wrong) problems.add('source-identity', identity, wrong + repairFor(identity, sourceIdentityRule));
  if (/^aws:/i.test(identity))
    problems.add('source-identity', identity, 'begins with "aws:", which is reserved to AWS');
  return identity;
}

/** `mfa-serial-number` and `mfa-token-code`, both or none. */
export function readMfa(serial: string, code: string, problems: Problems): Hop['mfa'] {
  const mfa = { serialNumber: serial.trim(), tokenCode: code.trim() };
  if (mfa.serialNumber === '' && mfa.tokenCode === '') return undefined;
  const wrong = mfa.serialNumber === '' ? undefined : breach(mfa.serialNumber, mfaSerialRule);
  if (wrong) problems.add('mfa-serial-number', serial, wrong);
  if (mfa.serialNumber === '')
    problems.say('mfa-serial-number', 'is missing: mfa-token-code needs the device it was shown by');
  if (mfa.tokenCode === '')
    problems.say('mfa-token-code', 'is missing: mfa-serial-number needs the code that the device shows');
  else if (!/^\d{6}$/.test(mfa.tokenCode)) problems.say('mfa-token-code', 'is not 6 digits');
  return mfa;
}

/** One hop a role. With a web identity the first carries nothing but its session and, alone, its policies. */
export function makeHops(chain: ChainSettings): Hop[] {
  const last = chain.roles.length - 1;
  const first = firstAssumeRole(chain.base);
  return chain.roles.map((role, index) => ({
    role,
    sessionName: chain.sessionName,
    durationSeconds: index === last ? chain.durationSeconds : sessionSeconds.least,
    externalId: chain.externalIds[index],
    tags: [...(index === first ? chain.tags.transitive : []), ...(index === last ? chain.tags.others : [])],
    transitiveTagKeys: index === first ? keysOf(chain.tags.transitive) : [],
    sourceIdentity: index === first ? chain.sourceIdentity : undefined,
    mfa: index === first ? chain.mfa : undefined,
    policy: index === last ? chain.policy : undefined,
    policyArns: index === last ? chain.policyArns : [],
  }));
}

const firstAssumeRole = (base: Base['kind']): number => (isWebIdentity(base) ? 1 : 0);

const keysOf = (tags: readonly Tag[]): string[] => tags.map((tag) => tag.key);

/**
 * A setting that no hop can carry is an error, for silence would be a false promise: AssumeRoleWithWebIdentity has
 * no parameter for any of these (AWS STS API Reference).
 * @param given the names of the inputs that say something
 */
export function checkCarriers(chain: ChainSettings, given: readonly string[], problems: Problems): void {
  if (!isWebIdentity(chain.base)) return;
  if (chain.externalIds[0] !== undefined) {
    const repair =
      chain.count > 1 ? 'write - on its line' : 'leave it out, or add the role that asks for it to role-arn';
    problems.say(
      'external-id',
      `is set for the first role, which is assumed by web identity (${chain.base}) and takes none: ${repair}`,
    );
  }
  // One check for MFA too: a chain from a web identity never has an IAM user's keys.
  for (const input of given.filter((name) => name.startsWith('mfa-'))) {
    problems.say(
      input,
      `needs an IAM user's keys, and the base credentials are a web identity (${chain.base}): leave it out`,
    );
  }
  if (chain.count > 1) return;
  for (const input of given.filter((name) => needsAssumeRole.includes(name))) {
    const rule = `cannot be sent: the one role is assumed by web identity (${chain.base}), which takes none`;
    problems.say(input, `${rule}. Leave it out, or add a second role to role-arn`);
  }
}

const needsAssumeRole = ['session-tags', 'transitive-tag-keys', 'workflow-tags', 'source-identity'];

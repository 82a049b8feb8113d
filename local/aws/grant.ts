import type { Call } from './call.ts';
import type { Parameters } from './parameters.ts';
import { Refusal, validationError } from './refusal.ts';
import {
  sessionIdentity,
  type SessionProperties,
  type IssuedSession,
  type SessionIdentity,
} from './sessions.ts';
import type { AccountRole, AccountSpec } from './spec.ts';

/** The checks that AssumeRole and AssumeRoleWithWebIdentity share, and the session that they issue. */

/** A session, with what STS's answer says about it. */
export interface Grant {
  readonly identity: SessionIdentity;
  readonly session: IssuedSession;
  /** Percent; undefined where neither policies nor tags were sent. */
  readonly packedPolicySize: number | undefined;
  /** Claims of the web identity token; undefined for AssumeRole. */
  readonly token:
    { readonly subject: string; readonly audience: string; readonly issuer: string } | undefined;
}

/** @throws Refusal with the ARN in it, as AWS answers a malformed ARN */
export function checkRoleArn(arn: string): void {
  if (!/^arn:[a-z-]+:iam::\d{12}:role\/[!-~]+$/.test(arn)) throw validationError(`${arn} is invalid`);
}

/** @throws Refusal when the duration exceeds the limit of a chain or of the role */
export function durationOf(parameters: Parameters, role: AccountRole, chained: boolean): number {
  const seconds = Number(parameters['DurationSeconds'] ?? 3600);
  if (chained && seconds > 3600) {
    throw validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
  if (seconds > (role.maxSessionSeconds ?? 3600)) {
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
  return seconds;
}

/** @throws Refusal where STS is not activated in the region for one of the accounts */
export function checkRegion(accounts: readonly AccountSpec[], region: string): void {
  const account = accounts.find(({ stsDisabledRegions: regions = [] }) => regions.includes(region));
  if (account === undefined) return;
  const text = `STS is not activated in this region for account:${account.id}. Your account administrator can activate STS in this region using the IAM Console.`;
  throw new Refusal(403, 'RegionDisabledException', text);
}

/** What {@link grant} needs besides the call. */
export interface Terms extends Pick<Grant, 'packedPolicySize' | 'token'> {
  readonly role: AccountRole;
  readonly seconds: number;
  readonly properties: SessionProperties;
}

/** Makes the session. */
export function grant(call: Call, { role, seconds, properties, packedPolicySize, token }: Terms): Grant {
  const { now, sessionSeconds = seconds, sessions, parameters, keys } = call;
  const identity = sessionIdentity(role, parameters['RoleSessionName'] ?? '', properties);
  // STS's Expiration has whole seconds.
  const expiration = new Date((Math.floor(now.getTime() / 1000) + sessionSeconds) * 1000);
  return { identity, session: sessions.issue(identity, expiration, keys), packedPolicySize, token };
}

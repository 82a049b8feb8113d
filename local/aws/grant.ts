import type { Call } from './call.ts';
import type { Parameters } from './parameters.ts';
import { Refusal, validationError } from './refusal.ts';
import { sessionIdentity, type Carried, type IssuedSession, type SessionIdentity } from './sessions.ts';
import type { PlacedRole } from './spec.ts';

/** What both ways of assuming a role check alike, and what they grant. */

/** A session as STS answers it. */
export interface Grant {
  readonly identity: SessionIdentity;
  readonly session: IssuedSession;
  /** Percent; undefined where neither policies nor tags were sent. */
  readonly packedPolicySize: number | undefined;
  /** What the web identity token said; undefined for AssumeRole. */
  readonly token:
    { readonly subject: string; readonly audience: string; readonly issuer: string } | undefined;
}

/** @throws Refusal with the ARN in it, as AWS answers an ARN that is none */
export function checkRoleArn(arn: string): void {
  if (!/^arn:[a-z-]+:iam::\d{12}:role\/[!-~]+$/.test(arn)) throw validationError(`${arn} is invalid`);
}

/** @throws Refusal when more is asked for than a chain, or the role, allows */
export function durationOf(parameters: Parameters, role: PlacedRole, chained: boolean): number {
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

/** @throws Refusal where STS is off in the region that was asked */
export function checkRegion(role: PlacedRole, region: string): void {
  if (!role.account.stsDisabledRegions?.includes(region)) return;
  const text = `STS is not activated in this region for account:${role.account.id}. Your account administrator can activate STS in this region using the IAM Console.`;
  throw new Refusal(403, 'RegionDisabledException', text);
}

/** What {@link grant} needs to know besides the call. */
export interface Terms extends Pick<Grant, 'packedPolicySize' | 'token'> {
  readonly role: PlacedRole;
  readonly seconds: number;
  readonly carried: Carried;
}

/** Makes the session. */
export function grant(call: Call, { role, seconds, carried, packedPolicySize, token }: Terms): Grant {
  const { now, sessionSeconds = seconds, sessions, parameters, keys } = call;
  const identity = sessionIdentity(role, parameters['RoleSessionName'] ?? '', carried);
  // STS answers whole seconds, so the session lives whole seconds.
  const expiration = new Date((Math.floor(now.getTime() / 1000) + sessionSeconds) * 1000);
  return { identity, session: sessions.issue(identity, expiration, keys), packedPolicySize, token };
}

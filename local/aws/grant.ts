import { listOf, type Parameters } from './parameters.ts';
import { invalidValue, Refusal, validationError } from './refusal.ts';
import type { Call } from './call.ts';
import { sessionIdentity, type IssuedSession, type SessionIdentity } from './sessions.ts';
import type { PlacedRole } from './world.ts';

/** What both ways of assuming a role check last, and how they answer. */

/** A session as STS answers it. */
export interface Grant {
  readonly identity: SessionIdentity;
  readonly session: IssuedSession;
  /** Percent; undefined where neither policies nor tags were sent. */
  readonly packedPolicySize: number | undefined;
}

/** @throws Refusal with the ARN in it, as AWS answers an ARN that is none */
export function checkRoleArn(arn: string): void {
  if (!/^arn:[a-z-]+:iam::\d{12}:role\/[!-~]+$/.test(arn)) throw validationError(`${arn} is invalid`);
}

/** Session policies: valid JSON, at most ten ARNs of the role's account, not too much of all (2,048 characters). */
export function checkPolicies(
  parameters: Parameters,
  role: PlacedRole,
  tagsLength: number,
): number | undefined {
  const { Policy: policy } = parameters;
  const arns = listOf(parameters, 'PolicyArns', '.arn');
  if (policy !== undefined) checkDocument(policy);
  if (arns.length > 10)
    throw validationError(
      `1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to 10`,
    );
  for (const arn of arns) {
    const account = /^arn:[a-z-]+:iam::(\d{12}|aws):policy\/.+$/.exec(arn)?.[1];
    if (account === undefined) throw validationError(`ARN ${arn} is not valid.`);
    if (account !== 'aws' && account !== role.account.id)
      throw validationError(`Policy ARN ${arn} is not in the same account as the role.`);
  }
  const length = (policy?.length ?? 0) + arns.join('').length;
  if (length > 2048)
    throw new Refusal(
      400,
      'PackedPolicyTooLarge',
      `Packed size of session policy consumes ${Math.ceil(length / 20.48)}% of allotted space.`,
    );
  if (tagsLength > 4096)
    throw new Refusal(
      400,
      'PackedPolicyTooLarge',
      `Packed size of session tags consumes ${Math.ceil(tagsLength / 40.96)}% of allotted space.`,
    );
  const all = length + tagsLength;
  return all === 0 ? undefined : Math.max(1, Math.round(all / 61.44));
}

function checkDocument(policy: string): void {
  try {
    const document = JSON.parse(policy) as { Statement?: unknown };
    if (document.Statement !== undefined) return;
  } catch {
    // Falls through to the same answer.
  }
  throw new Refusal(400, 'MalformedPolicyDocument', 'Syntax errors in policy.');
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

/** Makes the session. */
export function grant(
  call: Call,
  role: PlacedRole,
  seconds: number,
  carried: Pick<SessionIdentity, 'tags' | 'transitiveKeys' | 'sourceIdentity'>,
  packedPolicySize: number | undefined,
): Grant {
  const identity = sessionIdentity(role, call.parameters['RoleSessionName'] ?? '', carried);
  const expiration = new Date(
    Math.floor(call.now.getTime() / 1000 + (call.sessionSeconds ?? seconds)) * 1000,
  );
  return { identity, session: call.sessions.issue(identity, expiration), packedPolicySize };
}

export { invalidValue };

import { parametersOf, type HopParameters } from '../aws/hop-settings.ts';
import { isWebIdentity, lastHop, type Hop, type Plan } from '../aws/plan.ts';
import { readAnswer } from '../sts/classify.ts';
import { retry, type RetryOptions } from '../sts/retry.ts';
import type { BaseSource } from '../sources/source.ts';
import type { AssumeRoleResponse, StsRequests } from '../sts/client.ts';
import type { Attempt } from '../sts/errors.ts';
import type { Credentials, HopTrace, RoleSession } from '../aws/session.ts';
import { claimsOf } from '../aws/web-identity-token.ts';
import { sessionOf, type HopSession } from './check-response.ts';

/** The chain: each role assumed with the credentials of the one before, which never leave memory. */

/** What a chain is assumed with. */
export interface ChainDependencies {
  readonly sts: StsRequests;
  readonly base: BaseSource;
  readonly retryOptions: RetryOptions;
  /** Registers a secret; called with every value the moment it is there. */
  readonly secret: (value: string) => void;
  /** Called after each hop. */
  readonly arrived: (hop: HopTrace, index: number, of: number) => void;
  /** Whether the last role's credentials cannot be used and must be asked for again; at most five times. */
  readonly unusable?: ((credentials: Credentials) => boolean) | undefined;
}

/** How often the last role is assumed again if its credentials are not usable. */
const unusableRetries = 5;

/** How far a chain has come. */
export interface Reached {
  readonly session: HopSession;
  readonly traces: readonly HopTrace[];
}

/**
 * Assumes every role of the plan in order.
 * @param from where an earlier part of the same chain has come to; its roles are not assumed again
 * @throws RequestFailure with STS's answer and the hop; UnexpectedResponse when STS answers for another role;
 *   NoBaseCredentials; Interrupted
 */
export async function assumeChain(
  plan: Plan,
  dependencies: ChainDependencies,
  from?: Reached,
): Promise<RoleSession> {
  const reached = await reach(plan, plan.hops.length, dependencies, from);
  if (!reached) throw new TypeError('a plan has at least one hop');
  const { trace, credentials, assumedRoleId } = reached.session;
  const { accountId, assumedRoleArn, sessionName, expiration } = trace;
  return {
    credentials,
    accountId,
    assumedRoleArn,
    assumedRoleId,
    sessionName,
    expiration,
    expires: Math.min(
      expiration.getTime() - offBy(dependencies.sts.clockOffset),
      Date.now() + lastHop(plan).durationSeconds * 1000,
    ),
    hops: reached.traces,
  };
}

/** Milliseconds. An answer has the time in whole seconds and takes a while to arrive, so a small offset is ignored. */
const offBy = (offset: number): number => (Math.abs(offset) < 60_000 ? 0 : offset);

/** Assumes the first roles of a plan, so many of them. @returns undefined for none */
export async function reach(
  plan: Plan,
  count: number,
  dependencies: ChainDependencies,
  from?: Reached,
): Promise<Reached | undefined> {
  const of = plan.hops.length;
  let reached = from;
  for (const [place, hop] of plan.hops.slice(0, count).entries()) {
    if (place < (from?.traces.length ?? 0)) continue;
    const index = place + 1;
    const caller = reached?.session;
    const assume = (): Promise<HopSession> => assumeHop(plan, hop, { index, of }, caller, dependencies);
    let session = await assume();
    for (
      let tries = 1;
      index === of && tries <= unusableRetries && dependencies.unusable?.(session.credentials);
      tries++
    ) {
      // An MFA code is good for one request.
      if (hop.mfa) break;
      session = await assume();
    }
    reached = { session, traces: [...(reached?.traces ?? []), session.trace] };
    dependencies.arrived(session.trace, index, of);
  }
  return reached;
}

async function assumeHop(
  plan: Plan,
  hop: Hop,
  place: { index: number; of: number },
  caller: HopSession | undefined,
  dependencies: ChainDependencies,
): Promise<HopSession> {
  const byToken = caller === undefined && isWebIdentity(plan.base.kind);
  const operation = byToken ? 'AssumeRoleWithWebIdentity' : 'AssumeRole';
  const attempt: Attempt = {
    operation,
    hop: place,
    roleArn: hop.role.text,
    callerArn: caller?.trace.assumedRoleArn,
  };
  const { output, tokenExpires } = byToken
    ? await byWebIdentity(hop, attempt, dependencies)
    : { output: await byRole(hop, attempt, caller, dependencies), tokenExpires: undefined };
  const { secret, sts } = dependencies;
  return sessionOf(output, hop, attempt, { secret, clock: { clockOffset: sts.clockOffset, tokenExpires } });
}

async function byRole(
  hop: Hop,
  attempt: Attempt,
  caller: HopSession | undefined,
  { sts, base, retryOptions }: ChainDependencies,
): Promise<AssumeRoleResponse> {
  const credentials = caller?.credentials ?? (await base.credentials());
  return retry(attempt, retryOptions, (signal) => sts.assumeRole(credentials, requestOf(hop, false), signal));
}

async function byWebIdentity(
  hop: Hop,
  attempt: Attempt,
  { sts, base, retryOptions }: ChainDependencies,
): Promise<{ readonly output: AssumeRoleResponse; readonly tokenExpires: unknown }> {
  let token = await base.token();
  let refused = false;
  const output = await retry({ ...attempt, claims: claimsOf(token) }, retryOptions, async (signal) => {
    token = await base.freshToken(token);
    try {
      return await sts.assumeRoleWithWebIdentity(
        { ...requestOf(hop, true), WebIdentityToken: token },
        signal,
      );
    } catch (error) {
      // By AWS's clock it ran out, whatever this machine's clock says: once, another is worth a try.
      const again = base.renewsToken && !refused && readAnswer(error).code === 'ExpiredTokenException';
      if (!again) throw error;
      refused = true;
      token = '';
      throw Object.assign(error as Error, { transient: true });
    }
  });
  return { output, tokenExpires: claimsOf(token)?.['exp'] };
}

/** @param byToken it is AssumeRoleWithWebIdentity */
function requestOf(hop: Hop, byToken: boolean): { RoleArn: string; RoleSessionName: string } & HopParameters {
  return { RoleArn: hop.role.text, RoleSessionName: hop.sessionName, ...parametersOf(hop, byToken) };
}

import type { StsSettings } from '../aws/plan.ts';
import type { Credentials } from '../aws/session.ts';
import { say } from '../github/log.ts';
import type { Limits } from '../request/step-settings.ts';
import { callerArn } from '../sts/caller-identity.ts';
import { Connections } from '../sts/connections.ts';
import { deadlineAfter } from '../sts/deadline.ts';
import { openSts } from '../sts/open-sts.ts';

/**
 * Asks STS which identity credentials belong to, within the step's limits.
 * @returns the caller's ARN exactly as answered
 * @throws RequestFailure, UnexpectedResponse, Interrupted; Error for a proxy that cannot be used
 */
export async function askIdentity(
  credentials: Credentials,
  settings: StsSettings,
  limits: Limits,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const stop = deadlineAfter(limits.timeoutSeconds);
  let connections: Connections | undefined;
  try {
    connections = new Connections(environment);
    const retryOptions = { ...limits, propagationWaitSeconds: 0, signal: stop.signal, say };
    const Sts = await openSts(settings, connections, stop.signal);
    return await callerArn(credentials, new Sts(settings, connections), retryOptions);
  } finally {
    stop.release();
    connections?.close();
  }
}

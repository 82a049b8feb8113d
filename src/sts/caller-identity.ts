import { retry, type RetryOptions } from './retry.ts';
import type { StsRequests } from './client.ts';
import { UnexpectedResponse } from './errors.ts';
import type { Credentials } from '../aws/session.ts';

/**
 * Asks STS which identity credentials belong to. Needs no permission, and works even where a policy denies it
 * (AWS STS API Reference, GetCallerIdentity).
 * @returns the caller's ARN exactly as answered: compare it first, and pass it through `oneLine` to show it
 * @throws RequestFailure, UnexpectedResponse when the answer has no ARN, Interrupted
 */
export async function callerArn(
  credentials: Credentials,
  sts: StsRequests,
  retryOptions: RetryOptions,
): Promise<string> {
  const attempt = { operation: 'GetCallerIdentity' } as const;
  const { Arn } = await retry(attempt, retryOptions, (signal) => sts.callerIdentity(credentials, signal));
  if (!Arn) {
    throw new UnexpectedResponse(
      'incomplete',
      attempt,
      'the answer has no ARN: a proxy or another server may have answered instead of STS',
    );
  }
  return Arn;
}

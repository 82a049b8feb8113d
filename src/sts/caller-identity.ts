import { retry, type RetryOptions } from './retry.ts';
import type { StsRequests } from './client.ts';
import { AnswerMismatch } from './errors.ts';
import type { Credentials } from '../aws/session.ts';

/**
 * Asks STS whose credentials these are. Needs no permission, and works even where a policy denies it
 * (AWS STS API Reference, GetCallerIdentity).
 * @returns the caller's ARN as it was answered: compared first, and made fit for a log where it is shown
 * @throws RequestFailure, AnswerMismatch when the answer holds no ARN, Interrupted
 */
export async function callerArn(
  credentials: Credentials,
  sts: StsRequests,
  retryOptions: RetryOptions,
): Promise<string> {
  const attempt = { operation: 'GetCallerIdentity' } as const;
  const { Arn } = await retry(attempt, retryOptions, (signal) => sts.callerIdentity(credentials, signal));
  if (!Arn) {
    throw new AnswerMismatch(
      attempt,
      'the answer holds no ARN: a proxy or another server than STS may have answered',
    );
  }
  return Arn;
}

import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { persist, type Patience } from './attempts.ts';
import type { Sts } from './client.ts';
import { AnswerMismatch, oneLine } from './failure.ts';
import type { Credentials } from './session.ts';

/**
 * Asks STS whose credentials these are. Needs no permission, and works even where a policy denies it
 * (AWS STS API Reference, GetCallerIdentity).
 * @returns the caller's ARN
 * @throws RequestFailure, AnswerMismatch when the answer holds no ARN, Interrupted
 */
export async function callerArn(credentials: Credentials, sts: Sts, patience: Patience): Promise<string> {
  const attempt = { operation: 'GetCallerIdentity' } as const;
  const output = await persist(attempt, patience, (abortSignal) =>
    sts.send(credentials, (client) => client.send(new GetCallerIdentityCommand({}), { abortSignal })),
  );
  if (!output.Arn) {
    throw new AnswerMismatch(
      attempt,
      'the answer holds no ARN: a proxy or another server than STS may have answered',
    );
  }
  return oneLine(output.Arn);
}

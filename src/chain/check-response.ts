import type { AssumeRoleResponse } from '@aws-sdk/client-sts';
import type { Hop } from '../aws/plan.ts';
import { assumedRoleArn } from '../aws/arn.ts';
import { AnswerMismatch, oneLine, type Attempt } from '../sts/errors.ts';
import type { HopTrace, SessionCredentials } from '../aws/session.ts';

/** What is believed of an answer: it must be for the role that was asked for, and it must be whole. */

/** One hop's session, with its keys. */
export interface HopSession {
  readonly credentials: SessionCredentials;
  readonly assumedRoleId: string;
  readonly trace: HopTrace;
}

/** Milliseconds: a machine's clock may be wrong, but not by a day, or its TLS connections would fail. */
const clockTolerance = 24 * 3_600_000;

const isKeyId = (text: string | undefined): text is string => /^\w{4,128}$/.test(text ?? '');
/** No white space, nothing that would begin another line of the runner's files, and no word whose mask blanks the log. */
const isKey = (text: string | undefined): text is string => /^[\x21-\x7e]{4,}$/.test(text ?? '');

/** Each value is registered before it is looked at, but for words whose mask would blank the log. */
function credentialsOf(
  answered: AssumeRoleResponse['Credentials'],
  secret: (value: string) => void,
): SessionCredentials | undefined {
  const { AccessKeyId, SecretAccessKey, SessionToken } = answered ?? {};
  for (const value of [SecretAccessKey, SessionToken, AccessKeyId])
    if (value !== undefined && value.length >= 4) secret(value);
  return isKeyId(AccessKeyId) && isKey(SecretAccessKey) && isKey(SessionToken)
    ? { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
    : undefined;
}

/** Whether a session of so many seconds can end then: neither long ago, nor long after. */
function isSoon(expiration: Date, seconds: number): boolean {
  const left = expiration.getTime() - Date.now();
  return left > -clockTolerance && left < seconds * 1000 + clockTolerance;
}

/**
 * Registers the three values as secrets, before anything else is done with them, then checks the answer.
 * @throws AnswerMismatch when account, role name or session name are not the ones asked for, or something is absent
 */
export function sessionOf(
  output: Pick<AssumeRoleResponse, 'Credentials' | 'AssumedRoleUser'>,
  hop: Hop,
  attempt: Attempt,
  secret: (value: string) => void,
): HopSession {
  const { Expiration } = output.Credentials ?? {};
  const credentials = credentialsOf(output.Credentials, secret);
  const { Arn: arn, AssumedRoleId: id } = output.AssumedRoleUser ?? {};
  if (!credentials || !arn || !id) {
    const text =
      'the answer holds no whole set of credentials: a proxy or another server than STS may have answered';
    throw new AnswerMismatch(attempt, text);
  }
  if (!Expiration || !isSoon(Expiration, hop.durationSeconds)) {
    throw new AnswerMismatch(
      attempt,
      'the answer does not say when the credentials expire, or names a time that cannot be',
    );
  }
  const wanted = assumedRoleArn(hop.role, hop.sessionName);
  if (arn !== wanted || !id.endsWith(`:${hop.sessionName}`)) {
    const answered = `STS answered for ${oneLine(arn)} (${oneLine(id)})`;
    throw new AnswerMismatch(attempt, `${answered}, and not for ${wanted}: its credentials are not used`);
  }
  return {
    credentials,
    assumedRoleId: id,
    trace: {
      roleArn: hop.role.text,
      assumedRoleArn: arn,
      accountId: hop.role.accountId,
      sessionName: hop.sessionName,
      expiration: Expiration,
    },
  };
}

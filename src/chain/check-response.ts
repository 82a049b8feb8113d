import type { AssumeRoleResponse } from '../sts/client.ts';
import type { Hop } from '../aws/plan.ts';
import { assumedRoleArn } from '../aws/arn.ts';
import { UnexpectedResponse, type Attempt } from '../sts/errors.ts';
import { oneLine } from '../text/log-line.ts';
import { isoTime } from '../text/time.ts';
import type { HopTrace, SessionCredentials } from '../aws/session.ts';

/** What is believed of an answer: it must be for the role that was asked for, and it must be whole. */

/** One hop's session, with its keys. */
export interface HopSession {
  readonly credentials: SessionCredentials;
  readonly assumedRoleId: string;
  readonly trace: HopTrace;
}

/** Seconds by which a session may seem longer than requested: this machine's clock may be behind, but not by a day. */
const clockTolerance = 24 * 3600;

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

/**
 * An expiry in the past is refused: either the credentials are useless, or this machine's clock is so far ahead that
 * AWS clients here would consider them expired. An expiry long after the requested time is refused as well.
 * @param wanted seconds
 * @param clockOffset milliseconds that AWS's clock is known to be ahead of this machine's
 */
function checkExpiry(
  expiration: Date | undefined,
  wanted: number,
  attempt: Attempt,
  clockOffset: number,
): Date {
  if (!expiration || Number.isNaN(expiration.getTime()))
    throw new UnexpectedResponse(
      'wrong-expiry',
      attempt,
      'the answer does not say when the credentials expire',
    );
  const now = Date.now() + clockOffset;
  const seconds = Math.round((expiration.getTime() - now) / 1000);
  const times = `the credentials expire at ${isoTime(expiration)}, and the time here is ${isoTime(new Date(now))}`;
  if (seconds <= 0) throw new UnexpectedResponse('expired', attempt, `${times}: they have already expired`);
  if (seconds > wanted + clockTolerance)
    throw new UnexpectedResponse('wrong-expiry', attempt, `${times}: ${wanted} s were requested`);
  return expiration;
}

/**
 * Registers the three values as secrets, before anything else is done with them, then checks the answer.
 * @throws UnexpectedResponse when account, role name or session name are not the ones asked for, or something is absent
 */
export function sessionOf(
  output: Pick<AssumeRoleResponse, 'Credentials' | 'AssumedRoleUser'>,
  hop: Hop,
  attempt: Attempt,
  { secret, sts: { clockOffset } }: { secret: (value: string) => void; sts: { clockOffset: number } },
): HopSession {
  const { Expiration } = output.Credentials ?? {};
  const credentials = credentialsOf(output.Credentials, secret);
  const { Arn: arn, AssumedRoleId: id } = output.AssumedRoleUser ?? {};
  if (!credentials || !arn || !id) {
    const text =
      'the answer has no complete credentials: a proxy or another server may have answered instead of STS';
    throw new UnexpectedResponse('incomplete', attempt, text);
  }
  const expiration = checkExpiry(Expiration, hop.durationSeconds, attempt, clockOffset);
  const wanted = assumedRoleArn(hop.role, hop.sessionName);
  if (arn !== wanted || id !== `${/^\w{1,128}/.exec(id)?.[0] ?? ''}:${hop.sessionName}`) {
    const text = `the answer is for ${oneLine(arn)} (${oneLine(id)}), but ${wanted} was requested: its credentials are not used`;
    throw new UnexpectedResponse('other-role', attempt, text);
  }
  return {
    credentials,
    assumedRoleId: id,
    trace: {
      roleArn: hop.role.text,
      assumedRoleArn: arn,
      accountId: hop.role.accountId,
      sessionName: hop.sessionName,
      expiration,
    },
  };
}

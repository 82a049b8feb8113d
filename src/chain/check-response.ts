import type { AssumeRoleResponse } from '../sts/client.ts';
import type { Hop } from '../aws/plan.ts';
import { assumedRoleArn } from '../aws/arn.ts';
import { accessKeyIdRule, breach } from '../aws/limits.ts';
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

/** Seconds by which AWS's clock may be ahead of this machine's: AWS refuses signatures that are further off. */
const clockTolerance = 900;

/** As the keys of IAM are (STS API Reference, Credentials). */
const isKeyId = (text: string | undefined): text is string =>
  text !== undefined && breach(text, accessKeyIdRule) === undefined;
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

/** What this machine knows of AWS's time. */
interface Clock {
  /** Milliseconds that AWS's clock is known to be ahead of this machine's. */
  readonly clockOffset: number;
  /**
   * The `exp` of the token that was sent, in seconds since 1970: AWS accepts none later. A request with a token has no
   * signature, so nothing else shows that this machine's clock is wrong.
   */
  readonly tokenExpires?: unknown;
}

/**
 * An expiry in the past is refused: either the credentials are useless, or this machine's clock is so far ahead that
 * AWS clients here would consider them expired. AWS grants no session that is longer than requested.
 * @param wanted seconds
 */
function checkExpiry(
  expiration: Date | undefined,
  wanted: number,
  attempt: Attempt,
  { clockOffset, tokenExpires }: Clock,
): Date {
  if (!expiration || Number.isNaN(expiration.getTime()))
    throw new UnexpectedResponse(
      'incomplete',
      attempt,
      'the answer does not say when the credentials expire',
    );
  const now = Date.now() + clockOffset;
  const latest = Math.max(now, typeof tokenExpires === 'number' ? tokenExpires * 1000 : 0);
  const times = `the credentials expire at ${isoTime(expiration)}, and the time here is ${isoTime(new Date(now))}`;
  if (Math.round((expiration.getTime() - now) / 1000) <= 0)
    throw new UnexpectedResponse('expired', attempt, `${times}: they have already expired`);
  if (expiration.getTime() > latest + (wanted + clockTolerance) * 1000)
    throw new UnexpectedResponse('too-long', attempt, `${times}: ${wanted} s were requested`);
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
  { secret, clock }: { readonly secret: (value: string) => void; readonly clock: Clock },
): HopSession {
  const { Expiration } = output.Credentials ?? {};
  const credentials = credentialsOf(output.Credentials, secret);
  const { Arn: arn, AssumedRoleId: id } = output.AssumedRoleUser ?? {};
  if (!credentials || !arn || !id) {
    const text =
      'the answer has no complete credentials: a proxy or another server may have answered instead of STS';
    throw new UnexpectedResponse('incomplete', attempt, text);
  }
  const expiration = checkExpiry(Expiration, hop.durationSeconds, attempt, clock);
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

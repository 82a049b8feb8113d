import { checkClock, checkScope, readAuthorization } from './authorization.ts';
import { Refusal } from './refusal.ts';
import { Sessions, type Identity } from './sessions.ts';
import { checkSignature } from './signature.ts';
import { pathOf, type WireRequest } from './wire.ts';
import { answerXml, element, leaf, type ErrorAnswer } from './xml.ts';

/** Authentication for all services; and S3 and SNS, for clients that sign for another service than STS. */

/** Who signed a request, and for which region. */
export interface Caller {
  readonly identity: Identity;
  readonly region: string;
}

/** What a request's signature must match. */
export interface Requirements {
  readonly service: string;
  /** Undefined: any region. */
  readonly region: string | undefined;
  readonly sessions: Sessions;
  readonly now: Date;
}

/**
 * @param onRead called with the key and the region as soon as they are read, before they are verified
 * @throws Refusal for a signature that is absent, incomplete, wrong or too old, and for keys that are unknown or expired
 */
export async function authenticate(
  request: WireRequest,
  { service, region, sessions, now }: Requirements,
  onRead: (facts: { readonly accessKeyId: string; readonly region: string }) => void,
): Promise<Caller> {
  const authorization = readAuthorization(request);
  const { accessKeyId, region: signedFor } = authorization;
  onRead({ accessKeyId, region: signedFor });
  checkScope(authorization, { service, region });
  const entry = sessions.find(accessKeyId, request.headers['x-amz-security-token'], signedFor);
  checkClock(authorization, now);
  await checkSignature(request, authorization, entry.secretAccessKey);
  Sessions.checkExpiry(entry, now);
  return { identity: entry.identity, region: signedFor };
}

/**
 * A read-only, empty S3: the list of buckets is empty and its owner's name is the caller's ARN. Every bucket that is
 * named exists and is empty.
 * @throws Refusal for objects, and for every method that would change something
 */
export function s3Answer({ identity }: Caller, request: WireRequest): string {
  const path = pathOf(request);
  const isBucket = /^\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/?$/.test(path);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    throw new Refusal(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.');
  if (path !== '/' && !isBucket) throw new Refusal(404, 'NoSuchKey', 'The specified key does not exist.');
  const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
  const answer = (name: string, content: string): string =>
    `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="${namespace}">${content}</${name}>`;
  if (isBucket) {
    const bucket = path.replaceAll('/', '');
    return answer(
      'ListBucketResult',
      leaf('Name', bucket) + leaf('KeyCount', '0') + leaf('MaxKeys', '1000') + leaf('IsTruncated', 'false'),
    );
  }
  const owner = element('Owner', leaf('ID', identity.userId) + leaf('DisplayName', identity.arn));
  return answer('ListAllMyBucketsResult', `${owner}<Buckets></Buckets>`);
}

/** SNS's list of topics: one in the caller's account and region, named after the caller. */
export function snsTopics({ identity, region }: Caller, requestId: string): string {
  const { partition = 'aws', id } = identity.account;
  const name = (identity.arn.split(':').at(-1) ?? '').replace(/[^\w-]/g, '-').slice(0, 256);
  const topic = element('member', leaf('TopicArn', `arn:${partition}:sns:${region}:${id}:${name}`));
  return answerXml('sns', 'ListTopics', element('Topics', topic), requestId);
}

/** S3 has its own codes for errors that other services share (Amazon S3 API Reference, "Error responses"). */
const s3Errors: Readonly<Record<string, ErrorAnswer>> = {
  MissingAuthenticationToken: { status: 403, code: 'AccessDenied', message: 'Access Denied' },
  InvalidClientTokenId: {
    status: 403,
    code: 'InvalidAccessKeyId',
    message: 'The AWS Access Key Id you provided does not exist in our records.',
  },
  ExpiredToken: { status: 400, code: 'ExpiredToken', message: 'The provided token has expired.' },
  IncompleteSignature: {
    status: 400,
    code: 'AuthorizationHeaderMalformed',
    message: 'The authorization header that you provided is not valid.',
  },
};

/** An error in S3's form, which is not the query protocol's. */
export function s3Error(
  error: ErrorAnswer,
  requestId: string,
): { readonly status: number; readonly body: string } {
  const skewed = /^Signature (expired|not yet current)/.test(error.message);
  const late = 'The difference between the request time and the current time is too large.';
  const { status, code, message } = skewed
    ? { status: 403, code: 'RequestTimeTooSkewed', message: late }
    : (s3Errors[error.code] ?? error);
  const content = leaf('Code', code) + leaf('Message', message) + leaf('RequestId', requestId);
  return { status, body: `<?xml version="1.0" encoding="UTF-8"?>\n${element('Error', content)}` };
}

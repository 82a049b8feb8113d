import { assumeRole } from './assume-role.ts';
import type { Call, IdentityProvider } from './call.ts';
import { tamperingOf, type Fault, type Faults } from './faults.ts';
import type { Parameters } from './parameters.ts';
import { Refusal } from './refusal.ts';
import { Sessions, type Identity } from './sessions.ts';
import { checkClock, checkSignature, readAuthorization, type WireRequest } from './signature.ts';
import { assumeRoleWithWebIdentity } from './web-identity.ts';
import { assumedRole, callerIdentity, escapeXml } from './xml.ts';
import type { RecordedRequest } from './server.ts';
import type { World } from './world.ts';

/** Which action a request asks for, who asks, and what is answered. */

/** What a local AWS keeps between requests. */
export interface Service {
  readonly world: World;
  readonly sessions: Sessions;
  readonly faults: Faults;
  readonly identityProviders: readonly IdentityProvider[];
  readonly sessionSeconds: number | undefined;
  readonly usedCodes: Set<string>;
  readonly clock: { offset: number };
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** An answer in the making. */
export interface Answer {
  record: Writable<Omit<RecordedRequest, 'status' | 'errorCode'>>;
  status: number;
  errorCode?: string | undefined;
  body: string;
  headers: Record<string, string>;
  fault: Fault | undefined;
}

/** When a request came, by AWS's clock, and its number. */
export interface Moment {
  readonly now: Date;
  readonly requestId: string;
}

/** Fills the answer. @throws Refusal */
export async function perform(
  request: WireRequest,
  service: Service,
  moment: Moment,
  answer: Answer,
): Promise<void> {
  const parameters = parametersOf(request);
  const action = parameters['Action'] ?? '';
  Object.assign(answer.record, { action, params: parameters });
  if (action === 'AssumeRoleWithWebIdentity') {
    answer.record.service = 'sts';
    answer.fault = service.faults.take(action, parameters['RoleArn']);
    if (isEarly(answer.fault)) return;
    const grant = await assumeRoleWithWebIdentity(callOf(service, parameters, moment), '');
    answer.record.callerArn = grant.identity.arn;
    const subject = grant.identity.sourceIdentity ?? 'subject';
    answer.body = assumedRole(action, grant, moment.requestId, subject, tamperingOf(answer.fault));
    return;
  }
  // STS redirects whoever names no action to its page, before it looks at a signature.
  const anonymous = request.headers['authorization'] === undefined;
  if (action === '' && anonymous) {
    Object.assign(answer, { status: 302, headers: { location: 'https://aws.amazon.com/iam' } });
    return;
  }
  answer.fault = service.faults.take(action, parameters['RoleArn']);
  if (isEarly(answer.fault)) return;
  const { identity, region, name } = await authenticate(request, service, moment.now, answer);
  answer.body = answerFor(name, action, identity, { service, parameters, region, moment, answer });
}

/** Faults that come instead of an answer leave no trace of one. */
const isEarly = (fault: Fault | undefined): boolean =>
  fault !== undefined && !['identity', 'credentials', 'delay'].includes(fault.kind);

function parametersOf({ method, target, headers, body }: WireRequest): Parameters {
  const query = new URL(target, 'http://local').searchParams;
  const isForm =
    method === 'POST' && (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  return {
    ...Object.fromEntries(query),
    ...(isForm ? Object.fromEntries(new URLSearchParams(body.toString('utf8'))) : {}),
  };
}

function callOf(service: Service, parameters: Parameters, { now }: Moment): Call {
  const { world, sessions, identityProviders, sessionSeconds, usedCodes } = service;
  return { world, sessions, identityProviders, sessionSeconds, usedCodes, parameters, now };
}

async function authenticate(
  request: WireRequest,
  { sessions }: Service,
  now: Date,
  answer: Answer,
): Promise<{ identity: Identity; region: string; name: string }> {
  const authorization = readAuthorization(request);
  const { accessKeyId, region, service: name } = authorization;
  Object.assign(answer.record, { service: name, region, accessKeyId });
  const entry = sessions.find(accessKeyId, request.headers['x-amz-security-token']);
  checkClock(authorization, now);
  await checkSignature(request, authorization, entry.secretAccessKey);
  Sessions.checkExpiry(entry, now);
  answer.record.callerArn = entry.identity.arn;
  return { identity: entry.identity, region, name };
}

interface Question {
  readonly service: Service;
  readonly parameters: Parameters;
  readonly region: string;
  readonly moment: Moment;
  readonly answer: Answer;
}

function answerFor(name: string, action: string, identity: Identity, question: Question): string {
  const { service, parameters, region, moment, answer } = question;
  if (name === 's3') return s3Buckets(identity, answer);
  if (name === 'sns' && action === 'ListTopics') return snsTopics(identity, moment);
  const version = parameters['Version'] ?? '';
  if (name === 'sts' && version === '2011-06-15') {
    if (action === 'GetCallerIdentity')
      return callerIdentity(identity, moment.requestId, tamperingOf(answer.fault));
    if (action === 'AssumeRole') {
      const grant = assumeRole(callOf(service, parameters, moment), identity, region);
      return assumedRole(action, grant, moment.requestId, undefined, tamperingOf(answer.fault));
    }
  }
  throw new Refusal(
    400,
    'InvalidAction',
    `Could not find operation ${action} for version ${version || 'NO_VERSION_SPECIFIED'}`,
  );
}

/** S3's list of buckets: none, and an owner who is the caller. */
function s3Buckets(identity: Identity, answer: Answer): string {
  answer.record.action = 'ListBuckets';
  answer.headers['content-type'] = 'application/xml';
  const owner = `<Owner><ID>${escapeXml(identity.userId)}</ID><DisplayName>${escapeXml(identity.arn)}</DisplayName></Owner>`;
  const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<ListAllMyBucketsResult xmlns="${namespace}">${owner}<Buckets></Buckets></ListAllMyBucketsResult>`;
}

/** SNS's list of topics: one, named for the caller's account. */
function snsTopics({ account }: Identity, { requestId }: Moment): string {
  const topic = `<member><TopicArn>arn:aws:sns:us-east-1:${account.id}:deployments</TopicArn></member>`;
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  const result = `<ListTopicsResult><Topics>${topic}</Topics></ListTopicsResult>`;
  return `<ListTopicsResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">${result}${metadata}</ListTopicsResponse>`;
}

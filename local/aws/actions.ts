import { assumeRole } from './assume-role.ts';
import type { Call, IdentityProvider } from './call.ts';
import { errorOf, isGentle, keysOf, answerChangesOf, type Fault, type Faults } from './faults.ts';
import type { Parameters } from './parameters.ts';
import { Refusal } from './refusal.ts';
import { authenticate, s3Answer, snsTopics, type Caller } from './other-services.ts';
import type { Sessions } from './sessions.ts';
import { assumeRoleWithWebIdentity } from './web-identity.ts';
import { queryOf, type WireRequest } from './wire.ts';
import type { AwsSpec } from './spec.ts';
import { assumedRole, callerIdentity } from './xml.ts';

/** Which action a request asks for, who asks, and what is answered. */

/** What a local AWS keeps between requests. */
export interface Service {
  readonly spec: AwsSpec;
  readonly sessions: Sessions;
  readonly faults: Faults;
  readonly identityProviders: readonly IdentityProvider[];
  readonly sessionSeconds: number | undefined;
  /** The one region that requests must be signed for; undefined: any. */
  readonly region: string | undefined;
  readonly usedCodes: Set<string>;
  /** Milliseconds between this machine's clock and the service's. */
  readonly clock: { offset: number };
}

/** What becomes known of a request while it is answered. */
export interface Progress {
  service: string;
  action: string;
  params: Parameters;
  region: string | undefined;
  accessKeyId: string | undefined;
  callerArn: string | undefined;
  fault: Fault | undefined;
}

/** When a request came, and its id. */
export interface Moment {
  readonly now: Date;
  readonly requestId: string;
}

/** What goes over the wire. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  /** Besides those of every answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The actions there are, by version and name, with their service. */
const services: ReadonlyMap<string, string> = new Map([
  ['2011-06-15 AssumeRole', 'sts'],
  ['2011-06-15 AssumeRoleWithWebIdentity', 'sts'],
  ['2011-06-15 GetCallerIdentity', 'sts'],
  ['2010-03-31 ListTopics', 'sns'],
]);

/** The region of requests that tell none: web identity is not signed. */
const defaultRegion = 'us-east-1';

/**
 * Answers a request.
 * @param progress filled on the way, so that it tells of refused requests too
 * @throws Refusal with the service's code and words
 */
export async function perform(
  request: WireRequest,
  service: Service,
  moment: Moment,
  progress: Progress,
): Promise<Reply> {
  const parameters = parametersOf(request);
  const { Action: action = '', Version: version = '' } = parameters;
  const isS3 = action === '' && (request.headers['authorization'] ?? '').includes('/s3/aws4_request');
  // STS redirects whoever names no action to its page, before it looks at a signature.
  if (action === '' && !isS3)
    return { status: 302, body: '', headers: { location: 'https://aws.amazon.com/iam' } };
  const name = isS3 ? 's3' : services.get(`${version} ${action}`);
  if (name === undefined) {
    const text = `Could not find operation ${action} for version ${version || 'NO_VERSION_SPECIFIED'}`;
    throw new Refusal(400, 'InvalidAction', text);
  }
  Object.assign(progress, { service: name, action: isS3 ? 'ListBuckets' : action, params: parameters });
  progress.fault = service.faults.take(progress.action, parameters['RoleArn']);
  const error = errorOf(progress.fault);
  if (error) throw new Refusal(error.status, error.code, error.message);
  // A fault that takes the answer's place leaves nothing behind: no session is issued.
  if (!isGentle(progress.fault)) return { status: 200, body: '' };
  return { status: 200, body: await answer(request, service, moment, progress) };
}

function parametersOf(request: WireRequest): Parameters {
  const { method, headers, body } = request;
  const isForm =
    method === 'POST' && (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const form = new URLSearchParams(isForm ? body.toString('utf8') : '');
  return Object.fromEntries([...queryOf(request), ...form]);
}

async function answer(
  request: WireRequest,
  service: Service,
  { now, requestId }: Moment,
  progress: Progress,
): Promise<string> {
  const { action, fault, params: parameters } = progress;
  const tampering = answerChangesOf(fault);
  const { region: only, ...kept } = service;
  const call = { ...kept, parameters, now, keys: keysOf(fault) };
  if (action === 'AssumeRoleWithWebIdentity') {
    const granted = await assumeRoleWithWebIdentity({ ...call, region: only ?? defaultRegion });
    return assumedRole(action, granted, requestId, tampering);
  }
  const gate = { service: progress.service, region: only, sessions: service.sessions, now };
  const caller = await authenticate(request, gate, (told) => Object.assign(progress, told));
  progress.callerArn = caller.identity.arn;
  if (progress.service === 's3') return s3Answer(caller, request);
  if (progress.service === 'sns') return snsTopics(caller, requestId);
  if (action === 'GetCallerIdentity') return callerIdentity(caller.identity, requestId, tampering);
  return assumedRole(action, assume(call, caller), requestId, tampering);
}

const assume = (call: Omit<Call, 'region'>, { identity, region }: Caller): ReturnType<typeof assumeRole> =>
  assumeRole({ ...call, region }, identity);

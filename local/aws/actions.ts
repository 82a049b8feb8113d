import { assumeRole } from './assume-role.ts';
import type { Call, IdentityProvider } from './call.ts';
import { errorOf, answersAnyway, keysOf, answerChangesOf, type Fault, type Faults } from './faults.ts';
import { jsonOf, jsonReply } from './json-service.ts';
import { listOfOrganization, operationOf } from './organizations-api.ts';
import type { Pace } from './pace.ts';
import type { Parameters } from './parameters.ts';
import { iamActions, iamAnswer } from './iam.ts';
import { liveAccount, type LiveSpec } from './live-accounts.ts';
import { evaluate } from './policy.ts';
import { notAuthorized, Refusal } from './refusal.ts';
import { authenticate, s3Answer, snsTopics, type Caller } from './other-services.ts';
import type { Sessions } from './sessions.ts';
import { cloudFormationActions, type Stacks } from './stacks.ts';
import { assumeRoleWithWebIdentity } from './web-identity.ts';
import { queryOf, type WireRequest } from './wire.ts';
import type { Policies } from './denial.ts';
import { assumedRole, callerIdentity } from './xml.ts';

/** Finds the action of a request, authenticates its caller, and answers it. */

/** The state of a local AWS between requests. */
export interface Service {
  readonly policies: Policies & { readonly spec: LiveSpec };
  readonly stacks: Stacks;
  readonly sessions: Sessions;
  readonly faults: Faults;
  /** The limit of AWS Organizations; undefined: none. */
  readonly pace: Pace | undefined;
  readonly identityProviders: readonly IdentityProvider[];
  readonly sessionSeconds: number | undefined;
  /** The region that requests must be signed for; undefined: any. */
  readonly region: string | undefined;
  readonly usedCodes: Set<string>;
  /** Milliseconds by which the service's clock is ahead of this machine's. */
  readonly clock: { offset: number };
}

/** The facts of a request, filled in while it is answered. */
export interface Progress {
  service: string;
  action: string;
  params: Parameters;
  region: string | undefined;
  accessKeyId: string | undefined;
  callerArn: string | undefined;
  fault: Fault | undefined;
}

/** The time of a request, and its id. */
export interface Moment {
  readonly now: Date;
  readonly requestId: string;
}

/** An answer. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  /** Besides those that every answer has. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The services of all supported actions, by version and name. */
const services: ReadonlyMap<string, string> = new Map([
  ['2011-06-15 AssumeRole', 'sts'],
  ['2011-06-15 AssumeRoleWithWebIdentity', 'sts'],
  ['2011-06-15 GetCallerIdentity', 'sts'],
  ['2010-03-31 ListTopics', 'sns'],
  ...iamActions.map((name) => [`2010-05-08 ${name}`, 'iam'] as const),
  ...cloudFormationActions.map((name) => [`2010-05-15 ${name}`, 'cloudformation'] as const),
]);

/** The region of requests that are not signed: web identity. */
const defaultRegion = 'us-east-1';

/**
 * Answers a request.
 * @param progress filled in step by step, so that it describes refused requests too
 * @throws Refusal with the service's code and message
 */
export async function perform(
  request: WireRequest,
  service: Service,
  moment: Moment,
  progress: Progress,
): Promise<Reply> {
  const target = request.headers['x-amz-target'];
  if (target !== undefined) return organizations(request, target, service, moment, progress);
  const parameters = parametersOf(request);
  const { Action: action = '', Version: version = '' } = parameters;
  const isS3 = action === '' && (request.headers['authorization'] ?? '').includes('/s3/aws4_request');
  // STS redirects requests without an action, before it checks the signature.
  if (action === '' && !isS3)
    return { status: 302, body: '', headers: { location: 'https://aws.amazon.com/iam' } };
  const name = isS3 ? 's3' : services.get(`${version} ${action}`);
  if (name === undefined) {
    const text = `Could not find operation ${action} for version ${version || 'NO_VERSION_SPECIFIED'}`;
    throw new Refusal(400, 'InvalidAction', text);
  }
  Object.assign(progress, { service: name, action: isS3 ? 'ListBuckets' : action, params: parameters });
  takeFault(service, progress);
  // A fault that replaces the answer has no other effect: no session is issued.
  if (!answersAnyway(progress.fault)) return { status: 200, body: '' };
  return { status: 200, body: await answer(request, service, moment, progress) };
}

/** @throws Refusal for a fault that is an error */
function takeFault({ faults }: Service, progress: Progress): void {
  progress.fault = faults.take(progress.action, progress.params['RoleArn']);
  const error = errorOf(progress.fault);
  if (error) throw new Refusal(error.status, error.code, error.message);
}

/** @param target names the operation, as in all JSON services */
async function organizations(
  request: WireRequest,
  target: string,
  service: Service,
  { now }: Moment,
  progress: Progress,
): Promise<Reply> {
  const { policies, sessions, pace } = service;
  progress.service = 'organizations';
  const input = jsonOf(request);
  const action = operationOf(target);
  if (action === undefined) throw new Refusal(400, 'UnknownOperationException', '');
  const params = Object.entries(input).map(([name, value]) => [name, String(value)] as const);
  Object.assign(progress, { action, params: Object.fromEntries(params) });
  takeFault(service, progress);
  if (!answersAnyway(progress.fault)) return { status: 200, body: '' };
  if (pace?.isExceeded(now)) throw new Refusal(400, 'Throttling', 'Rate exceeded');
  const requirements = { service: 'organizations', region: undefined, sessions, now };
  const caller = await authenticate(request, requirements, (facts) => Object.assign(progress, facts));
  progress.callerArn = caller.identity.arn;
  return jsonReply(200, listOfOrganization(action, input, caller, policies));
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
  const changes = answerChangesOf(fault);
  const { region: only, ...state } = service;
  const call = { ...state, parameters, now, keys: keysOf(fault) };
  if (action === 'AssumeRoleWithWebIdentity') {
    const granted = await assumeRoleWithWebIdentity({ ...call, region: only ?? defaultRegion });
    return assumedRole(action, granted, requestId, changes);
  }
  const requirements = { service: progress.service, region: only, sessions: service.sessions, now };
  const caller = await authenticate(request, requirements, (facts) => Object.assign(progress, facts));
  progress.callerArn = caller.identity.arn;
  if (progress.service === 's3') return s3Answer(caller, request);
  if (progress.service === 'sns') return snsTopics(caller, requestId);
  if (progress.service === 'iam' || progress.service === 'cloudformation')
    return administer(service, caller, progress, requestId);
  if (action === 'GetCallerIdentity') return callerIdentity(caller.identity, requestId, changes);
  return assumedRole(action, assume(call, caller), requestId, changes);
}

const assume = (call: Omit<Call, 'region'>, { identity, region }: Caller): ReturnType<typeof assumeRole> =>
  assumeRole({ ...call, region }, identity);

/** IAM and CloudFormation: what changes the caller's own account. Only its identity-based policy is checked. */
function administer(
  { policies, stacks }: Service,
  { identity }: Caller,
  { service, action, params }: Progress,
  requestId: string,
): string {
  const access = {
    action: `${service}:${action}`,
    resource: '*',
    context: new Map<string, readonly string[]>(),
  };
  if (evaluate(identity.permissions, access) !== 'allow')
    throw notAuthorized(
      identity.arn,
      access.action,
      '*',
      ` because no identity-based policy allows the ${access.action} action`,
    );
  const account = liveAccount(policies.spec, identity.account.id);
  return service === 'iam'
    ? iamAnswer(action, params, account, requestId)
    : stacks.answer(action, params, account, requestId);
}

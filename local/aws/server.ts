import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { perform, type Moment, type Progress, type Reply, type Service } from './actions.ts';
import type { IdentityProvider } from './call.ts';
import { disturb, Faults, statusOf, type Fault, type RandomFaults } from './faults.ts';
import type { Policies } from './denial.ts';
import { liveAccount, type LiveAccount } from './live-accounts.ts';
import { Pace } from './pace.ts';
import { Stacks } from './stacks.ts';
import { checkPolicy, checkSpec } from './policy-check.ts';
import { Refusal } from './refusal.ts';
import { errorReply } from './error-reply.ts';
import { sessionIdentity, Sessions, type IssuedSession } from './sessions.ts';
import { readRequest } from './wire.ts';
import { roleByArn, type AwsSpec, type PolicyDocument } from './spec.ts';

/** A local AWS: a real server on loopback, as strict as AWS where it matters. */

/** One request, and its answer. */
export interface RecordedRequest extends Readonly<Omit<Progress, 'fault'>> {
  /** Milliseconds since 1970, by this machine's clock. */
  readonly at: number;
  readonly method: string;
  /** The client's, which distinguishes clients. */
  readonly userAgent: string;
  /** As sent; 0 where a fault prevented an answer. */
  readonly status: number;
  readonly errorCode: string | undefined;
}

/** Settings of a local AWS. */
export interface LocalAwsOptions {
  readonly identityProviders?: readonly IdentityProvider[];
  /** Milliseconds before each answer. */
  readonly latencyMs?: number;
  /** Lifetime of every session in seconds, whatever the request asks for. Expiration is correct. */
  readonly sessionSeconds?: number;
  /** The region that requests must be signed for. Default: any, as behind a custom endpoint. */
  readonly region?: string;
  /** Faults that are injected at random. */
  readonly randomFaults?: RandomFaults;
  /** PEM; with it the server speaks TLS. */
  readonly https?: { readonly key: string; readonly cert: string };
  /** How many requests AWS Organizations accepts; default: any number. */
  readonly organizationsPace?: { readonly perSecond: number; readonly burst: number };
  /** The address to listen on; default 127.0.0.1. */
  readonly host?: string;
  /** The policy of the VPC endpoint that all requests come through. */
  readonly vpcEndpointPolicy?: PolicyDocument;
  /** What messages call a role's trust policy; default: role trust policy. */
  readonly trustPolicyName?: Policies['trustPolicyName'];
  /** Whether sessions get tokens of version 1, as from the global endpoint. */
  readonly version1Tokens?: boolean;
}

/** A running local AWS. */
export interface LocalAws {
  readonly url: string;
  readonly port: number;
  /** In the order in which they were read, including those that wait or hang. */
  readonly requests: readonly RecordedRequest[];
  readonly issued: readonly IssuedSession[];
  /** Every secret of this AWS: users' secret keys, and all issued values. */
  secrets(): string[];
  injectFault(fault: Fault): void;
  /** Moves AWS's clock forward by so many seconds, or back. */
  advanceClock(seconds: number): void;
  /** Issues keys of a role without a request, as the services of EC2 and EKS do for machines and pods. */
  issueFor(roleArn: string, sessionName: string, seconds?: number): IssuedSession;
  /** An account as it is now, to look at and to change. */
  account(id: string): LiveAccount;
  /** Makes a key unknown. */
  revoke(accessKeyId: string): void;
  /** Ends all connections, including those that hang. */
  close(): Promise<void>;
}

/** @throws Error for a specification that IAM would refuse, or that uses what is not evaluated here */
export async function startLocalAws(spec: AwsSpec, options: LocalAwsOptions = {}): Promise<LocalAws> {
  checkSpec(spec);
  if (options.vpcEndpointPolicy) checkPolicy(options.vpcEndpointPolicy, 'resource');
  const { identityProviders = [], sessionSeconds, region, https, host = '127.0.0.1' } = options;
  const { vpcEndpointPolicy, trustPolicyName = 'role trust policy' } = options;
  const sessions = new Sessions(spec, options.version1Tokens);
  const service: Service = {
    ...{ sessions, identityProviders, sessionSeconds, region },
    policies: { spec: { ...spec }, vpcEndpointPolicy, trustPolicyName },
    ...{ faults: new Faults(options.randomFaults), stacks: new Stacks() },
    pace: options.organizationsPace && new Pace(options.organizationsPace),
    ...{ usedCodes: new Set<string>(), clock: { offset: 0 } },
  };
  const requests: RecordedRequest[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void =>
    void serve(request, response, service, options.latencyMs ?? 0, requests);
  const server = https === undefined ? createServer(listener) : createSecureServer(https, listener);
  await once(server.listen(0, host), 'listening');
  const { port } = server.address() as AddressInfo;
  const name = host.includes(':') ? `[${host}]` : host;
  const url = `${https === undefined ? 'http' : 'https'}://${name}:${port}`;
  return { url, port, requests, ...controlsOf(service), close: () => close(server) };
}

/** What tests change and read while the server runs. */
function controlsOf({
  policies,
  sessions,
  faults,
  clock,
}: Service): Omit<LocalAws, 'url' | 'port' | 'requests' | 'close'> {
  return {
    issued: sessions.issued,
    secrets: () => sessions.secrets(),
    injectFault: (fault) => {
      faults.add(fault);
    },
    advanceClock: (seconds) => {
      clock.offset += seconds * 1000;
    },
    issueFor: (roleArn, sessionName, seconds = 3600) => {
      const role = roleByArn(policies.spec, roleArn);
      if (role === undefined) throw new Error(`There is no role ${roleArn}`);
      const identity = sessionIdentity(role, sessionName, {
        ...{ tags: new Map<string, string>(), transitiveKeys: [], sourceIdentity: undefined },
        ...{ sessionPolicy: undefined, chained: false },
      });
      return sessions.issue(identity, new Date(Date.now() + clock.offset + seconds * 1000));
    },
    account: (id) => liveAccount(policies.spec, id),
    revoke: (accessKeyId) => {
      sessions.revoke(accessKeyId);
    },
  };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  service: Service,
  latencyMs: number,
  requests: RecordedRequest[],
): Promise<void> {
  const at = Date.now();
  const moment = { now: new Date(at + service.clock.offset), requestId: randomUUID() };
  const unknown = { region: undefined, accessKeyId: undefined, callerArn: undefined, fault: undefined };
  const progress: Progress = { service: '', action: '', params: {}, ...unknown };
  let errorCode: string | undefined;
  let reply: Reply;
  try {
    reply = await perform(await readRequest(request), service, moment, progress);
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal(500, 'InternalFailure', String(error));
    errorCode = refusal.code;
    reply = errorReply(refusal, progress.service, moment.requestId);
  }
  const { fault, ...facts } = progress;
  const status = statusOf(fault) ?? reply.status;
  requests.push({
    at,
    method: request.method ?? '',
    userAgent: request.headers['user-agent'] ?? '',
    ...facts,
    status,
    errorCode,
  });
  const wait = latencyMs + (fault?.kind === 'delay' ? fault.ms : 0);
  // An answer that waits must not keep the process alive.
  if (wait > 0) await pause(wait, undefined, { ref: false });
  if (!disturb(fault, response)) send(response, reply, moment);
}

function send(response: ServerResponse, reply: Reply, { now, requestId }: Moment): void {
  const { status, body, headers = {} } = reply;
  response.writeHead(status, {
    'x-amzn-requestid': requestId,
    'x-amz-sts-extended-request-id': Buffer.from(requestId).toString('base64'),
    'content-type': 'text/xml',
    'content-length': Buffer.byteLength(body),
    date: now.toUTCString(),
    ...headers,
  });
  response.end(body);
}

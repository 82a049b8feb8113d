import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { perform, type Answer, type Moment, type Service } from './actions.ts';
import type { IdentityProvider } from './call.ts';
import { disturb, errorOf, Faults, type Fault } from './faults.ts';
import { checkWorld } from './policy.ts';
import { Refusal } from './refusal.ts';
import { Sessions, type IssuedSession } from './sessions.ts';
import type { WireRequest } from './signature.ts';
import type { World } from './world.ts';
import { errorXml } from './xml.ts';

/** A local AWS: a real server on loopback, as strict as AWS where it matters. */

/** One request that came, and what became of it. */
export interface RecordedRequest {
  /** Milliseconds since 1970, by this machine's clock. */
  readonly at: number;
  readonly service: string;
  readonly region: string | undefined;
  readonly action: string;
  readonly params: Readonly<Record<string, string>>;
  readonly accessKeyId: string | undefined;
  readonly callerArn: string | undefined;
  readonly status: number;
  readonly errorCode: string | undefined;
}

/** How a local AWS is set up. */
export interface LocalAwsOptions {
  readonly identityProviders?: readonly IdentityProvider[];
  /** Milliseconds before each answer. */
  readonly latencyMs?: number;
  /** Seconds that every session really lives, whatever was asked for; its expiration tells the truth. */
  readonly sessionSeconds?: number;
}

/** A running local AWS. */
export interface LocalAws {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  readonly issued: readonly IssuedSession[];
  /** Every secret that this AWS knows: users' keys, and all that was issued. */
  secrets(): string[];
  misbehave(fault: Fault): void;
  /** Seconds by which AWS's clock goes on; negative ones turn it back. */
  advanceClock(seconds: number): void;
  /** The key is unknown from now on. */
  revoke(accessKeyId: string): void;
  close(): Promise<void>;
}

/** @throws Error when a policy of the world holds what is not evaluated here */
export async function startLocalAws(world: World, options: LocalAwsOptions = {}): Promise<LocalAws> {
  checkWorld(world);
  const service: Service = {
    world,
    sessions: new Sessions(world),
    faults: new Faults(),
    identityProviders: options.identityProviders ?? [],
    sessionSeconds: options.sessionSeconds,
    usedCodes: new Set(),
    clock: { offset: 0 },
  };
  const requests: RecordedRequest[] = [];
  const server = createServer((request, response) => {
    void serve(request, response, service, options.latencyMs ?? 0, requests);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return handle(`http://127.0.0.1:${port}`, world, service, requests, () => {
    return new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  });
}

function handle(
  url: string,
  { accounts }: World,
  { sessions, faults, clock }: Service,
  requests: readonly RecordedRequest[],
  close: () => Promise<void>,
): LocalAws {
  return {
    url,
    requests,
    issued: sessions.issued,
    secrets: () => [
      ...accounts.flatMap(({ users = [] }) => users.map((user) => user.secretAccessKey)),
      ...sessions.issued.flatMap((one) => [one.accessKeyId, one.secretAccessKey, one.sessionToken]),
    ],
    misbehave: (fault) => {
      faults.add(fault);
    },
    advanceClock: (seconds) => {
      clock.offset += seconds * 1000;
    },
    revoke: (accessKeyId) => {
      sessions.revoke(accessKeyId);
    },
    close,
  };
}

/** More than any request of STS: the largest is a token of 20,000 characters. */
const bodyLimit = 256 * 1024;

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  service: Service,
  latencyMs: number,
  requests: RecordedRequest[],
): Promise<void> {
  const moment = { now: new Date(Date.now() + service.clock.offset), requestId: randomUUID() };
  const record = {
    at: Date.now(),
    service: '',
    region: undefined,
    action: '',
    params: {},
    accessKeyId: undefined,
    callerArn: undefined,
  };
  const answer: Answer = { record, status: 200, body: '', headers: {}, fault: undefined };
  try {
    await perform(await wire(request), service, moment, answer);
    const fault = errorOf(answer.fault);
    if (fault) throw new Refusal(fault.status, fault.code, fault.message);
  } catch (error) {
    refuse(answer, error, moment.requestId);
  }
  requests.push({ ...answer.record, status: answer.status, errorCode: answer.errorCode });
  const wait = latencyMs + (answer.fault?.kind === 'delay' ? answer.fault.ms : 0);
  if (wait > 0) await pause(wait);
  if (!disturb(answer.fault, response)) send(answer, response, moment);
}

function refuse(answer: Answer, error: unknown, requestId: string): void {
  const refusal = error instanceof Refusal ? error : new Refusal(500, 'InternalFailure', String(error));
  const { code, message, status } = refusal;
  const namespace =
    code === 'InvalidAction' ? 'http://webservices.amazon.com/AWSFault/2005-15-09' : undefined;
  Object.assign(answer, {
    status,
    errorCode: code,
    body: errorXml(code, message, requestId, status, namespace),
  });
}

function send({ status, body, headers }: Answer, response: ServerResponse, { now, requestId }: Moment): void {
  const all = {
    'x-amzn-requestid': requestId,
    'x-amz-sts-extended-request-id': Buffer.from(requestId).toString('base64'),
    'content-type': 'text/xml',
    'content-length': Buffer.byteLength(body),
    date: now.toUTCString(),
    ...headers,
  };
  response.writeHead(status, all).end(body);
}

async function wire(request: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) throw new Refusal(413, 'RequestEntityTooLarge', 'Request size exceeded the limit.');
    chunks.push(chunk);
  }
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, [value ?? ''].flat().join(',')]),
  );
  return { method: request.method ?? '', target: request.url ?? '/', headers, body: Buffer.concat(chunks) };
}

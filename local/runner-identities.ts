import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalAws } from './aws/server.ts';
import type { IssuedSession } from './aws/sessions.ts';
import type { AccountSpec, PolicyStatement } from './aws/spec.ts';
import type { LocalGitHub } from './github/issuer.ts';

/**
 * Identities that a self-hosted runner may have of its own: an instance role (EC2), a pod's role by web identity (EKS
 * IRSA), and a role by a container endpoint (ECS, EKS Pod Identity). Tools must not use them in place of the action's.
 */

export const runnerAccountId = '444444444444';
const sessionArn = (name: string): string => `arn:aws:sts::${runnerAccountId}:assumed-role/${name}/`;
const roleArn = (name: string): string => `arn:aws:iam::${runnerAccountId}:role/${name}`;

/** The account of the runner's roles. */
export function runnerAccount(issuer = 'https://token.actions.githubusercontent.com'): AccountSpec {
  const provider = `arn:aws:iam::${runnerAccountId}:oidc-provider/${issuer.replace('https://', '')}`;
  const role = (name: string, statement: PolicyStatement): NonNullable<AccountSpec['roles']>[number] => ({
    name,
    trustPolicy: { Version: '2012-10-17', Statement: statement },
  });
  const service = (name: string): PolicyStatement => ({
    ...{ Effect: 'Allow', Principal: { Service: name }, Action: 'sts:AssumeRole' },
  });
  const federated = { Federated: provider };
  return {
    id: runnerAccountId,
    oidcProviders: [{ url: issuer, clientIds: ['sts.amazonaws.com'] }],
    roles: [
      role('instance', service('ec2.amazonaws.com')),
      role('container', service('pods.eks.amazonaws.com')),
      role('pod', { Effect: 'Allow', Principal: federated, Action: 'sts:AssumeRoleWithWebIdentity' }),
    ],
  };
}

/** A kind of identity of the runner. */
export type RunnerIdentityKind = 'instance' | 'container' | 'pod';

/** The running endpoints of the runner's identities. */
export interface RunnerIdentities {
  /** The variables that lead clients to each identity. */
  readonly environment: Readonly<Record<RunnerIdentityKind, Readonly<Record<string, string>>>>;
  /** The identities that were asked for credentials, or whose credentials signed a request, in order. */
  used(): RunnerIdentityKind[];
  close(): Promise<void>;
}

/** Starts the endpoints on loopback. The local AWS must have the {@link runnerAccount}. */
export async function startRunnerIdentities(aws: LocalAws, github: LocalGitHub): Promise<RunnerIdentities> {
  const asked: RunnerIdentityKind[] = [];
  const service = new CredentialEndpoints(aws, asked);
  const server = createServer((request, response) => {
    service.answer(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const folder = mkdtempSync(join(tmpdir(), 'runner-identities-'));
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, await github.mint({ claims: { sub: 'system:serviceaccount:arc:runner' } }));
  return {
    environment: {
      instance: { AWS_EC2_METADATA_SERVICE_ENDPOINT: url, AWS_EC2_METADATA_DISABLED: 'false' },
      container: {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/v1/credentials`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: service.containerToken,
      },
      pod: { AWS_ROLE_ARN: roleArn('pod'), AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile },
    },
    used: () => {
      const asPod = aws.requests.filter(({ params }) => params['RoleArn'] === roleArn('pod'));
      const kinds = ['instance', 'container', 'pod'] as const;
      const signed = aws.requests.flatMap(({ callerArn = '' }) =>
        kinds.filter((kind) => callerArn.startsWith(sessionArn(kind))),
      );
      return [...asked, ...asPod.map(() => 'pod' as const), ...signed];
    },
    close: async () => {
      rmSync(folder, { recursive: true, force: true });
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * The instance metadata service, version 2 only (EC2 User Guide, "Use the Instance Metadata Service"), and a container
 * endpoint (AWS SDKs and Tools Reference Guide, "Container credential provider").
 */
class CredentialEndpoints {
  readonly containerToken = randomBytes(24).toString('base64url');
  readonly #metadataToken = randomBytes(24).toString('base64url');
  readonly #aws: LocalAws;
  readonly #asked: RunnerIdentityKind[];

  constructor(aws: LocalAws, asked: RunnerIdentityKind[]) {
    this.#aws = aws;
    this.#asked = asked;
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    if (url === '/v1/credentials') this.#container(headers.authorization, response);
    else if (method === 'PUT' && url === '/latest/api/token')
      this.#metadataSession(headers['x-aws-ec2-metadata-token-ttl-seconds'], response);
    else if (headers['x-aws-ec2-metadata-token'] !== this.#metadataToken) send(response, 401, '');
    else this.#metadata(url, response);
  }

  #container(authorization: string | undefined, response: ServerResponse): void {
    this.#asked.push('container');
    if (authorization !== this.containerToken) send(response, 401, '{"message":"Unauthorized"}');
    else sendJson(response, keysOf(this.#aws.issueFor(roleArn('container'), 'runner')));
  }

  #metadataSession(ttl: string | string[] | undefined, response: ServerResponse): void {
    response.setHeader('x-aws-ec2-metadata-token-ttl-seconds', ttl ?? '');
    send(response, ttl === undefined ? 400 : 200, ttl === undefined ? '' : this.#metadataToken);
  }

  #metadata(url: string, response: ServerResponse): void {
    const path = '/latest/meta-data/iam/security-credentials/';
    if (url.startsWith(path.slice(0, -1))) this.#asked.push('instance');
    if (url === path || url === path.slice(0, -1)) send(response, 200, 'instance');
    else if (url === `${path}instance`) {
      const times = { Code: 'Success', Type: 'AWS-HMAC', LastUpdated: isoSeconds(new Date()) };
      sendJson(response, {
        ...times,
        ...keysOf(this.#aws.issueFor(roleArn('instance'), 'i-0123456789abcdef0')),
      });
    } else if (url === '/latest/meta-data/placement/region') send(response, 200, 'us-east-1');
    else if (url === '/latest/meta-data/placement/availability-zone') send(response, 200, 'us-east-1a');
    else send(response, 404, '');
  }
}

function send(response: ServerResponse, status: number, body: string, type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}

function sendJson(response: ServerResponse, body: object): void {
  send(response, 200, JSON.stringify(body), 'application/json');
}

const isoSeconds = (time: Date): string => time.toISOString().replace(/\.\d{3}Z$/, 'Z');

const keysOf = (session: IssuedSession): Record<string, string> => ({
  AccessKeyId: session.accessKeyId,
  SecretAccessKey: session.secretAccessKey,
  Token: session.sessionToken,
  Expiration: isoSeconds(session.expiration),
});

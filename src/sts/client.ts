import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { StsSettings } from '../plan.ts';
import { requestSeconds } from './attempts.ts';
import { capped } from './capped.ts';
import { withProxies } from './proxy.ts';
import type { Credentials } from './session.ts';

/** The way to STS: one set of connections for all hops, everything about it settled, nothing read from files. */
export class Sts {
  readonly #settings: StsSettings;
  readonly #connections: NodeHttpHandler;
  /** Milliseconds between this machine's clock and AWS's, once an answer has shown it. */
  #clockOffset = 0;

  /** @param environment for the proxy's variables, which the SDK ignores */
  constructor(settings: StsSettings, environment: NodeJS.ProcessEnv) {
    this.#settings = settings;
    const agent = { keepAlive: true, proxyEnv: withProxies(environment) };
    this.#connections = new CappedHandler({
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent(agent),
      connectionTimeout: requestSeconds * 1000,
      socketTimeout: requestSeconds * 1000,
    });
  }

  /**
   * Makes one request, once: trying again is not decided here.
   * @param credentials undefined for requests that are not signed
   */
  async send<T>(
    credentials: Credentials | undefined,
    request: (client: STSClient) => Promise<T>,
  ): Promise<T> {
    const client = new STSClient({ ...this.#config(), credentials: credentials ?? unsigned });
    client.config.systemClockOffset = this.#clockOffset;
    try {
      return await request(client);
    } finally {
      // The SDK corrects it when an answer's Date is far off, so that the next try is signed with the right time.
      this.#clockOffset = client.config.systemClockOffset;
    }
  }

  /**
   * What the SDK's default chain finds: environment, profile, container, instance.
   * @param origin the AWS_ variables to find it by: the chain reads the process's own, so they are laid there meanwhile
   * @throws the SDK's CredentialsProviderError and its kin
   */
  async ambientCredentials(origin: Readonly<Record<string, string>>): Promise<Credentials> {
    const own = awsVariables(process.env);
    replaceAwsVariables(origin);
    try {
      // Its warnings would go to the log unmasked.
      const client = new STSClient({ region: this.#settings.region, logger: silent });
      const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
      return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
    } finally {
      replaceAwsVariables(own);
    }
  }

  /** Ends all connections, those that hang included. */
  close(): void {
    this.#connections.destroy();
  }

  /** Whatever is absent here the SDK would look up in the environment and in `~/.aws/config`. */
  #config(): STSClientConfig {
    const { region, endpoint, useFips, useDualstack } = this.#settings;
    return {
      region,
      ...(endpoint === undefined ? {} : { endpoint }),
      useFipsEndpoint: useFips,
      useDualstackEndpoint: useDualstack,
      requestHandler: this.#connections,
      maxAttempts: 1,
      retryMode: 'standard',
      defaultsMode: 'standard',
      authSchemePreference: [],
      sigv4aSigningRegionSet: [],
      userAgentAppId: 'assume-role-chain',
    };
  }
}

/** Reads no more of an answer than any of STS's could have. */
class CappedHandler extends NodeHttpHandler {
  override async handle(
    ...request: Parameters<NodeHttpHandler['handle']>
  ): ReturnType<NodeHttpHandler['handle']> {
    const { response } = await super.handle(...request);
    response.body = capped(response.body as Readable);
    return { response };
  }
}

/** Never used for signing; keeps the SDK from looking for credentials. */
const unsigned = (): Promise<never> => Promise.reject(new Error('this request is not signed'));

/** The variables of an environment that are AWS's. */
export function awsVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      name.startsWith('AWS_') && value !== undefined ? [[name, value]] : [],
    ),
  );
}

function replaceAwsVariables(by: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(awsVariables(process.env))) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, by);
}

const nothing = (): void => undefined;
const silent = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

import { STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { StsSettings } from '../plan.ts';
import { requestSeconds } from './attempts.ts';
import { collected, type Connections } from './connections.ts';
import type { Credentials } from './session.ts';

/** The way to STS: everything about it settled, nothing read from files. */
export class Sts {
  readonly #settings: StsSettings;
  readonly #handler: NodeHttpHandler;
  /** Milliseconds between this machine's clock and AWS's, once an answer has shown it. */
  #clockOffset = 0;

  /** @param connections shared by all requests, and ended by whoever made them */
  constructor(settings: StsSettings, { httpAgent, httpsAgent }: Connections) {
    this.#settings = settings;
    this.#handler = new NodeHttpHandler({
      httpAgent,
      httpsAgent,
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

  /** Whatever is absent here the SDK would look up in the environment and in `~/.aws/config`. */
  #config(): STSClientConfig {
    const { region, endpoint, useFips, useDualstack } = this.#settings;
    return {
      region,
      ...(endpoint === undefined ? {} : { endpoint }),
      useFipsEndpoint: useFips,
      useDualstackEndpoint: useDualstack,
      requestHandler: this.#handler,
      streamCollector: collected,
      ignoreConfiguredEndpointUrls: true,
      maxAttempts: 1,
      retryMode: 'standard',
      defaultsMode: 'standard',
      authSchemePreference: [],
      sigv4aSigningRegionSet: [],
      userAgentAppId: 'assume-role-chain',
    };
  }
}

/** Never used for signing; keeps the SDK from looking for credentials. */
const unsigned = (): Promise<never> => Promise.reject(new Error('this request is not signed'));

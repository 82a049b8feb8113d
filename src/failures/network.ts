import { steps, text, type Explanation, type Part } from './explanation.ts';
import type { Answer, RequestFailure } from '../sts/errors.ts';

/** Failures in which STS had no say: the network, a proxy, or somebody else's answer. */

const proxyStep =
  'a proxy: HTTPS_PROXY, HTTP_PROXY and NO_PROXY (or lower case) decide which way the request takes';

/** Who was asked. */
export interface Asked {
  /** For a sentence: `STS in us-east-1`. */
  readonly host: string;
  /** Where its address is set, as a step of what to check; absent where nobody sets it. */
  readonly setting?: string;
}

/** Where STS's address may have been changed. */
export const endpointSettings =
  'the address: the region, sts-endpoint, AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL, AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT make it';

/** @returns undefined where the service itself answered */
export function explainNetwork(
  { answer, tries }: RequestFailure,
  { host, setting }: Asked,
): Explanation | undefined {
  const times = tries > 1 ? ` ${tries} times in a row` : '';
  const cause = causes.find(({ matches }) => matches(answer));
  if (!cause) return undefined;
  const parts: Part[] = [
    text(`Asked: ${host}.`),
    steps(...cause.hints, cause.byAddress ? setting : undefined),
  ];
  return { title: cause.title, advice: `${cause.advice(host)}${times}.`, parts };
}

interface Cause {
  readonly matches: (answer: Answer) => boolean;
  readonly title: string;
  readonly advice: (host: string) => string;
  readonly hints: readonly string[];
  /** Whether a wrong address may be the cause. */
  readonly byAddress?: true;
}

const byCode =
  (...codes: readonly string[]) =>
  (answer: Answer): boolean =>
    codes.includes(answer.code);

const causes: readonly Cause[] = [
  {
    matches: byCode('HTTP 407'),
    title: 'The proxy wants a password',
    advice: (host) => `The proxy on the way to ${host} refused the request (407)`,
    hints: ['give user name and password in the URL of HTTPS_PROXY, from a secret'],
  },
  {
    matches: ({ code, from }) => from === 'other' || /^HPE_|^AnswerTooLarge$/.test(code),
    title: 'Somebody else answered',
    advice: (host) => `What answered for ${host} is not that service`,
    hints: [proxyStep, "a captive portal or a firewall's page"],
    byAddress: true,
  },
  {
    matches: byCode('ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'ETIMEOUT'),
    title: 'Name not found',
    byAddress: true,
    advice: (host) => `The name of ${host} could not be resolved`,
    hints: [proxyStep, "the runner's name service"],
  },
  {
    matches: byCode('TimeoutError', 'ETIMEDOUT'),
    title: 'No answer',
    byAddress: true,
    advice: (host) => `${host} did not answer in time`,
    hints: [proxyStep, 'a firewall, or a network without a way out'],
  },
  {
    matches: ({ code }) => /CERT|SELF_SIGNED|ERR_TLS|ERR_SSL|UNABLE_TO/.test(code),
    title: 'Certificate refused',
    advice: (host) => `The certificate of ${host} is not trusted here`,
    hints: [
      "a proxy that opens TLS: name its authority's certificate in NODE_EXTRA_CA_CERTS, in the environment of the job or the runner",
    ],
  },
  {
    matches: ({ code, status, transient }) => status === undefined && (transient || code.startsWith('E')),
    title: 'No connection',
    advice: (host) => `No connection to ${host}`,
    hints: [proxyStep],
    byAddress: true,
  },
  {
    matches: ({ transient }) => transient,
    title: 'Not now',
    advice: (host) => `${host} said to come back later`,
    hints: [
      'raise max-attempts and timeout-seconds, or run the job again',
      'jobs that start at the same moment share the limit of their account',
    ],
  },
];

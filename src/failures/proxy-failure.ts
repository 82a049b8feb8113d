import type { Answer } from '../sts/errors.ts';
import type { Route } from '../sts/route.ts';
import { report, type Report } from './explanation.ts';
import type { Title } from './titles.ts';

/** Failures of the proxy itself. Behind a proxy, the connection and the look-up of a name are the proxy's. */

const unreachable = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'ETIMEOUT',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  // No answer in time.
  'ERR_PROXY_TUNNEL',
];

/** The proxy was reached, and ended the connection, or answered something that is not HTTP. */
const unanswered = ({ code, text }: Answer): boolean =>
  /^(ECONNRESET|EPIPE|ERR_PROXY_TUNNEL|HPE_.*)$/.test(code) && !text.includes('timed out');

/** What answered does not speak TLS. */
const withoutTls = /^(EPROTO|ERR_SSL_WRONG_VERSION_NUMBER)$/;

type Proxied = Extract<Route, { readonly kind: 'proxy' }>;

const nameOf = ({ address, variable }: Proxied): string => `The proxy ${address} (${variable})`;
const wayAround = (host: string): string =>
  `or, if this network reaches ${host} directly, add ${host} to NO_PROXY`;

/**
 * @param host the name of the host that was asked
 * @returns undefined where no proxy was used, or it did what it should
 */
export function explainProxy(
  answer: Answer,
  route: Route,
  service: string,
  host: string,
): Report | undefined {
  if (route.kind !== 'proxy') return undefined;
  if (answer.status === 407)
    return report(
      'Proxy authentication required',
      `${nameOf(route)} requires a user name and password (407): put them into ${route.variable}, from a secret.`,
      {
        steps: [
          `the form: http://USER:PASSWORD@${route.address}, with special characters as in URLs (%40 for @)`,
          wayAround(host),
        ],
      },
    );
  if (answer.from === 'proxy')
    return refusing(
      host,
      `${nameOf(route)} answered ${answer.code} to the connection to ${service}: let the proxy allow ${host}, port 443.`,
    );
  return answer.from === 'network' ? explainConnection(answer, route, host) : undefined;
}

const refusing = (host: string, advice: string, title: Title = 'Proxy refused the connection'): Report =>
  report(title, advice, {
    steps: [`the rules and the log of the proxy: may this runner connect to ${host}?`, wayAround(host)],
  });

/** The proxy could not be reached, or did not answer as a proxy. */
function explainConnection(answer: Answer, route: Proxied, host: string): Report | undefined {
  if (unanswered(answer))
    return refusing(
      host,
      `${nameOf(route)} gave no usable answer to the request for ${host} (${answer.code}): check that it is an HTTP proxy and allows ${host}.`,
    );
  const { code, text } = answer;
  const phase = code === 'TimeoutError' ? /^no (\w+)/.exec(text)?.[1] : undefined;
  // With TLS, the service has answered once.
  if (phase === 'tunnel' || (phase === 'answer' && /^http_/i.test(route.variable)))
    return refusing(
      host,
      `${nameOf(route)} accepted the connection, but nothing came from ${host} in time: check that the proxy allows ${host}.`,
      'Request timed out',
    );
  if (unreachable.includes(code) || phase === 'connection')
    return report(
      'Proxy not reachable',
      `${nameOf(route)} ${code === 'ERR_PROXY_TUNNEL' ? 'did not answer in time' : `cannot be reached (${code})`}: correct or unset ${route.variable}, ${wayAround(host)}.`,
      { steps: [`the proxy: does it run, and can this runner reach ${route.address}?`] },
    );
  if (!withoutTls.test(code)) return undefined;
  return route.isSecure
    ? report(
        'Proxy not reachable',
        `${nameOf(route)} does not speak TLS (${code}), and ${route.variable} begins with https://: write http:// there if it is an ordinary HTTP proxy.`,
        { steps: [wayAround(host)] },
      )
    : refusing(
        host,
        `${nameOf(route)} accepted the connection to ${host}, but what answered does not speak TLS (${code}): check the rules of the proxy, and the address.`,
      );
}

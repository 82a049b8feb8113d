import type { Answer } from '../sts/errors.ts';
import type { Route } from '../sts/route.ts';
import { report, type Report } from './explanation.ts';

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
  'ECONNRESET',
  // Without a status: no answer in time, or none at all.
  'ERR_PROXY_TUNNEL',
];

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
  const proxy = `The proxy ${route.address} (${route.variable})`;
  const around = `or, if this network reaches ${host} directly, add ${host} to NO_PROXY`;
  if (answer.status === 407)
    return report(
      'Proxy authentication required',
      `${proxy} requires a user name and password (407): put them into ${route.variable}, from a secret.`,
      {
        steps: [
          `the form: http://USER:PASSWORD@${route.address}, with special characters as in URLs (%40 for @)`,
          around,
        ],
      },
    );
  if (answer.from === 'proxy')
    return report(
      'Proxy refused the connection',
      `${proxy} answered ${answer.code} to the connection to ${service}: let the proxy allow ${host}, port 443.`,
      { steps: [`the rules and the log of the proxy: may this runner connect to ${host}?`, around] },
    );
  if (answer.from === 'network' && unreachable.includes(answer.code))
    return report(
      'Proxy not reachable',
      `${proxy} cannot be reached (${answer.code}): correct or unset ${route.variable}, ${around}.`,
      { steps: [`the proxy: does it run, and can this runner reach ${route.address}?`] },
    );
  return undefined;
}

import { withProxies } from './proxy.ts';

/** The way that a request takes to its host, in words: Node.js itself decides it, by the same variables. */
export type Route =
  | { readonly kind: 'direct' }
  /** `variable` names the proxy; `address` is its host and port, without user and password; `isSecure`: reached by TLS. */
  | {
      readonly kind: 'proxy';
      readonly variable: string;
      readonly address: string;
      readonly isSecure: boolean;
    }
  /** There is a proxy, and `entry` of `variable` excludes this host from it. */
  | { readonly kind: 'excluded'; readonly variable: string; readonly entry: string };

/** The names of a variable: Node.js prefers the first that is set. */
const names = { 'https:': ['https_proxy', 'HTTPS_PROXY'], 'http:': ['http_proxy', 'HTTP_PROXY'] } as const;

/** The way from this environment to a host. */
export function routeTo(url: URL, environment: NodeJS.ProcessEnv): Route {
  const own = url.protocol === 'https:' ? names['https:'] : names['http:'];
  const settings = withProxies(environment);
  const variable = own.find((name) => (settings[name] ?? '').trim() !== '');
  const text = variable === undefined ? '' : (settings[variable] ?? '');
  if (variable === undefined || !URL.canParse(text)) return { kind: 'direct' };
  const excluded = exclusion(url, environment, settings);
  if (excluded !== undefined) return excluded;
  const proxy = new URL(text);
  const isSecure = proxy.protocol === 'https:';
  const port = proxy.port || (isSecure ? '443' : '80');
  return { kind: 'proxy', variable, address: `${proxy.hostname}:${port}`, isSecure };
}

/**
 * For the log: what else than the host itself can see or answer requests to STS. Any earlier step can set these variables;
 * with both of them, a proxy reads what is sent.
 */
export function routeNotes(url: URL, environment: NodeJS.ProcessEnv): string[] {
  const route = routeTo(url, environment);
  const certificates = environment['NODE_EXTRA_CA_CERTS'] ?? '';
  return [
    ...(route.kind === 'proxy'
      ? [`Proxy for STS: ${route.address} (set by the variable ${route.variable}).`]
      : []),
    ...(url.protocol === 'https:' && certificates !== ''
      ? [
          `Certificates trusted besides Node.js's own: those of ${certificates} (set by the variable NODE_EXTRA_CA_CERTS).`,
        ]
      : []),
  ];
}

/** @param settings the environment as Node.js gets it, where entries of this action's own are added to NO_PROXY */
function exclusion(
  { hostname, port, protocol }: URL,
  environment: NodeJS.ProcessEnv,
  settings: NodeJS.ProcessEnv,
): Route | undefined {
  const host = hostname.toLowerCase();
  const place = `${host}:${port || (protocol === 'https:' ? '443' : '80')}`;
  const matches = (entry: string): boolean => {
    const suffix = entry.replace(/^\*(?=\.)/, '');
    return [host, place, '*'].includes(entry) || (suffix.startsWith('.') && host.endsWith(suffix));
  };
  const entry = entriesOf(settings['no_proxy']).find(matches);
  if (entry === undefined) return undefined;
  const variable = ['no_proxy', 'NO_PROXY'].find((name) => (environment[name] ?? '') !== '');
  const own = entriesOf(environment[variable ?? '']);
  const named = [entry, entry.replace(/^\./, '')].find((one) => own.includes(one));
  // Loopback is excluded without a variable.
  return variable === undefined || named === undefined
    ? { kind: 'direct' }
    : { kind: 'excluded', variable, entry: named };
}

const entriesOf = (text = ''): string[] =>
  text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '');

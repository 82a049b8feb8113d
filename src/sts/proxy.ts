/**
 * The proxy of the environment, as curl and the AWS CLI read it. A proxy that cannot be used is an error: Node.js would
 * ignore it and connect directly.
 */

const used = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

/** A variable of the environment, and what is wrong with it. */
export interface ProxyFault {
  readonly name: string;
  /** Holds nothing of the value, which may have a password in it. */
  readonly text: string;
}

/**
 * What cannot be used: proxies, and the variable that has Node.js accept any certificate, so that anybody between here
 * and AWS could read the tokens and keys of a request. Any step of the job may set it.
 * @param nodeVersion `24.5.0`
 */
export function proxyFaults(environment: NodeJS.ProcessEnv, nodeVersion: string): ProxyFault[] {
  const faults = environment['NODE_TLS_REJECT_UNAUTHORIZED'] === '0' ? [noCertificates] : [];
  return [...faults, ...unusableProxies(environment, nodeVersion)];
}

const noCertificates: ProxyFault = {
  name: 'NODE_TLS_REJECT_UNAUTHORIZED',
  text: 'is 0, which accepts any certificate: anyone on the network could read the credentials. Unset it. For a proxy with its own certificate, set NODE_EXTRA_CA_CERTS to the file of its CA, or NODE_USE_SYSTEM_CA=1 if the machine trusts it',
};

function unusableProxies(environment: NodeJS.ProcessEnv, nodeVersion: string): ProxyFault[] {
  return set(environment).flatMap(({ name, text }) => {
    if (!isProxyUrl(text))
      return [
        {
          name,
          text: /^socks/i.test(text)
            ? 'is a SOCKS proxy, and only HTTP proxies are supported, as in http://proxy.example.com:3128; its value is not shown'
            : 'is not the URL of a proxy, as in http://proxy.example.com:3128; its value is not shown',
        },
      ];
    if (supportsProxies(nodeVersion)) return [];
    const why = `is set, but Node.js ${nodeVersion} of this runner cannot use a proxy for STS: update the runner`;
    return [{ name, text: `${why} (Node.js 24.5 or later), or unset it` }];
  });
}

/** The environment with its proxies as Node.js takes them: `host:port` alone means http. */
export function withProxies(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...environment,
    ...Object.fromEntries(set(environment).map(({ name, text }) => [name, withScheme(text)])),
    ...Object.fromEntries(['NO_PROXY', 'no_proxy'].map((name) => [name, passedBy(environment, name)])),
  };
}

/** Hosts of this machine: what is sent there in the clear must not leave it. */
const here = ['localhost', '127.0.0.1', '[::1]'];

/** A name means its subdomains too, as curl and the AWS CLI take it; to Node.js only one with a dot before it does. */
function passedBy(environment: NodeJS.ProcessEnv, name: string): string {
  const given = environment[name] ?? environment[name === 'NO_PROXY' ? 'no_proxy' : 'NO_PROXY'] ?? '';
  const entries = given.split(/[\s,]+/).filter((entry) => entry !== '');
  const names = entries.filter((entry) => /^[a-z0-9][a-z0-9.-]*[a-z][a-z0-9.-]*$/i.test(entry));
  return [...entries, ...names.map((entry) => `.${entry}`), ...here].join(',');
}

/** Whether a proxy is set, for whatever host. */
export const hasProxy = (environment: NodeJS.ProcessEnv): boolean => set(environment).length > 0;

/** The passwords of proxies, as they stand and as they are meant. */
export function proxyPasswords(environment: NodeJS.ProcessEnv): string[] {
  const names = [...used, 'ALL_PROXY', 'all_proxy'];
  return names.flatMap((name) => {
    // Even in a value that is not a URL, the part between the colon and the @ may be a password.
    const password = /^(?:[a-z0-9+.-]+:\/\/)?[^/@]*?:([^@]*)@/i.exec(environment[name] ?? '')?.[1] ?? '';
    return password === '' ? [] : [password, decoded(password) ?? ''].filter((value) => value !== '');
  });
}

function set(environment: NodeJS.ProcessEnv): { name: string; text: string }[] {
  return used.flatMap((name) => {
    const text = environment[name]?.trim() ?? '';
    return text === '' ? [] : [{ name, text }];
  });
}

const withScheme = (text: string): string => (text.includes('://') ? text : `http://${text}`);

function isProxyUrl(text: string): boolean {
  const url = URL.canParse(withScheme(text)) ? new URL(withScheme(text)) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') return false;
  return decoded(url.username) !== undefined && decoded(url.password) !== undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** `proxyEnv` of Node's agents came with 24.5 (Node.js documentation, http.Agent). */
function supportsProxies(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 5);
}

import { isLoopback } from '../aws/sts-hosts.ts';
import { knownRegions } from '../aws/regions.ts';
import { nearest } from '../request/nearest.ts';
import type { Answer, RequestFailure } from '../sts/errors.ts';
import { routeTo, type Route } from '../sts/route.ts';
import { quoted } from '../text/quote.ts';
import { report, type Report } from './explanation.ts';
import { explainProxy } from './proxy-failure.ts';
import type { Service } from './services.ts';
import { clockStep } from './signature.ts';

/** Failures that are no answer of the service: the network, a proxy, another server, or a service that is busy. */

interface Asked {
  readonly answer: Answer;
  readonly service: Service;
  readonly route: Route;
  readonly environment: NodeJS.ProcessEnv;
  /** ` 3 times in a row`, or nothing. */
  readonly times: string;
}

/** @returns undefined where the service itself answered, and the answer is final */
export function explainNetwork(
  { answer, tries }: RequestFailure,
  service: Service,
  environment: NodeJS.ProcessEnv,
): Report | undefined {
  const route = routeTo(service.url, environment);
  const times = tries > 1 ? `, ${tries} times in a row` : '';
  const asked: Asked = { answer, service, route, times, environment };
  return explainProxy(asked.answer, route, service.name, service.url.hostname) ?? explainAnswer(asked);
}

function explainAnswer(asked: Asked): Report | undefined {
  const { answer, service, times } = asked;
  const { code } = answer;
  if (answer.from === 'other' || /^HPE_|^AnswerTooLarge$/.test(code)) return otherServer(asked);
  if (['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'ETIMEOUT'].includes(code)) return noName(asked);
  if (['TimeoutError', 'ETIMEDOUT'].includes(code))
    return report(
      'Request timed out',
      `${service.name} did not answer in time${times}: check the runner's outbound network.`,
      {
        steps: [
          'a firewall, a subnet without a route to the internet, or a VPC endpoint whose security group excludes the runner',
          ...path(asked),
        ],
      },
    );
  if (isCertificate(code)) return certificate(asked);
  if (answer.from === 'network' && (answer.transient || code.startsWith('E')))
    return report(
      'Connection failed',
      `${howItFailed(asked)}${times} (${code}): check the network and ${code === 'AnswerCutShort' ? 'any proxy' : 'the address'}.`,
      { steps: path(asked) },
    );
  return answer.transient ? busy(asked) : undefined;
}

function howItFailed({ answer: { code }, service: { name } }: Asked): string {
  if (code === 'AnswerCutShort') return `The response from ${name} was cut off`;
  // A refused connection has another code (ECONNREFUSED).
  if (/^(ECONNRESET|EPIPE)$/.test(code)) return `The connection to ${name} was closed without a response`;
  return `No ${/EPROTO|SSL/.test(code) ? 'TLS ' : ''}connection to ${name} could be opened`;
}

/** The way to a service, as steps of what to check. */
export function pathOf(service: Service, environment: NodeJS.ProcessEnv): string[] {
  return path({ route: routeTo(service.url, environment), service, environment });
}

function path({ route, service, environment }: Pick<Asked, 'route' | 'service' | 'environment'>): string[] {
  const unread = ['ALL_PROXY', 'all_proxy'].find((name) => environment[name]);
  const none = unread === undefined ? 'no proxy is set for this host' : `${unread} is set, and is not read`;
  const way =
    route.kind === 'excluded'
      ? `a proxy: ${route.variable} excludes ${service.url.hostname} from it by its entry ${quoted(route.entry)}, so the request went directly. Remove the entry if this network needs the proxy`
      : route.kind === 'proxy'
        ? `the proxy ${route.address}, which ${route.variable} names: does it let requests through to ${service.url.hostname}?`
        : `a proxy: ${none}. If this network needs one, set HTTPS_PROXY in the environment of the runner`;
  const address = service.setting === undefined ? [] : [service.setting];
  // Nothing is between this machine and itself.
  return isLoopback(service.url.hostname) && address.length > 0 ? address : [way, ...address];
}

function otherServer(asked: Asked): Report {
  const { answer, service } = asked;
  const page = answer.page === undefined ? '' : `, with a page titled ${quoted(answer.page)},`;
  const unread = unreadAnswers.find(({ code }) => code.test(answer.code))?.text;
  // A load balancer of the service, or a proxy: neither says which it is.
  if (/^HTTP 5\d\d$/.test(answer.code) && answer.page === undefined)
    return report(
      'Service unavailable',
      `${service.name} answered ${answer.code}${asked.times}, without an error message: the service has an outage, or a proxy in between answered. Run the job again.`,
      { steps: path(asked) },
    );
  return report(
    'Unexpected response',
    `Another server answered ${unread === undefined ? answer.code : `with ${unread} (${answer.code})`}${page} in place of ${named(service)}: check the address, and look for a proxy, a firewall or a sign-in page in between.`,
    { steps: path(asked) },
  );
}

/** Answers of which there is no status: Node.js could not read them, or this action read no further. */
const unreadAnswers = [
  { code: /^HPE_/, text: 'something that is not HTTP' },
  { code: /^AnswerTooLarge$/, text: 'too much data' },
] as const;

/** With its host, which the names of some services have. */
const named = ({ name, url }: Service): string =>
  name.includes(url.hostname) ? name : `${name} (${url.hostname})`;

function noName(asked: Asked): Report {
  const { service, answer } = asked;
  const { region } = service;
  if (region !== undefined && !knownRegions.includes(region) && region !== 'aws-global') {
    const near = nearest(region, knownRegions);
    return report(
      'Unknown AWS region',
      `${quoted(region)} is not a known AWS region, and ${service.url.hostname} does not exist: ${near === undefined ? 'correct the region' : `use ${near}`}.`,
      {
        steps: [
          'the region is set by the input region, by region in an entry of accounts, or by AWS_REGION or AWS_DEFAULT_REGION',
          ...path(asked),
        ],
      },
    );
  }
  return report(
    'Host name not resolved',
    `The host name of ${named(service)} could not be resolved (${answer.code}): check the address and the runner's DNS.`,
    { steps: ["the runner's DNS: can it resolve names on the internet?", ...path(asked)] },
  );
}

const isCertificate = (code: string): boolean => /CERT|SELF_SIGNED|UNABLE_TO/.test(code);

function certificate(asked: Asked): Report {
  const { answer, service } = asked;
  const by = answer.certificateIssuer === undefined ? '' : `, issued by ${answer.certificateIssuer},`;
  const [fault, fix, steps] = certificateFault(asked);
  return report(
    'Certificate not trusted',
    `The certificate of ${service.name}${by} is ${fault} (${answer.code}): ${fix}.`,
    { steps },
  );
}

/** What is wrong, how to fix it, and what to check. */
function certificateFault(asked: Asked): [fault: string, fix: string, steps: string[]] {
  switch (asked.answer.code) {
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return [
        'outside its validity period',
        'check the clock of this machine',
        [clockStep, 'if the clock is right, the owner of that server or proxy must renew the certificate'],
      ];
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return ['for another host name', 'check the address', path(asked)];
    default:
      return [
        'not trusted on this machine',
        'trust its authority, which is often that of a proxy that inspects TLS',
        [
          "set NODE_USE_SYSTEM_CA=1 in the environment of the runner or the job, if the machine's own certificate store has that authority",
          "or set NODE_EXTRA_CA_CERTS to a file with the authority's certificate (PEM). An earlier step can set both through GITHUB_ENV",
          "the issuer: AWS's certificates are issued by Amazon",
        ],
      ];
  }
}

function busy({ answer, service, times }: Asked): Report {
  const steps = [
    'raise max-attempts and timeout-seconds, or run the job again',
    'jobs that start at the same moment share the limit of their account',
  ];
  return answer.throttled
    ? report(
        'Throttled',
        `${service.name} throttled the request${times}: try again later, or raise max-attempts.`,
        { steps },
      )
    : report(
        'Service unavailable',
        `${service.name} was not available${times} (${answer.code}): run the job again.`,
        {
          steps: steps.slice(0, 1),
        },
      );
}

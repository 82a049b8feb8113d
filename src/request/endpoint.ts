import type { StsSettings } from '../aws/plan.ts';
import { partitionOfRegion, publicPartition } from '../aws/partitions.ts';
import { endpointOf } from '../aws/sts-endpoint.ts';
import { isLoopback, isServiceContainer, isStsHost, regionOfStsHost } from '../aws/sts-hosts.ts';
import { configuredRegion, readRegion } from './region.ts';
import { type Problems } from './problems.ts';
import { first, type Sourced, type Variables } from './sourced.ts';
import { quoted } from '../text/quote.ts';

/** Which STS is asked: the region, and an endpoint other than the region's own. */

/**
 * Region and endpoint, from the inputs, else from the environment as every SDK reads it
 * (AWS SDKs and Tools Reference Guide, "Service-specific endpoints", "Dual-stack and FIPS endpoints").
 * @param partition of the roles, where it is known
 */
export function readSts(
  given: { region: string; endpoint: string },
  environment: Variables,
  partition: string | undefined,
  problems: Problems,
): StsSettings {
  const region = readRegion(given.region, environment, partition, problems);
  const endpoint = readEndpoint(given.endpoint, { region, partition }, environment, problems);
  const useFips = readSwitch('AWS_USE_FIPS_ENDPOINT', environment, problems);
  const useDualstack = readSwitch('AWS_USE_DUALSTACK_ENDPOINT', environment, problems);
  if (endpoint && useFips) {
    problems.say(
      endpoint.from,
      'cannot be combined with AWS_USE_FIPS_ENDPOINT=true: give the FIPS endpoint itself, or unset one of the two',
    );
  } else if (endpoint && useDualstack) {
    problems.say(
      endpoint.from,
      'cannot be combined with AWS_USE_DUALSTACK_ENDPOINT=true: unset one of the two',
    );
  }
  return { region, endpoint: endpoint?.text, useFips, useDualstack };
}

function readEndpoint(
  given: string,
  { region, partition }: { readonly region: string; readonly partition: string | undefined },
  environment: Variables,
  problems: Problems,
): Sourced | undefined {
  const endpoint = configuredEndpoint(given, environment);
  const wrong =
    endpoint &&
    (endpointFault(endpoint.text) ??
      distrust(endpoint) ??
      ofOtherPartition(endpoint.text, region, partition));
  if (endpoint && wrong) problems.say(endpoint.from, wrong);
  return endpoint;
}

/** The first of the places that the SDKs look at. */
const configuredEndpoint = (given: string, environment: Variables): Sourced | undefined =>
  first([['sts-endpoint', given], ...endpointVariables('STS', environment)]);

/** The variables that set the endpoint of a service, the one that counts first. */
export function endpointVariables(
  service: 'STS' | 'ORGANIZATIONS',
  environment: Variables,
): (readonly [string, string | undefined])[] {
  const ignored = environment['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']?.toLowerCase() === 'true';
  const names = [`AWS_ENDPOINT_URL_${service}`, 'AWS_ENDPOINT_URL'];
  return names.map((name) => [name, ignored ? '' : environment[name]]);
}

/** What any step before this one may have set must not send credentials to a host of its choice. */
function distrust({ from, text }: Sourced): string | undefined {
  if (from === 'sts-endpoint' || isTrusted(text)) return undefined;
  const rule = 'is not a host of STS, of this machine, or of a service container';
  return `${quoted(new URL(text).hostname)} ${rule}. To send requests there, set the input sts-endpoint. Otherwise, unset the variable`;
}

/** Nothing where the region itself is refused: it is no region, or not one of the roles' partition. */
function ofOtherPartition(
  endpoint: string,
  region: string,
  partition: string | undefined,
): string | undefined {
  const own = partitionOfRegion(regionOfStsHost(new URL(endpoint).hostname) ?? '')?.id;
  const meant = (region === 'aws-global' ? publicPartition : partitionOfRegion(region))?.id;
  const isRefused = meant === undefined || (partition !== undefined && partition !== meant);
  if (own === undefined || own === meant || isRefused) return undefined;
  return `${quoted(endpoint)} is in partition ${own}, but the region is ${region}, in partition ${meant}: correct the endpoint or the region`;
}

/** Whether an endpoint of the environment needs no input that confirms it. */
export function isTrusted(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { hostname } = new URL(text);
  return isStsHost(hostname) || isLoopback(hostname) || isServiceContainer(hostname);
}

/** For the log: the region and the endpoint, and what set them. */
export function endpointNote(
  given: { region: string; endpoint: string },
  environment: Variables,
  { endpoint, ...settings }: StsSettings,
): string {
  const region = configuredRegion(given.region, environment)?.from;
  const { url } = endpointOf(settings);
  const isOwn = endpoint === undefined || new URL(endpoint).href === url.href;
  const from = isOwn ? undefined : configuredEndpoint(given.endpoint, environment)?.from;
  const setBy = from === undefined ? '' : ` (set by the ${placeOf(from)})`;
  return (
    `Region: ${settings.region} (${region === undefined ? 'the default' : `set by the ${placeOf(region)}`}). ` +
    `STS endpoint: ${isOwn ? url.origin : endpoint}${setBy}.`
  );
}

/** Names of environment variables are capital letters, names of inputs are not. */
const placeOf = (from: string): string => `${from.startsWith('AWS_') ? 'variable' : 'input'} ${from}`;

/** What is wrong with the form of an endpoint, in words that follow the name of the setting. */
export function endpointFault(text: string, service = 'STS', host = 'sts'): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.username || url.password))
    return `contains a user name or password, which ${service} does not accept: remove it`;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return `${quoted(text)} is not a URL with https, as in https://${host}.us-east-1.amazonaws.com`;
  }
  return urlFault(url, quoted(text));
}

function urlFault({ search, hash, pathname, protocol, hostname }: URL, shown: string): string | undefined {
  if (search || hash)
    return `${shown} contains a query or a fragment: an endpoint is a host, and perhaps a path`;
  if (pathname.includes('//')) return `${shown} contains two slashes in its path: write one`;
  if (protocol === 'http:' && !isLoopback(hostname) && !isServiceContainer(hostname)) {
    return `${shown} sends credentials in the clear: use https (http is only for loopback and service containers)`;
  }
  return undefined;
}

function readSwitch(name: string, environment: Variables, problems: Problems): boolean {
  const text = environment[name]?.trim().toLowerCase() ?? '';
  if (text !== '' && text !== 'true' && text !== 'false') problems.add(name, text, 'must be true or false');
  return text === 'true';
}

import type { StsSettings } from '../aws/plan.ts';
import { partitionById, partitionOfRegion } from '../aws/partitions.ts';
import { type Problems } from './problems.ts';
import { quoted } from '../text/quote.ts';

/** Which STS is asked: the region, and an endpoint other than the region's own. */

/** The environment of the step, as far as it is read here. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting with the name of the place it came from. */
interface Sourced {
  readonly from: string;
  readonly text: string;
}

/**
 * Region and endpoint, from the inputs, else from the environment as every SDK reads it
 * (AWS SDKs and Tools Reference Guide, "Service-specific endpoints", "Dual-stack and FIPS endpoints").
 * @param partition of the roles, where it is known
 */
export function readSts(
  given: { region: string; endpoint: string },
  environment: Environment,
  partition: string | undefined,
  problems: Problems,
): StsSettings {
  const region = readRegion(given.region, environment, partition, problems);
  const endpoint = readEndpoint(given.endpoint, environment, problems);
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

/** The first of the places that holds something. */
function first(places: readonly (readonly [string, string | undefined])[]): Sourced | undefined {
  const found = places.find(([, text]) => text?.trim());
  return found ? { from: found[0], text: (found[1] ?? '').trim() } : undefined;
}

function readRegion(
  given: string,
  environment: Environment,
  partition: string | undefined,
  problems: Problems,
): string {
  const own = (partition === undefined ? undefined : partitionById(partition))?.defaultRegion ?? 'us-east-1';
  const region = first([
    ['region', given],
    ['AWS_REGION', environment['AWS_REGION']],
    ['AWS_DEFAULT_REGION', environment['AWS_DEFAULT_REGION']],
  ]);
  if (!region) return own;
  // The SDKs' name for the global endpoint, which a machine may have set; the input is exported, and S3 has no such region.
  const home =
    region.text === 'aws-global' && region.from !== 'region'
      ? partitionById('aws')
      : partitionOfRegion(region.text);
  if (!home) {
    problems.add(
      region.from,
      region.text,
      `is not a region of AWS${regionMeant(region.text) ?? `, as ${own} is`}`,
    );
  } else if (partition !== undefined && home.id !== partition) {
    const repair = region.from === 'region' ? `as in ${own}` : `give the input region, as in ${own}`;
    problems.add(
      region.from,
      region.text,
      `is a region of partition ${home.id}, and the roles are in ${partition}: ${repair}`,
    );
  }
  return region.text;
}

/** `, try "us-east-1"` where that is what was meant. */
function regionMeant(text: string): string | undefined {
  const tidy = text
    .trim()
    .toLowerCase()
    .replaceAll(/[_ ]/g, '-')
    .replace(/([a-z])(\d+)$/, '$1-$2');
  return partitionOfRegion(tidy) ? `, try ${quoted(tidy)}` : undefined;
}

function readEndpoint(given: string, environment: Environment, problems: Problems): Sourced | undefined {
  const ignored = environment['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']?.toLowerCase() === 'true';
  const endpoint = first([
    ['sts-endpoint', given],
    ['AWS_ENDPOINT_URL_STS', ignored ? '' : environment['AWS_ENDPOINT_URL_STS']],
    ['AWS_ENDPOINT_URL', ignored ? '' : environment['AWS_ENDPOINT_URL']],
  ]);
  const wrong = endpoint && endpointFault(endpoint.text);
  if (endpoint && wrong) problems.say(endpoint.from, wrong);
  return endpoint;
}

function endpointFault(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.username || url.password))
    return 'holds a user name or password, which STS does not take: remove it';
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return `${quoted(text)} is not a URL with https, as in https://sts.us-east-1.amazonaws.com`;
  }
  if (url.search || url.hash)
    return `${quoted(text)} holds a query or a fragment: an endpoint is a host, and perhaps a path`;
  if (url.pathname.includes('//')) return `${quoted(text)} holds two slashes in its path: write one`;
  if (url.protocol === 'http:' && !isNear(url.hostname)) {
    return `${quoted(text)} sends credentials in the clear: use https (http is for loopback and service containers alone)`;
  }
  return undefined;
}

/** Loopback, or a name without a dot, which only a container network or the machine itself resolves. */
function isNear(host: string): boolean {
  return host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host) || !/[.[:]/.test(host);
}

function readSwitch(name: string, environment: Environment, problems: Problems): boolean {
  const text = environment[name]?.trim().toLowerCase() ?? '';
  if (text !== '' && text !== 'true' && text !== 'false')
    problems.add(name, text, 'is neither true nor false');
  return text === 'true';
}

import { organizationsEndpointOf, type OrganizationSettings } from '../aws/organization.ts';
import { isLoopback, isOrganizationsHost, isServiceContainer } from '../aws/sts-hosts.ts';
import { quoted } from '../text/quote.ts';
import { endpointFault, endpointVariables } from './endpoint.ts';
import { first, type Variables } from './sourced.ts';
import type { Problems } from './problems.ts';

/** Where AWS Organizations is asked: at the partition's endpoint, or where a variable says, as every SDK reads it. */

/** @param partition of the chain that reads the organization */
export function readOrganizationSettings(
  partition: string,
  environment: Variables,
  problems: Problems,
): OrganizationSettings {
  const endpoint = first(endpointVariables('ORGANIZATIONS', environment));
  const wrong =
    endpoint && (endpointFault(endpoint.text, service, 'organizations') ?? distrust(endpoint.text));
  // A variable that is wrong for STS too is reported once.
  const reported = problems.all.some(({ input }) => input === endpoint?.from);
  if (endpoint && wrong !== undefined && !reported) problems.say(endpoint.from, wrong);
  const isOn = (name: string): boolean => environment[name]?.trim().toLowerCase() === 'true';
  return {
    partition,
    endpoint: endpoint?.text,
    useFips: isOn('AWS_USE_FIPS_ENDPOINT'),
    useDualstack: isOn('AWS_USE_DUALSTACK_ENDPOINT'),
  };
}

const service = 'AWS Organizations';

/** What any step before this one may have set must not send credentials to a host of its choice. */
function distrust(text: string): string | undefined {
  const { hostname } = new URL(text);
  if (isOrganizationsHost(hostname) || isLoopback(hostname) || isServiceContainer(hostname)) return undefined;
  const rule = `is not a host of ${service}, of this machine, or of a service container`;
  return `${quoted(hostname)} ${rule}. Unset the variable, or set AWS_ENDPOINT_URL_ORGANIZATIONS to the right host`;
}

/** For the log: an endpoint that is not the partition's own, and what set it. */
export function organizationEndpointNote(
  environment: Variables,
  { endpoint, ...settings }: OrganizationSettings,
): string | undefined {
  if (endpoint === undefined || new URL(endpoint).href === organizationsEndpointOf(settings).url.href)
    return undefined;
  const from = first(endpointVariables('ORGANIZATIONS', environment))?.from ?? '';
  return `${service} endpoint: ${endpoint} (set by the variable ${from}).`;
}

import { organizationsEndpointOf, type OrganizationSettings } from '../aws/organization.ts';
import type { Plan, StsSettings } from '../aws/plan.ts';
import { endpointOf } from '../aws/sts-endpoint.ts';
import { endpointVariables } from '../request/endpoint.ts';
import { isOrganizationsOperation, type Attempt } from '../sts/errors.ts';
import type { Surroundings } from './explanation.ts';

/** The services that requests are made to, as explanations name them. */

/** The service that was asked. */
export interface Service {
  /** For a sentence: `STS in us-east-1`. */
  readonly name: string;
  readonly url: URL;
  /** The region, where its name is part of the host's. */
  readonly region?: string | undefined;
  /** What decides the address, as a step of what to check; absent where the runner sets it. */
  readonly setting?: string;
}

/** The settings that decide STS's address. */
export const endpointSettings =
  'the address: it depends on region, sts-endpoint, AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL, AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT';

/** STS, as a plan asks it. */
function stsService(settings: StsSettings, environment: NodeJS.ProcessEnv): Service {
  const { url, signingRegion } = endpointOf(settings);
  const { region, endpoint } = settings;
  return {
    name: `STS in ${signingRegion} (${endpoint ?? url.hostname})`,
    url,
    region: endpoint === undefined ? region : undefined,
    setting: endpoint === undefined ? endpointSettings : settingOf(endpoint, environment),
  };
}

/** Which setting an endpoint other than the region's own comes from. */
function settingOf(endpoint: string, environment: NodeJS.ProcessEnv): string {
  const variable = endpointVariables('STS', environment).find(([, text]) => text?.trim() === endpoint)?.[0];
  return `the address ${endpoint}: ${variable ?? 'the input sts-endpoint'} sets it. Is it the address of an STS?`;
}

/** AWS Organizations, which has one endpoint in each partition. */
export function organizationsService(settings: OrganizationSettings): Service {
  const { url } = organizationsEndpointOf(settings);
  return {
    name: `AWS Organizations (${settings.endpoint ?? url.hostname})`,
    url,
    setting: 'the address: it depends on AWS_ENDPOINT_URL_ORGANIZATIONS, AWS_ENDPOINT_URL and the partition',
  };
}

/** The service that a request was made to. */
export function serviceOf({ operation }: Attempt, plan: Plan, surroundings: Surroundings): Service {
  const { environment, organizations } = surroundings;
  if (operation === 'GetIdToken') return idTokenService(environment);
  return organizations && isOrganizationsOperation(operation)
    ? organizationsService(organizations)
    : stsService(plan.sts, environment);
}

/** GitHub's OIDC token service, by the address that the runner gave. */
export function idTokenService(environment: NodeJS.ProcessEnv): Service {
  const text = environment['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '';
  return {
    name: "GitHub's OIDC token service",
    url: new URL(URL.canParse(text) ? text : 'https://token.actions.githubusercontent.com'),
  };
}

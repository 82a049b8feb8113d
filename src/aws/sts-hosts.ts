import { partitions } from './partitions.ts';

/**
 * Whether a host is STS itself: a region's endpoint, the global one, FIPS, dual-stack, or a VPC endpoint, in any
 * partition (AWS General Reference, "AWS STS endpoints"; AWS PrivateLink Guide, "Access an AWS service"). Below
 * amazonaws.com there are hosts that anybody may have, such as those of API Gateway: only these names are STS's.
 */
export const isStsHost = (host: string): boolean => isHostOf('sts', host);

/**
 * The region that an endpoint of STS belongs to: us-east-1 for the global one. Undefined for other hosts. STS refuses requests that are
 * signed for another region: "Credential should be scoped to a valid region" (github.com/cloud-custodian/cloud-custodian/issues/4874,
 * github.com/cognitect-labs/aws-api/issues/27).
 */
export function regionOfStsHost(host: string): string | undefined {
  if (!isStsHost(host)) return undefined;
  if (host === 'sts.amazonaws.com') return 'us-east-1';
  return /(?:^|\.)sts(?:-fips)?\.([a-z]+(?:-[a-z]+)+-\d+)\./.exec(host)?.[1];
}

/** The same for AWS Organizations (AWS General Reference, "AWS Organizations endpoints"). */
export const isOrganizationsHost = (host: string): boolean => isHostOf('organizations', host);

function isHostOf(service: 'sts' | 'organizations', host: string): boolean {
  const name = `${service}(?:-fips)?`;
  const regional = new RegExp(`^${name}(?:\\.[a-z0-9-]+)?$|^(?:[a-z0-9-]+\\.)?${name}\\.[a-z0-9-]+\\.vpce$`);
  return partitions.some(({ dnsSuffix, dualStackDnsSuffix }) => {
    const own = before(host, dnsSuffix) ?? before(host, dualStackDnsSuffix);
    return own !== undefined && regional.test(own);
  });
}

function before(host: string, suffix: string): string | undefined {
  return host.endsWith(`.${suffix}`) ? host.slice(0, -suffix.length - 1) : undefined;
}

/** Whether a host is this machine (RFC 6761, section 6.3; RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3). */
export function isLoopback(host: string): boolean {
  return host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host) || /^(?:[a-z0-9-]+\.)*localhost$/i.test(host);
}

/**
 * Whether a host can be a service container of the job: a name of one label, which Docker's network resolves. A label that
 * is a top-level domain may resolve on the internet instead (`http://ai` did). Those with an address are country codes,
 * of two letters or beginning with `xn--`; ICANN forbids an address to all others (RFC 7085; resolution 2013.08.13.NG02).
 */
export function isServiceContainer(host: string): boolean {
  return /^[a-z0-9_-]+$/i.test(host) && !/^[a-z]{2}$|^xn--|^\d+$/i.test(host);
}

import type { StsSettings } from './plan.ts';
import { partitionOfRegion, publicPartition } from './partitions.ts';
import { regionOfStsHost } from './sts-hosts.ts';

/** Where STS answers, and the region that requests to it are signed for. */
export interface StsEndpoint {
  readonly url: URL;
  readonly signingRegion: string;
}

/**
 * The endpoint of the settings: the one given, or the region's own. The names are made by the rules that the AWS SDKs
 * share (botocore's endpoint-rule-set-1.json of STS; AWS General Reference, "AWS STS endpoints").
 */
export function endpointOf({ region, endpoint, useFips, useDualstack }: StsSettings): StsEndpoint {
  const signingRegion = region === 'aws-global' ? 'us-east-1' : region;
  if (endpoint !== undefined) {
    const url = withSlash(new URL(endpoint));
    // A runner's VPC endpoint is in the runner's region, whatever region the job works in.
    return { url, signingRegion: regionOfStsHost(url.hostname) ?? signingRegion };
  }
  // A region that is younger than this list is most likely one of the public partition.
  const { id, dnsSuffix, dualStackDnsSuffix } = partitionOfRegion(signingRegion) ?? publicPartition;
  const suffix = useDualstack ? dualStackDnsSuffix : dnsSuffix;
  // In GovCloud the ordinary endpoints are the FIPS ones.
  const service = useFips && !(id === 'aws-us-gov' && !useDualstack) ? 'sts-fips' : 'sts';
  const isGlobal = region === 'aws-global' && !useFips && !useDualstack;
  const host = isGlobal ? `sts.${dnsSuffix}` : `${service}.${signingRegion}.${suffix}`;
  return { url: new URL(`https://${host}/`), signingRegion };
}

/** The query protocol's requests go to a path that ends in a slash, as AWS's SDKs send them. */
function withSlash(url: URL): URL {
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

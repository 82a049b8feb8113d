import { partitionById, publicPartition } from './partitions.ts';
import type { StsSettings } from './plan.ts';

/** AWS Organizations: which accounts are meant, what it answers, and where. */

/** Which accounts of an organization are meant. */
export interface OrganizationQuery {
  /** Ids of a root or of organizational units, whose units below them count too; empty: the root. */
  readonly under: readonly string[];
  /** Tags that an account must have, all of them; keys and values are compared exactly. */
  readonly tags: readonly (readonly [key: string, value: string])[];
  /** Ids of accounts that are left out. */
  readonly except: readonly string[];
}

/** Where AWS Organizations is asked. */
export interface OrganizationSettings extends Omit<StsSettings, 'region'> {
  /** `aws`, `aws-cn`, … */
  readonly partition: string;
}

/** What AWS Organizations is asked, and where. */
export interface OrganizationRequest {
  readonly query: OrganizationQuery;
  readonly settings: OrganizationSettings;
  /** For the log: an endpoint that is not the partition's own, and what set it. */
  readonly note: string | undefined;
}

/** An account of an organization. */
export interface MemberAccount {
  /** 12 digits. */
  readonly id: string;
  /** As people gave it: 1 to 128 characters of any kind. */
  readonly name: string;
}

/** The id of a root, or of an organizational unit (AWS Organizations API Reference, ListAccountsForParent, ParentId). */
export const parentIdPattern = /^(?:r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/;

/**
 * The endpoint of a partition, which has one, and the region that requests to it are signed for. The names are made by
 * the rules that the AWS SDKs share (botocore's endpoint-rule-set-1.json of Organizations). The dual-stack endpoint is
 * that of the same region.
 */
export function organizationsEndpointOf({
  partition,
  endpoint,
  useFips,
  useDualstack,
}: OrganizationSettings): { readonly url: URL; readonly signingRegion: string } {
  const {
    id,
    defaultRegion: signingRegion,
    dnsSuffix,
    dualStackDnsSuffix,
  } = partitionById(partition) ?? publicPartition;
  if (endpoint !== undefined) return { url: new URL(endpoint), signingRegion };
  const suffix = useDualstack ? dualStackDnsSuffix : dnsSuffix;
  // In GovCloud the ordinary endpoint is the FIPS one.
  const service = useFips && !(id === 'aws-us-gov' && !useDualstack) ? 'organizations-fips' : 'organizations';
  return { url: new URL(`https://${service}.${signingRegion}.${suffix}/`), signingRegion };
}

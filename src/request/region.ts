import { partitionById, partitionOfRegion } from '../aws/partitions.ts';
import { knownRegions } from '../aws/regions.ts';
import { quoted } from '../text/quote.ts';
import { nearest } from './nearest.ts';
import { type Problems } from './problems.ts';
import { first, type Sourced, type Variables } from './sourced.ts';

/**
 * The region, from the input, else from the environment as every SDK reads it, else the partition's default.
 * @param partition of the roles, where it is known
 */
export function readRegion(
  given: string,
  environment: Variables,
  partition: string | undefined,
  problems: Problems,
): string {
  const own = (partition === undefined ? undefined : partitionById(partition))?.defaultRegion ?? 'us-east-1';
  const region = configuredRegion(given, environment);
  if (!region) return own;
  // The SDKs' name for the global endpoint, which a machine may have set; the input is exported, and S3 has no such region.
  const home =
    region.text === 'aws-global' && region.from !== 'region'
      ? partitionById('aws')
      : partitionOfRegion(region.text);
  if (!home) {
    problems.add(region.from, region.text, noRegion(region.text, own));
  } else if (partition !== undefined && home.id !== partition) {
    const repair = region.from === 'region' ? `as in ${own}` : `give the input region, as in ${own}`;
    problems.add(
      region.from,
      region.text,
      `is a region of partition ${home.id}, and the roles are in ${partition}: ${repair}`,
    );
  }
  const near = home && !knownRegions.includes(region.text) && region.text !== 'aws-global';
  if (near) problems.warn(region.from, unknownRegion(region.text));
  return region.text;
}

/** What sets the region; undefined where nothing does. */
export function configuredRegion(given: string, environment: Variables): Sourced | undefined {
  return first([
    ['region', given],
    ['AWS_REGION', environment['AWS_REGION']],
    ['AWS_DEFAULT_REGION', environment['AWS_DEFAULT_REGION']],
  ]);
}

/** A region that may be younger than the list, or misspelt. */
function unknownRegion(text: string): string {
  const meant = nearest(text, knownRegions);
  return `${quoted(text)} is not a known AWS region.${meant ? ` Did you mean ${meant}?` : ''}`;
}

function noRegion(text: string, own: string): string {
  // Of a zone, and of a local zone: us-east-1a, us-west-2-lax-1a.
  const [, region] = /^([a-z]+(?:-[a-z]+)+-\d+)(?:-[a-z]+-\d+)?[a-z]$/.exec(text) ?? [];
  if (region !== undefined && partitionOfRegion(region))
    return `is an availability zone. Give its region, ${quoted(region)}`;
  return `is not an AWS region${regionMeant(text) ?? `. Regions look like ${own}`}`;
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

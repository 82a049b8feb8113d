/**
 * The partitions of AWS: who may assume whom, where STS answers, and which audience its OIDC providers expect.
 * Source: partitions.json of the AWS SDKs (version 1.1), and the AWS General Reference, "AWS service endpoints".
 */

/** One partition: an AWS of its own, with its own accounts, regions and endpoints. */
export interface Partition {
  /** The second part of every ARN: `aws`, `aws-cn`, … */
  readonly id: string;
  /** Region used where nothing names one: the SDKs' implicit global region. */
  readonly defaultRegion: string;
  /** What the regions of this partition look like. */
  readonly regions: RegExp;
  /** What the names of its endpoints end in: `sts.<region>.<suffix>`. */
  readonly dnsSuffix: string;
  /** The same, of those that speak IPv6 too. */
  readonly dualStackDnsSuffix: string;
  /** The OIDC audience that IAM's documentation has people register there. */
  readonly audience: string;
}

const partition = (
  id: string,
  defaultRegion: string,
  regions: RegExp,
  [dnsSuffix, dualStackDnsSuffix]: readonly [string, string],
  audience = 'sts.amazonaws.com',
): Partition => ({ id, defaultRegion, regions, dnsSuffix, dualStackDnsSuffix, audience });

/** The one that most accounts are in. */
export const publicPartition = partition('aws', 'us-east-1', /^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/, [
  'amazonaws.com',
  'api.aws',
]);

/** All eight, the public one first. */
export const partitions: readonly Partition[] = [
  publicPartition,
  partition(
    'aws-cn',
    'cn-northwest-1',
    /^cn-\w+-\d+$/,
    ['amazonaws.com.cn', 'api.amazonwebservices.com.cn'],
    'sts.amazonaws.com.cn',
  ),
  partition('aws-us-gov', 'us-gov-west-1', /^us-gov-\w+-\d+$/, ['amazonaws.com', 'api.aws']),
  partition('aws-iso', 'us-iso-east-1', /^us-iso-\w+-\d+$/, ['c2s.ic.gov', 'api.aws.ic.gov']),
  partition('aws-iso-b', 'us-isob-east-1', /^us-isob-\w+-\d+$/, ['sc2s.sgov.gov', 'api.aws.scloud']),
  partition('aws-iso-e', 'eu-isoe-west-1', /^eu-isoe-\w+-\d+$/, ['cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk']),
  partition('aws-iso-f', 'us-isof-south-1', /^us-isof-\w+-\d+$/, ['csp.hci.ic.gov', 'api.aws.hci.ic.gov']),
  partition('aws-eusc', 'eusc-de-east-1', /^eusc-(de)-\w+-\d+$/, [
    'amazonaws.eu',
    'api.amazonwebservices.eu',
  ]),
];

/**
 * The partition of an ARN's second field.
 * @returns undefined where AWS has no such partition
 */
export function partitionById(id: string): Partition | undefined {
  return partitions.find((one) => one.id === id);
}

/**
 * The partition that a region lies in.
 * @returns undefined where the text does not look like a region of any
 */
export function partitionOfRegion(region: string): Partition | undefined {
  return partitions.find((one) => one.regions.test(region));
}

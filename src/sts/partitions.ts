/**
 * The partitions of AWS: who may assume whom, where STS answers, and which audience its OIDC providers expect.
 * Source: partitions.json of the AWS SDKs (version 1.1), and the AWS General Reference, "AWS service endpoints".
 */

/** One partition: an AWS of its own, with its own accounts, regions and endpoints. */
export interface Partition {
  /** As it stands second in every ARN: `aws`, `aws-cn`, … */
  readonly id: string;
  /** Region used where nothing names one: the SDKs' implicit global region. */
  readonly defaultRegion: string;
  /** What the regions of this partition look like. */
  readonly regions: RegExp;
  /** The OIDC audience that IAM's documentation has people register there. */
  readonly audience: string;
}

const partition = (
  id: string,
  defaultRegion: string,
  regions: RegExp,
  audience = 'sts.amazonaws.com',
): Partition => ({
  id,
  defaultRegion,
  regions,
  audience,
});

/** All eight, the public one first. */
export const partitions: readonly Partition[] = [
  partition('aws', 'us-east-1', /^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/),
  partition('aws-cn', 'cn-northwest-1', /^cn-\w+-\d+$/, 'sts.amazonaws.com.cn'),
  partition('aws-us-gov', 'us-gov-west-1', /^us-gov-\w+-\d+$/),
  partition('aws-iso', 'us-iso-east-1', /^us-iso-\w+-\d+$/),
  partition('aws-iso-b', 'us-isob-east-1', /^us-isob-\w+-\d+$/),
  partition('aws-iso-e', 'eu-isoe-west-1', /^eu-isoe-\w+-\d+$/),
  partition('aws-iso-f', 'us-isof-south-1', /^us-isof-\w+-\d+$/),
  partition('aws-eusc', 'eusc-de-east-1', /^eusc-(de)-\w+-\d+$/),
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

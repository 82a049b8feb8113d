import { expect, test } from '@jest/globals';
import { partitionById, partitionOfRegion, partitions } from '../../../src/aws/partitions.ts';

test.each([
  ['us-east-1', 'aws'],
  ['eu-central-2', 'aws'],
  ['ap-southeast-7', 'aws'],
  ['mx-central-1', 'aws'],
  ['il-central-1', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-east-1', 'aws-us-gov'],
  ['us-iso-west-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['eu-isoe-west-1', 'aws-iso-e'],
  ['us-isof-south-1', 'aws-iso-f'],
  ['eusc-de-east-1', 'aws-eusc'],
  ['aws-global', undefined],
  ['us-east', undefined],
  ['US-EAST-1', undefined],
  ['us_east_1', undefined],
  ['eu-west-1 ', undefined],
])('%s lies in %s', (region, partition) => {
  expect(partitionOfRegion(region)?.id).toBe(partition);
});

test.each(partitions.map((partition) => [partition.id, partition] as const))(
  '%s contains its own default region',
  (id, partition) => {
    expect(partitionOfRegion(partition.defaultRegion)?.id).toBe(id);
    expect(partitionById(id)).toBe(partition);
  },
);

test('China has an audience of its own', () => {
  expect(
    partitions
      .filter(({ audience }) => audience !== 'sts.amazonaws.com')
      .map(({ id, audience }) => [id, audience]),
  ).toEqual([['aws-cn', 'sts.amazonaws.com.cn']]);
  expect(partitionById('aws-x')).toBeUndefined();
});

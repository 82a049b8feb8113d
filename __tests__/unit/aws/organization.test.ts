import { expect, test } from '@jest/globals';
import { organizationsEndpointOf } from '../../../src/aws/organization.ts';
import { isOrganizationsHost, isStsHost } from '../../../src/aws/sts-hosts.ts';

const plain = { endpoint: undefined, useFips: false, useDualstack: false };

// From botocore's endpoint rules; a dual-stack endpoint is taken from the partition's own region.
test.each([
  ['aws', {}, 'organizations.us-east-1.amazonaws.com', 'us-east-1'],
  ['aws', { useFips: true }, 'organizations-fips.us-east-1.amazonaws.com', 'us-east-1'],
  ['aws', { useDualstack: true }, 'organizations.us-east-1.api.aws', 'us-east-1'],
  ['aws-cn', {}, 'organizations.cn-northwest-1.amazonaws.com.cn', 'cn-northwest-1'],
  ['aws-us-gov', {}, 'organizations.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
  ['aws-us-gov', { useFips: true }, 'organizations.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
  ['aws-iso', {}, 'organizations.us-iso-east-1.c2s.ic.gov', 'us-iso-east-1'],
  ['aws-new', {}, 'organizations.us-east-1.amazonaws.com', 'us-east-1'],
  ['aws', { endpoint: 'http://localhost:4566' }, 'localhost', 'us-east-1'],
])('%s %o', (partition, more, host, region) => {
  const { url, signingRegion } = organizationsEndpointOf({ partition, ...plain, ...more });
  expect([url.hostname, signingRegion]).toEqual([host, region]);
});

test('hosts of the two services are not those of the other', () => {
  expect(isOrganizationsHost('organizations.us-east-1.amazonaws.com')).toBe(true);
  expect(isOrganizationsHost('vpce-1.organizations.us-east-1.vpce.amazonaws.com')).toBe(true);
  expect(isOrganizationsHost('sts.us-east-1.amazonaws.com')).toBe(false);
  expect(isOrganizationsHost('organizations.us-east-1.amazonaws.com.example.com')).toBe(false);
  expect(isStsHost('organizations.us-east-1.amazonaws.com')).toBe(false);
});

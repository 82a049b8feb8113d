import { expect, test } from '@jest/globals';
import { endpointOf } from '../../../src/aws/sts-endpoint.ts';

const settings = { region: 'eu-west-1', useFips: false, useDualstack: false };

test.each([
  ['https://sts.us-east-1.amazonaws.com', 'us-east-1'],
  ['https://sts-fips.us-west-2.amazonaws.com', 'us-west-2'],
  ['https://sts.eu-central-1.api.aws', 'eu-central-1'],
  ['https://sts.cn-north-1.amazonaws.com.cn/', 'cn-north-1'],
  ['https://sts.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
  ['https://vpce-0123456789abcdef0-abcd1234.sts.us-east-2.vpce.amazonaws.com', 'us-east-2'],
  ['https://vpce-0123456789abcdef0-abcd1234-us-east-2a.sts.us-east-2.vpce.amazonaws.com', 'us-east-2'],
  ['https://sts.amazonaws.com', 'us-east-1'],
])('requests to %s are signed for %s, whatever the region', (endpoint, signingRegion) => {
  expect(endpointOf({ ...settings, endpoint })).toMatchObject({ signingRegion });
});

test.each([
  undefined,
  'http://localhost:4566',
  'https://gateway.example.com/sts',
  'https://sts.us-east-1.amazonaws.com.example.net',
  'https://x.execute-api.us-east-1.amazonaws.com',
])('requests to %s are signed for the region', (endpoint) => {
  expect(endpointOf({ ...settings, endpoint })).toMatchObject({ signingRegion: 'eu-west-1' });
});

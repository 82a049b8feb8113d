import { describe, expect, test } from '@jest/globals';
import { endpointNote, readSts } from '../../../src/request/endpoint.ts';
import { Problems } from '../../../src/request/problems.ts';

const read = (
  given: { region?: string; endpoint?: string },
  environment: Record<string, string> = {},
  partition: string | undefined = 'aws',
) => {
  const problems = new Problems();
  const settings = readSts({ region: '', endpoint: '', ...given }, environment, partition, problems);
  return { ...settings, problems: problems.all.map(({ input, text }) => `${input}: ${text}`) };
};

describe('the region', () => {
  test.each<[string, Record<string, string>, string]>([
    ['eu-west-1', { AWS_REGION: 'eu-west-2' }, 'eu-west-1'],
    ['', { AWS_REGION: 'eu-west-2', AWS_DEFAULT_REGION: 'eu-west-3' }, 'eu-west-2'],
    ['', { AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-3' }, 'eu-west-3'],
    ['', {}, 'us-east-1'],
  ])('%j with %j is %s', (region, environment, expected) => {
    expect(read({ region }, environment)).toMatchObject({ region: expected, problems: [] });
  });

  test.each([
    ['aws-cn', 'cn-northwest-1'],
    ['aws-us-gov', 'us-gov-west-1'],
    ['aws-iso', 'us-iso-east-1'],
    ['aws-iso-b', 'us-isob-east-1'],
    ['aws-iso-e', 'eu-isoe-west-1'],
    ['aws-iso-f', 'us-isof-south-1'],
    ['aws-eusc', 'eusc-de-east-1'],
    [undefined, 'us-east-1'],
  ])('of partition %s is %s', (partition, expected) => {
    const problems = new Problems();
    expect(readSts({ region: '', endpoint: '' }, {}, partition, problems).region).toBe(expected);
  });

  test('that is none, or of another partition, is an error that names where it came from', () => {
    expect(read({ region: 'Frankfurt' }).problems).toEqual([
      'region: "Frankfurt" is not an AWS region. Regions look like us-east-1',
    ]);
    expect(read({ region: 'cn-north-1' }).problems).toEqual([
      'region: "cn-north-1" is a region of partition aws-cn, and the roles are in aws: as in us-east-1',
    ]);
    expect(read({}, { AWS_REGION: 'us-east-1\u200b' }).problems).toEqual([
      'AWS_REGION: "us-east-1\\u200b" (with the invisible character U+200B) is not an AWS region. Regions look like us-east-1',
    ]);
    expect(read({}, { AWS_REGION: 'eu-west-1' }, 'aws-us-gov').problems).toEqual([
      'AWS_REGION: "eu-west-1" is a region of partition aws, and the roles are in aws-us-gov: give the input region, as in us-gov-west-1',
    ]);
  });
});

describe('the endpoint', () => {
  test.each([
    'https://sts.us-east-1.amazonaws.com',
    'https://gateway.example.com/sts',
    'http://localhost:4566',
    'http://127.0.0.1:4566',
    'http://127.8.9.10',
    'http://[::1]:4566',
    'http://localstack:4566',
  ])('%s is taken', (endpoint) => {
    expect(read({ endpoint })).toMatchObject({ endpoint, problems: [] });
  });

  test.each([
    ['http://sts.example.com', 'in the clear'],
    ['http://10.0.0.1', 'in the clear'],
    ['http://localhost.', 'in the clear'],
    ['http://[fe80::1]', 'in the clear'],
    ['http://127.0.0.1.example.com', 'in the clear'],
    ['ftp://sts', 'is not a URL with https'],
    ['sts.us-east-1.amazonaws.com', 'is not a URL with https'],
    ['https://sts.example.com/?x=1', 'contains a query'],
    ['https://sts.example.com/#x', 'contains a query'],
    ['https://user:pass@sts.example.com', 'contains a user name or password'],
  ])('%s is refused', (endpoint, rule) => {
    const { problems } = read({ endpoint });
    expect(problems.join()).toContain(rule);
    expect(problems.join()).not.toContain('pass@');
  });

  test('of the environment is used, unless it is to be ignored', () => {
    const both = { AWS_ENDPOINT_URL_STS: 'http://a:4566', AWS_ENDPOINT_URL: 'http://localhost:4566' };
    expect(read({}, both)).toMatchObject({ endpoint: 'http://a:4566', problems: [] });
    expect(read({}, { AWS_ENDPOINT_URL: 'http://localhost:4566' }).endpoint).toBe('http://localhost:4566');
    expect(read({}, { ...both, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'True' }).endpoint).toBeUndefined();
    expect(read({ endpoint: 'https://c.example.com' }, both).endpoint).toBe('https://c.example.com');
  });

  const regional = [
    ['https://sts.us-east-1.amazonaws.com', 'us-east-1'],
    ['https://sts-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
    ['https://sts.eu-west-1.api.aws', 'eu-west-1'],
    ['https://sts.cn-north-1.amazonaws.com.cn/', 'cn-north-1'],
    ['https://vpce-0123456789abcdef0-abcd1234.sts.us-east-1.vpce.amazonaws.com', 'us-east-1'],
    ['https://vpce-0123456789abcdef0-abcd1234-us-east-1a.sts.us-east-1.vpce.amazonaws.com', 'us-east-1'],
  ] as const;
  test.each([
    ...regional,
    ['https://sts.amazonaws.com', 'eu-west-1'],
    ['http://127.0.0.1:4566', 'eu-west-1'],
    ['http://localhost:4566', 'eu-west-1'],
    ['http://localstack:4566', 'eu-west-1'],
  ])('%s of the environment is used in %s', (endpoint, region) => {
    const problems = new Problems();
    const environment = { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region };
    expect(readSts({ region: '', endpoint: '' }, environment, undefined, problems)).toMatchObject({ region });
    expect(problems.all).toEqual([]);
  });

  test('of another region of the same partition is used', () => {
    expect(read({ endpoint: 'https://sts.us-east-1.amazonaws.com', region: 'eu-west-1' }).problems).toEqual(
      [],
    );
    expect(
      read({ endpoint: 'https://sts.us-east-1.amazonaws.com' }, { AWS_REGION: 'aws-global' }).problems,
    ).toEqual([]);
  });

  test.each([
    ['https://sts.us-gov-west-1.amazonaws.com', 'aws-us-gov'],
    ['https://sts.cn-north-1.amazonaws.com.cn', 'aws-cn'],
  ])('%s is refused for roles of another partition', (endpoint, partition) => {
    const rule = (region: string): string =>
      `sts-endpoint: "${endpoint}" is in partition ${partition}, but the region is ${region}, in partition aws: correct the endpoint or the region`;
    expect(read({ endpoint, region: 'eu-west-1' }).problems).toEqual([rule('eu-west-1')]);
    expect(read({ endpoint }).problems).toEqual([rule('us-east-1')]);
    expect(read({ endpoint }, { AWS_REGION: 'aws-global' }).problems).toEqual([rule('aws-global')]);
  });

  test.each([
    ['us-gov-west1', 'https://sts.us-gov-west-1.amazonaws.com', 'aws-us-gov'],
    ['cn-north-1', 'https://sts.us-east-1.amazonaws.com', 'aws'],
  ])('is not compared with the region %s, which is refused', (region, endpoint, partition) => {
    expect(read({ region, endpoint }, {}, partition).problems).toEqual([expect.stringMatching(/^region: /)]);
  });

  test.each([
    'https://sts.example.net',
    'https://ai',
    'https://xn--p1ai',
    'https://10.0.0.1',
    'https://sts.us-east-1.amazonaws.com.example.net',
    'https://evil-sts.us-east-1.amazonaws.com',
    'https://x.execute-api.us-east-1.amazonaws.com',
    'https://sts.evil.us-east-1.elb.amazonaws.com',
    'https://amazonaws.com',
  ])('%s of the environment is refused, and needs the input', (endpoint) => {
    for (const name of ['AWS_ENDPOINT_URL_STS', 'AWS_ENDPOINT_URL']) {
      expect(read({}, { [name]: endpoint }).problems).toEqual([
        expect.stringMatching(new RegExp(`^${name}: .*set the input sts-endpoint`)),
      ]);
    }
    expect(read({ endpoint }).problems).toEqual([]);
  });

  test('of two letters is no service container', () => {
    expect(read({ endpoint: 'http://ai' }).problems.join()).toContain('in the clear');
  });

  const settings = { region: 'us-east-1', useFips: false, useDualstack: false };
  const local = 'http://localhost:4566';
  const own = 'https://sts.us-east-1.amazonaws.com';
  test.each([
    ['nothing is set', {}, {}, {}, `us-east-1 (the default). STS endpoint: ${own}.`],
    [
      'the region is given',
      { region: 'us-east-1' },
      {},
      {},
      `us-east-1 (set by the input region). STS endpoint: ${own}.`,
    ],
    [
      'variables set both',
      {},
      { AWS_DEFAULT_REGION: 'us-east-1', AWS_ENDPOINT_URL: local },
      { endpoint: local },
      `us-east-1 (set by the variable AWS_DEFAULT_REGION). STS endpoint: ${local} (set by the variable AWS_ENDPOINT_URL).`,
    ],
    [
      'the input outranks the variable',
      { endpoint: local },
      { AWS_ENDPOINT_URL: own },
      { endpoint: local },
      `us-east-1 (the default). STS endpoint: ${local} (set by the input sts-endpoint).`,
    ],
    [
      "it is the region's own",
      { endpoint: own },
      {},
      { endpoint: own },
      `us-east-1 (the default). STS endpoint: ${own}.`,
    ],
    [
      'FIPS is on',
      {},
      {},
      { useFips: true },
      'us-east-1 (the default). STS endpoint: https://sts-fips.us-east-1.amazonaws.com.',
    ],
  ])('is logged with its region, and what set them: %s', (_, given, environment, more, expected) => {
    const inputs = { region: '', endpoint: '', ...given };
    expect(endpointNote(inputs, environment, { ...settings, endpoint: undefined, ...more })).toBe(
      `Region: ${expected}`,
    );
  });
});

describe('a region that looks like one', () => {
  test.each([
    ['us-east-1a', 'us-east-1'],
    ['us-west-2-lax-1a', 'us-west-2'],
    ['eu-central-1c', 'eu-central-1'],
  ])('%s is an availability zone', (zone, region) => {
    expect(read({ region: zone }).problems).toEqual([
      `region: "${zone}" is an availability zone. Give its region, "${region}"`,
    ]);
  });

  test('and that is not a known AWS region is a warning', () => {
    const problems = new Problems();
    readSts({ region: 'us-esat-1', endpoint: '' }, {}, 'aws', problems);
    readSts({ region: '', endpoint: '' }, { AWS_REGION: 'xx-west-1' }, undefined, new Problems());
    expect(problems.all).toEqual([]);
    expect(problems.warnings).toEqual([
      { input: 'region', text: '"us-esat-1" is not a known AWS region. Did you mean us-east-1?' },
    ]);
  });
});

describe('FIPS and dual stack', () => {
  test('are read as the SDKs read them', () => {
    expect(read({}, { AWS_USE_FIPS_ENDPOINT: 'TRUE' })).toMatchObject({ useFips: true, useDualstack: false });
    expect(read({}, { AWS_USE_DUALSTACK_ENDPOINT: 'true' })).toMatchObject({
      useFips: false,
      useDualstack: true,
    });
    expect(read({}, { AWS_USE_FIPS_ENDPOINT: 'yes' }).problems).toEqual([
      'AWS_USE_FIPS_ENDPOINT: "yes" must be true or false',
    ]);
  });

  test.each(['AWS_USE_FIPS_ENDPOINT', 'AWS_USE_DUALSTACK_ENDPOINT'])(
    '%s cannot be combined with an endpoint',
    (name) => {
      expect(read({ endpoint: 'https://a.example.com' }, { [name]: 'true' }).problems).toEqual([
        expect.stringMatching(new RegExp(`^sts-endpoint: cannot be combined with ${name}=true`)),
      ]);
    },
  );
});

test.each([
  ['US-EAST-1', 'us-east-1'],
  ['us-east1', 'us-east-1'],
  ['eu_west_1', 'eu-west-1'],
])('%s gets a suggestion', (region, meant) => {
  expect(read({ region }).problems).toEqual([`region: "${region}" is not an AWS region, try "${meant}"`]);
});

test('the global endpoint may come from the environment, not from the input, which is exported', () => {
  expect(read({}, { AWS_REGION: 'aws-global' })).toMatchObject({ region: 'aws-global', problems: [] });
  expect(read({ region: 'aws-global' }).problems).toHaveLength(1);
});

test.each([
  'http://localhost:4566//sts.example.com/',
  'https://sts.example.com//',
  'http://localhost/\\127.0.0.2/',
])('%s would lead to another host', (endpoint) => {
  expect(read({ endpoint }).problems.join()).toContain('two slashes');
});

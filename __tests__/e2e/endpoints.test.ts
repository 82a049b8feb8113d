import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { selfSigned } from '../../local/certificate.ts';
import { startLocalProxy } from '../../local/proxy.ts';
import { startLocalServices, type LocalServices } from '../../local/services.ts';
import { assume, chain, leftNothing, postOf, shown, stepOf, workflow } from '../workflows.ts';

/** Which endpoint of STS is used: never one that an earlier step or the machine chose without the user's consent. */

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

/** An earlier step that sets a variable for all later ones. */
const plant = (variables: Record<string, string>) => ({
  name: 'plant',
  run: 'printf "%s" "$PLANTED" >> "$GITHUB_ENV"',
  env: {
    PLANTED: Object.entries(variables)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  },
});

describe('a variable of an earlier step is refused before any request', () => {
  test.each([
    ['AWS_ENDPOINT_URL', 'https://sts.example.net', 'set the input sts-endpoint'],
    ['AWS_ENDPOINT_URL_STS', 'https://x.execute-api.us-east-1.amazonaws.com', 'set the input sts-endpoint'],
    ['AWS_ENDPOINT_URL_STS', 'http://ai', 'in the clear'],
    ['NODE_TLS_REJECT_UNAUTHORIZED', '0', 'NODE_EXTRA_CA_CERTS'],
  ])('%s=%s', async (name, value, words) => {
    const result = await local.run({ workflow: workflow(plant({ [name]: value }), assume(chain)) });
    const step = stepOf(result, 1);
    expect(step.outcome).toBe('failure');
    const errors = step.annotations.filter(({ title }) => title !== undefined);
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining(`${name}: `)]);
    expect(errors[0]?.message).toContain(words);
    expect([local.aws.requests, local.github.requests]).toEqual([[], []]);
    expect(leftNothing(step)).toBe(true);
    result.cleanUp();
  });
});

describe('honest endpoints are used, and logged', () => {
  test('of the variable, on loopback', async () => {
    const { url } = local.aws;
    const result = await local.run({
      workflow: workflow(plant({ AWS_ENDPOINT_URL_STS: url }), assume(chain)),
    });
    expect(result.conclusion).toBe('success');
    expect(shown(stepOf(result, 1))).toContain(
      `STS endpoint: ${url} (set by the variable AWS_ENDPOINT_URL_STS).`,
    );
    result.cleanUp();
  });

  test('of the input, whatever the variable says', async () => {
    const { url } = local.aws;
    const variable = { AWS_ENDPOINT_URL_STS: 'https://sts.example.net' };
    const result = await local.run({
      workflow: workflow(plant(variable), assume({ ...chain, 'sts-endpoint': url })),
    });
    expect(result.conclusion).toBe('success');
    expect(shown(stepOf(result, 1))).toMatch(`STS endpoint: ${url} (set by the input sts-endpoint).`);
    result.cleanUp();
  });
});

describe("hosts that only the job's network knows are used without the input", () => {
  const vpcEndpoint = 'vpce-0a1b2c3d4e5f60718-9k8j7h6g.sts.eu-west-1.vpce.amazonaws.com';
  const own = 'sts.eu-west-1.amazonaws.com';
  const https = selfSigned(vpcEndpoint, own);
  const user = { name: 'ci', password: 'the-password-of-the-proxy' };
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'endpoints '));
    writeFileSync(join(folder, 'ca.pem'), https.cert);
    await local.close();
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  // A proxy replaces the network of the job: only the proxy can reach these hosts.
  test.each([
    ['a service container', 'http://localstack:4566', 'POST localstack:4566'],
    ['a VPC endpoint by its own name', `https://${vpcEndpoint}`, `CONNECT ${vpcEndpoint}:443`],
    ["a VPC endpoint by the region's name", undefined, `CONNECT ${own}:443`],
  ])('%s', async (_, endpoint, asked) => {
    const isSecure = !endpoint?.startsWith('http:');
    local = await startLocalServices(isSecure ? { https } : {});
    const hosts = ['localstack:4566', `${vpcEndpoint}:443`, `${own}:443`];
    const proxy = await startLocalProxy(Object.fromEntries(hosts.map((host) => [host, local.aws.url])), user);
    const machineEnv = {
      ...{ [isSecure ? 'https_proxy' : 'http_proxy']: proxy.url, no_proxy: '127.0.0.1' },
      ...{ NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'), AWS_ENDPOINT_URL: '' },
    };
    const set = endpoint === undefined ? [] : [plant({ AWS_ENDPOINT_URL_STS: endpoint })];
    const steps = [...set, assume({ ...chain, region: 'eu-west-1' })];
    const result = await local.run({ workflow: workflow(...steps), machineEnv });
    await proxy.close();
    expect([result.conclusion, result.leaks]).toEqual(['success', []]);
    expect(shown(postOf(result))).toContain("Verified: the job's credentials belong to");
    expect(new Set(proxy.asked)).toEqual(new Set([asked]));
    const line = endpoint === undefined ? `https://${own}.` : `${endpoint} (set by the variable`;
    const log = shown(stepOf(result, set.length));
    expect(log).toContain(`STS endpoint: ${line}`);
    const variable = isSecure ? 'https_proxy' : 'http_proxy';
    expect(log).toContain(`Proxy for STS: ${new URL(proxy.url).host} (set by the variable ${variable}).`);
    expect(log.includes('(set by the variable NODE_EXTRA_CA_CERTS)')).toBe(isSecure);
    result.cleanUp();
  });
});

test('an unknown region is a warning, a zone is an error', async () => {
  const zone = await local.run({ workflow: workflow(assume({ ...chain, region: 'us-east-1a' })) });
  expect(shown(stepOf(zone))).toContain(
    'region: "us-east-1a" is an availability zone. Give its region, "us-east-1"',
  );
  zone.cleanUp();
  const odd = await local.run({ workflow: workflow(assume({ ...chain, region: 'us-esat-1' })) });
  expect(shown(stepOf(odd))).toContain('Did you mean us-east-1?');
  odd.cleanUp();
});

/** Node.js 20 itself where the machine has it, or else this one under its name. */
const older = ['/usr/bin/node', '/usr/local/bin/node']
  .filter((path) => existsSync(path) && String(spawnSync(path, ['--version']).stdout).startsWith('v20.'))
  .map((path) => [path])[0] ?? [
  process.execPath,
  '--import',
  "data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } })",
];

test('an older Node.js is an error that names the runner needed, in each program', () => {
  const dist = join(import.meta.dirname, '..', '..', 'dist');
  const [node = '', ...options] = older;
  const run = (file: string, ...args: string[]) =>
    spawnSync(node, [...options, join(dist, file), ...args], { env: {}, encoding: 'utf8' });
  const main = run('main.js');
  expect([main.status, main.stderr]).toEqual([1, '']);
  expect(main.stdout).toMatch(
    /^::error title=Runner too old::This action needs Node\.js 24 or later.*actions\/runner 2\.327\.0/,
  );
  expect(run('post.js')).toMatchObject({ status: 0, stdout: '', stderr: '' });
  const renewal = run('credential-process.js', '/no/plan.json', 'x');
  expect([renewal.status, renewal.stdout]).toEqual([1, '']);
  const command = run('command.js', '/no/folder', 'exec', '--', 'true');
  expect([command.status, command.stdout]).toEqual([1, '']);
  for (const { stderr } of [renewal, command])
    expect(stderr).toMatch(/^assume-role-chain: This action needs Node\.js 24 .*\n$/);
});

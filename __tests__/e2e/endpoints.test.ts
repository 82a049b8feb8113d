import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startLocalServices, type LocalServices } from '../../local/services.ts';
import { assume, chain, leftNothing, shown, stepOf, workflow } from '../workflows.ts';

/** Where STS is asked: never where an earlier step of the job, or the machine, sends the action without its user's word. */

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
  expect(renewal.stderr).toMatch(/^assume-role-chain: This action needs Node\.js 24 .*\n$/);
});

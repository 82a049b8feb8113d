import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startLocalProxy } from '../../local/proxy.ts';
import { startLocalServices, hubRole, user, type LocalServices } from '../../local/services.ts';
import type { StepResult } from '../../local/runner/result.ts';
import { assume, chain, leftNothing, stepOf, withoutIdToken, workflow } from '../workflows.ts';

/** First lines of annotations, each read alone: what failed, and how to fix it. */

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

type RunOptions = Parameters<LocalServices['run']>[0];

/** The error's annotation of a step that must fail and leave nothing. */
async function failure(
  inputs: Readonly<Record<string, string>>,
  more: Partial<RunOptions> = {},
): Promise<{ title: string | undefined; first: string; message: string; step: StepResult }> {
  const result = await local.run({ workflow: workflow(assume(inputs)), ...more });
  const step = stepOf(result);
  expect(step.outcome).toBe('failure');
  expect(leftNothing(step)).toBe(true);
  expect(result.leaks).toEqual([]);
  const [error, ...others] = step.annotations.filter(({ level }) => level === 'error');
  expect(others).toEqual([]);
  const message = error?.message ?? '';
  return { title: error?.title, first: message.split('\n')[0] ?? '', message, step };
}

/** STS at a host that is not this machine, like the real one, so that proxies are used. */
const away = { ...chain, 'sts-endpoint': 'http://sts', 'max-attempts': '1' };

describe('a proxy', () => {
  test('that is not there is named, with its variable, and without its password', async () => {
    const machineEnv = { HTTP_PROXY: 'http://fred:s3cret-of-fred@127.0.0.1:9', NO_PROXY: 'x.example.com' };
    const { title, first, message } = await failure(away, { machineEnv });
    expect(title).toBe('Proxy not reachable');
    expect(first).toMatch(
      /^The proxy 127\.0\.0\.1:9 \(HTTP_PROXY\) cannot be reached \(ECONNREFUSED\): correct or unset HTTP_PROXY/,
    );
    expect(message).not.toMatch(/s3cret-of-fred|fred:/);
  });

  test('with a name that does not exist', async () => {
    const machineEnv = { HTTP_PROXY: 'http://no-such-proxy.invalid:3128' };
    const { title, first } = await failure(away, { machineEnv });
    expect(title).toBe('Proxy not reachable');
    expect(first).toMatch(
      /^The proxy no-such-proxy\.invalid:3128 \(HTTP_PROXY\) cannot be reached \((ENOTFOUND|EAI_AGAIN)\)/,
    );
  });

  test('that answers 502 to CONNECT, and 407', async () => {
    const user = { name: 'ci', password: 'of-the-proxy' };
    const proxy = await startLocalProxy({}, user);
    try {
      const inputs = { ...chain, 'sts-endpoint': 'https://sts.example.com', 'max-attempts': '1' };
      const refused = await failure(inputs, { machineEnv: { HTTPS_PROXY: proxy.url } });
      expect(refused.title).toBe('Proxy refused the connection');
      expect(refused.first).toMatch(
        /^The proxy 127\.0\.0\.1:\d+ \(HTTPS_PROXY\) answered HTTP 502 .* let the proxy allow sts\.example\.com/,
      );
      const nobody = { HTTPS_PROXY: proxy.url.replace(/\/\/[^@]*@/, '//') };
      const unauthorized = await failure(inputs, { machineEnv: nobody });
      expect(unauthorized.title).toBe('Proxy authentication required');
      expect(unauthorized.first).toMatch(
        /^The proxy 127\.0\.0\.1:\d+ \(HTTPS_PROXY\) requires a user name and password/,
      );
    } finally {
      await proxy.close();
    }
  });

  test('that accepts the connection, and lets nothing through: not STS is named, but the proxy', async () => {
    const silent = createServer().on('connect', (_, socket: Socket) => {
      socket.on('error', () => undefined).write('HTTP/1.1 200 Connection established\r\n\r\n');
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const machineEnv = { HTTPS_PROXY: `http://127.0.0.1:${port}` };
    const inputs = { ...away, 'sts-endpoint': 'https://sts.example.com' };
    const { title, first } = await failure(inputs, { machineEnv });
    silent.close();
    expect(title).toBe('Request timed out');
    expect(first).toBe(
      `The proxy 127.0.0.1:${port} (HTTPS_PROXY) accepted the connection, but nothing came from sts.example.com in time: check that the proxy allows sts.example.com.`,
    );
  });

  test.each(['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'])(
    'of %s that is not there',
    async (name) => {
      const endpoint = name.toLowerCase() === 'http_proxy' ? 'http://sts' : 'https://sts.example.com';
      const machineEnv = { [name]: 'http://127.0.0.1:9' };
      const { title, first } = await failure({ ...away, 'sts-endpoint': endpoint }, { machineEnv });
      expect(title).toBe('Proxy not reachable');
      expect(first).toContain(`The proxy 127.0.0.1:9 (${name}) cannot be reached (ECONNREFUSED)`);
    },
  );

  test('of ALL_PROXY, which is not read', async () => {
    const machineEnv = { ALL_PROXY: 'http://127.0.0.1:9' };
    const { title, message } = await failure(
      { ...away, 'sts-endpoint': 'https://sts.invalid' },
      { machineEnv },
    );
    expect(title).toBe('Host name not resolved');
    expect(message).toContain(
      'a proxy: ALL_PROXY is set, and is not read. If this network needs one, set HTTPS_PROXY',
    );
  });

  test('that NO_PROXY excludes the host from: that the request went directly', async () => {
    const machineEnv = { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '.invalid' };
    const inputs = { ...chain, 'sts-endpoint': 'https://sts.invalid', 'max-attempts': '1' };
    const { title, message } = await failure(inputs, { machineEnv });
    expect(title).toBe('Host name not resolved');
    expect(message).toContain('NO_PROXY excludes sts.invalid from it by its entry ".invalid"');
  });
});

describe('the way to STS', () => {
  test('a region with a typo gets the nearest', async () => {
    const machineEnv = { AWS_ENDPOINT_URL: '' };
    const { title, first } = await failure(
      { ...chain, region: 'us-esat-1', 'max-attempts': '1' },
      { machineEnv },
    );
    expect(title).toBe('Unknown AWS region');
    expect(first).toMatch(/^"us-esat-1" is not a known AWS region, .* use us-east-1\.$/);
  });

  test('a server without TLS', async () => {
    const inputs = {
      ...chain,
      'sts-endpoint': local.aws.url.replace('http:', 'https:'),
      'max-attempts': '1',
    };
    const { title, first } = await failure(inputs);
    expect(title).toBe('Connection failed');
    expect(first).toMatch(/^No TLS connection to STS in us-east-1 \(\S+\) could be opened/);
  });

  test('a page instead of an answer shows its title', async () => {
    const page: Server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html><head><title>Sign in to Acme Wi-Fi</title></head><body></body></html>');
    });
    await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = page.address() as AddressInfo;
      const inputs = { ...chain, 'sts-endpoint': `http://127.0.0.1:${String(port)}` };
      const { title, first } = await failure(inputs);
      expect(title).toBe('Unexpected response');
      expect(first).toContain('with a page titled "Sign in to Acme Wi-Fi"');
    } finally {
      page.close();
      page.closeAllConnections();
    }
  });

  test('timeout-seconds ran out while STS throttled: the hints of its answer stay', async () => {
    local.aws.injectFault({ kind: 'throttle', times: Infinity });
    const { title, first, message } = await failure({
      ...chain,
      'timeout-seconds': '2',
      'max-attempts': '100',
    });
    expect(title).toBe('timeout-seconds exceeded');
    expect(first).toMatch(
      /^timeout-seconds \(2\) ran out while waiting for AssumeRoleWithWebIdentity .* Throttling: Rate exceeded/,
    );
    expect(message).toContain('throttled the request');
    expect(message).toContain('jobs that start at the same moment share the limit of their account');
  });

  test('throttling says so', async () => {
    local.aws.injectFault({ kind: 'throttle', times: Infinity });
    const { title, first } = await failure({ ...chain, 'max-attempts': '2' });
    expect(title).toBe('Throttled');
    expect(first).toMatch(/^STS in us-east-1 \(\S+\) throttled the request, 2 times in a row/);
  });
});

describe('no base credentials', () => {
  const none = { 'role-arn': hubRole };
  const run = (more: Partial<RunOptions> = {}, inputs: Record<string, string> = none) =>
    failure(inputs, { workflow: withoutIdToken(assume(inputs)), ...more });

  test('the permission is missing', async () => {
    const { title, first, message } = await run();
    expect(title).toBe('Missing id-token permission');
    expect(first).toBe(
      "This job may not request GitHub's OIDC token: add `permissions: id-token: write` to the job.",
    );
    expect(message).toContain('in a reusable workflow, the job that calls it must grant the permission too');
    expect(message).toContain('credential-source is auto');
  });

  test('the same where oidc was asked for', async () => {
    const inputs = { ...none, 'credential-source': 'oidc' };
    const { title, first } = await run({}, inputs);
    expect(title).toBe('Missing id-token permission');
    expect(first).toMatch(/^This job may not request GitHub's OIDC token: add/);
  });

  test('Dependabot, which gets the permission but other secrets', async () => {
    const { title, first, message } = await run({ github: { actor: 'dependabot[bot]' } });
    expect(title).toBe('Missing id-token permission');
    expect(first).toMatch(
      /^This job of Dependabot may not request GitHub's OIDC token: add `permissions: id-token/,
    );
    expect(message).toContain('Dependabot runs get Dependabot secrets');
    expect(message).not.toContain('fork');
  });

  test('a pull request from a fork', async () => {
    const event = { pull_request: { head: { repo: { full_name: 'mallory/shop' } } } };
    const { title, first, message } = await run({ event });
    expect(title).toBe('Pull request from a fork');
    expect(first).toContain('no OIDC token and no secrets');
    expect(message).not.toContain('permissions:\n');
  });

  test('pull_request_target of a fork, where the permission helps', async () => {
    const event = { pull_request: { head: { repo: { full_name: 'mallory/shop' } } } };
    const { title, message } = await run({ event, github: { event_name: 'pull_request_target' } });
    expect(title).toBe('Missing id-token permission');
    expect(message).toContain('permissions:\n');
  });

  test.each([
    ['act', { ACT: 'true' }],
    ['Gitea', { GITEA_ACTIONS: 'true' }],
    ['Forgejo', { FORGEJO_ACTIONS: 'true', GITEA_ACTIONS: 'true' }],
  ])('%s has no token service, and no permission helps', async (name, machineEnv) => {
    const { title, first, message } = await run({ machineEnv });
    expect(title).toBe('No OIDC token service');
    expect(first).toContain(`This job runs on ${name}`);
    expect(message).not.toContain('permissions:\n');
  });

  test('a profile of the environment that does not exist', async () => {
    const notExported = { ...none, 'export-env': 'false' };
    const { title, first } = await run({ machineEnv: { AWS_PROFILE: 'nope' } }, notExported);
    expect(title).toBe('AWS profile without credentials');
    expect(first).toMatch(/^AWS_PROFILE is "nope", and the AWS config files have no such profile/);
  });

  test("GitHub's token service refuses", async () => {
    local.github.injectFault({
      kind: 'status',
      status: 403,
      body: '{"message":"Forbidden"}',
      times: Infinity,
    });
    const { title, first } = await failure(none);
    expect(title).toBe('OIDC token request refused');
    expect(first).toContain('(HTTP 403: Forbidden)');
  });
});

test('auto chose the source that failed: the choice is the first thing to check', async () => {
  local.github.claims['sub'] = 'repo:acme/other:ref:refs/heads/main';
  const { message } = await failure({ 'role-arn': hubRole });
  expect(message.split('\n')[1]).toMatch(
    /^ {2}1\. the source: credential-source is auto, and chose oidc .* ambient \(the runner's own credentials\)$/,
  );
  const asked = await failure({ 'role-arn': hubRole, 'credential-source': 'oidc' });
  expect(asked.message).not.toContain('credential-source');
});

test("an unknown code: AWS's own words first", async () => {
  local.aws.injectFault({ kind: 'error', status: 400, code: 'BrandNewError', message: 'Never heard of.' });
  const { title, first } = await failure(chain);
  expect(title).toBe('Role not assumed');
  expect(first).toBe('Hop 1 of 2: STS refused the request: BrandNewError: Never heard of.');
});

describe('a clock that is off', () => {
  const keys = { 'access-key-id': '${{ secrets.KEY_ID }}', 'secret-access-key': '${{ secrets.KEY }}' };
  const secrets = { KEY_ID: user.accessKeyId, KEY: user.secretAccessKey };
  const twoDays = 2 * 86_400;

  test('by two days, with a token: the clock is named', async () => {
    local.aws.advanceClock(twoDays);
    const { title, message } = await failure({ 'role-arn': hubRole });
    expect(['Token expired', 'Clock skew']).toContain(title);
    expect(message).toContain('the clock of this machine');
  });

  test('by two days, with keys: the request is signed again, and AWS decides what has expired', async () => {
    local.aws.advanceClock(-twoDays);
    const result = await local.run({ workflow: workflow(assume({ 'role-arn': hubRole, ...keys })), secrets });
    expect(stepOf(result).outcome).toBe('success');
  });

  test('an answer with credentials that have already expired is not used', async () => {
    await local.close();
    local = await startLocalServices({ sessionSeconds: -60 });
    const { title, first } = await failure({ 'role-arn': hubRole });
    expect(title).toBe('Clock skew');
    expect(first).toMatch(/^This machine's clock is probably wrong/);
  });
});

test('Dependabot gets its own secrets: that is said of an empty key', async () => {
  const inputs = {
    'role-arn': hubRole,
    'access-key-id': '${{ secrets.NONE }}',
    'secret-access-key': '${{ secrets.NONE }}',
  };
  const { title, first, message } = await failure(inputs, { github: { actor: 'dependabot[bot]' } });
  expect(title).toBe('2 invalid inputs');
  expect(first).toMatch(/^access-key-id: is empty/);
  expect(message).toContain('Dependabot runs get Dependabot secrets, not Actions secrets');
});

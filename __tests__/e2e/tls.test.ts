import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { expiredCertificate } from '../../local/certificate.ts';
import { startLocalProxy } from '../../local/proxy.ts';
import type { RunResult } from '../../local/runner/result.ts';
import { startLocalServices, type LocalServices } from '../../local/services.ts';
import { chain, assume, postOf, shown, stepOf, workflow } from '../workflows.ts';

/** As it is with the real AWS: over TLS. */

let folder: string;
let certificate: string;
let https: { key: string; cert: string };
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tls '));
  certificate = join(folder, 'certificate.pem');
  const key = join(folder, 'key.pem');
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,DNS:sts.internal'];
  const { status, stderr } = spawnSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      certificate,
      ...names,
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`openssl made no certificate: ${stderr}`);
  https = { key: readFileSync(key, 'utf8'), cert: readFileSync(certificate, 'utf8') };
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices({ https });
});
afterEach(() => local.close());

const run = (endpoint: string, machineEnv: Record<string, string>): Promise<RunResult> =>
  local.run({ workflow: workflow(assume({ ...chain, 'sts-endpoint': endpoint })), machineEnv });
const trusted = (): Record<string, string> => ({ NODE_EXTRA_CA_CERTS: certificate });

test('a chain, and its verification', async () => {
  const result = await run(`https://localhost:${local.aws.port}`, trusted());
  expect(result.conclusion).toBe('success');
  expect(shown(postOf(result))).toContain("Verified: the job's credentials belong to");
  expect(result.leaks).toEqual([]);
});

const failure = (result: RunResult): string => {
  const [{ title, message } = {}, ...more] = stepOf(result).annotations;
  expect([title, more, local.aws.requests]).toEqual(['Certificate not trusted', [], []]);
  return message ?? '';
};

test('a certificate that no authority signed is refused: its issuer, and both ways to trust it', async () => {
  const message = failure(await run(`https://localhost:${local.aws.port}`, {}));
  expect(message.split('\n')[0]).toMatch(
    /^The certificate of STS in us-east-1 \(\S+\), issued by CN=localhost, is not trusted .*: trust its authority/,
  );
  expect(message).toContain('NODE_USE_SYSTEM_CA=1');
  expect(message).toContain('NODE_EXTRA_CA_CERTS');
});

test('a certificate of another host is refused: trusting it would not help', async () => {
  const message = failure(await run(`https://127.0.0.1:${local.aws.port}`, trusted()));
  expect(message.split('\n')[0]).toMatch(
    / is for another host name \(ERR_TLS_CERT_ALTNAME_INVALID\): check the/,
  );
  expect(message).not.toContain('NODE_EXTRA_CA_CERTS');
});

test('a certificate that has expired is refused: the clock is named first', async () => {
  await local.close();
  const expired = expiredCertificate();
  local = await startLocalServices({ https: expired });
  const path = join(folder, 'expired.pem');
  writeFileSync(path, expired.cert);
  const message = failure(await run(`https://127.0.0.1:${local.aws.port}`, { NODE_EXTRA_CA_CERTS: path }));
  expect(message.split('\n')[0]).toMatch(
    / is outside its validity period \(CERT_HAS_EXPIRED\): check the clock of this machine\.$/,
  );
  expect(message).not.toContain('NODE_EXTRA_CA_CERTS');
});

test('through a proxy, which is asked for a tunnel, and sees nothing else', async () => {
  const user = { name: 'ci', password: 'pass word/of-the-proxy' };
  const proxy = await startLocalProxy({ 'sts.internal:443': local.aws.url }, user);
  try {
    const result = await run('https://sts.internal', { ...trusted(), HTTPS_PROXY: proxy.url });
    expect(result.conclusion).toBe('success');
    expect(new Set(proxy.asked)).toEqual(new Set(['CONNECT sts.internal:443']));
    const refused = { ...trusted(), HTTPS_PROXY: proxy.url.replace('pass', 'fail') };
    const without = await run('https://sts.internal', refused);
    expect(stepOf(without).annotations[0]).toMatchObject({ title: 'Proxy authentication required' });
    expect(without.leaks).toEqual([]);
  } finally {
    await proxy.close();
  }
});

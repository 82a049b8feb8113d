import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from '../local/certificate.ts';
import { startLink } from '../local/link.ts';
import { startLocalAws } from '../local/aws/server.ts';
import { startLocalGitHub } from '../local/github/issuer.ts';
import { benchSpec } from './accounts.ts';

/** AWS and GitHub in their own process, so that the timed process shares only the loopback with them. */

/** Their addresses, sent to the parent process. */
export interface Addresses {
  readonly aws: string;
  readonly idTokenUrl: string;
  readonly idTokenRequestToken: string;
  /** Path of the certificate (PEM) with which both answer over TLS; undefined without TLS. */
  readonly certificate?: string | undefined;
}

/** Milliseconds that the servers behind a link take for an answer, as measured for GitHub and STS in 2026. */
export const answerMs = { token: 100, sts: 40 } as const;

/** @param latencyMs before each answer of AWS's */
async function serve(latencyMs: number): Promise<Addresses> {
  const github = await startLocalGitHub();
  const { issuer, jwks, requestUrl, requestToken } = github;
  const aws = await startLocalAws(benchSpec(issuer), { latencyMs, identityProviders: [{ issuer, jwks }] });
  return { aws: aws.url, idTokenUrl: requestUrl, idTokenRequestToken: requestToken };
}

/** Puts both behind links with so many milliseconds of a round trip, and TLS at their ends. */
async function linked(plain: Addresses, rttMs: number): Promise<Addresses> {
  const https = selfSigned();
  const certificate = join(tmpdir(), `bench-${process.pid}.pem`);
  writeFileSync(certificate, https.cert);
  process.on('exit', () => {
    rmSync(certificate, { force: true });
  });
  const token = new URL(plain.idTokenUrl);
  const [github, aws] = await Promise.all([
    startLink({ name: 'token', target: token.origin, https, rttMs, answerMs: answerMs.token }),
    startLink({ name: 'sts', target: plain.aws, https, rttMs, answerMs: answerMs.sts }),
  ]);
  const idTokenUrl = github.url + token.pathname + token.search;
  return { ...plain, aws: aws.url, idTokenUrl, certificate };
}

if (process.send) {
  const [latencyMs, rttMs] = process.argv.slice(2).map(Number);
  const plain = await serve(latencyMs ?? 0);
  process.send(rttMs === undefined ? plain : await linked(plain, rttMs));
  process.on('disconnect', () => process.exit());
}

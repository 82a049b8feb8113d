import { spawnSync } from 'node:child_process';

/**
 * Whether an AWS CLI is installed that reads AWS_ENDPOINT_URL, as 1.29, 2.13 and later ones do. An older one would call
 * AWS itself (AWS SDKs and Tools Reference Guide, "Service-specific endpoints").
 */
export function supportsLocalEndpoints(): boolean {
  const { stdout } = spawnSync('aws', ['--version'], { encoding: 'utf8' });
  const [, major, minor] = /^aws-cli\/(\d+)\.(\d+)/.exec(stdout) ?? [];
  const first = { '1': 29, '2': 13 }[major ?? ''];
  return first !== undefined && Number(minor) >= first;
}

import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { printedEnvironment } from '../../../src/command/print-environment.ts';

const variables = { AWS_ACCESS_KEY_ID: 'ASIA1', AWS_SECRET_ACCESS_KEY: 'a/b+c=', AWS_REGION: 'us-east-1' };
const unset = ['AWS_PROFILE', 'AWS_ROLE_ARN'];

test.each([
  [
    'export' as const,
    'unset AWS_PROFILE AWS_ROLE_ARN\nexport AWS_ACCESS_KEY_ID=ASIA1\nexport AWS_SECRET_ACCESS_KEY=a/b+c=\nexport AWS_REGION=us-east-1\n',
  ],
  ['dotenv' as const, 'AWS_ACCESS_KEY_ID=ASIA1\nAWS_SECRET_ACCESS_KEY=a/b+c=\nAWS_REGION=us-east-1\n'],
  [
    'json' as const,
    '{"AWS_ACCESS_KEY_ID":"ASIA1","AWS_SECRET_ACCESS_KEY":"a/b+c=","AWS_REGION":"us-east-1"}\n',
  ],
  [
    'powershell' as const,
    "$env:AWS_PROFILE = $null\n$env:AWS_ROLE_ARN = $null\n$env:AWS_ACCESS_KEY_ID = 'ASIA1'\n$env:AWS_SECRET_ACCESS_KEY = 'a/b+c='\n$env:AWS_REGION = 'us-east-1'\n",
  ],
])('as %s', (format, text) => {
  expect(printedEnvironment(format, variables, unset)).toBe(text);
});

const odd = { A: `it's "$HOME" \`id\` \\ #`, B: 'two\nlines' };

test.each(['bash', 'dash'])('%s sets and unsets them, whatever is in them', (shell) => {
  const script = `set -eu\n${printedEnvironment('export', odd, unset)}printf '%s|%s|%s' "$A" "$B" "\${AWS_PROFILE-none}"`;
  const { stdout, stderr } = spawnSync(shell, ['-c', script], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: '/', AWS_PROFILE: 'x' },
  });
  expect([stdout, stderr]).toEqual([`${odd.A}|${odd.B}|none`, '']);
});

test('quotes in the other formats', () => {
  expect(printedEnvironment('powershell', { A: "it's ‘so’" }, [])).toBe("$env:A = 'it''s ‘‘so’’'\n");
  expect(printedEnvironment('dotenv', { A: 'a b', B: "it's" }, [])).toBe("A='a b'\nB=\"it's\"\n");
  expect(JSON.parse(printedEnvironment('json', odd, []))).toEqual(odd);
});

import { expect, test } from '@jest/globals';
import { statusTable, type ProfileStatus } from '../../../src/command/status.ts';

const now = new Date('2026-11-25T12:00:00Z');
const status = (profile: string, more: Partial<ProfileStatus> = {}): ProfileStatus => ({
  profile,
  'account-id': '222222222222',
  'assumed-role-arn': 'arn:x',
  region: 'us-east-1',
  expiration: '2026-11-25T12:30:00Z',
  renewals: 0,
  'last-renewal': null,
  'last-failure': null,
  ...more,
});

test('a line per profile, in columns', () => {
  const failure = { time: '2026-11-25T11:00:00Z', message: 'AccessDenied' };
  expect(
    statusTable(
      [
        status('a', { expiration: null, 'last-failure': failure }),
        status('longer', { region: 'eu-central-1', renewals: 2, 'last-renewal': '2026-11-25T11:40:00Z' }),
        status('b', { expiration: '2026-11-25T12:00:00Z' }),
      ],
      now,
    ),
  ).toBe(
    [
      'a       arn:x  us-east-1     no credentials',
      '  renewal failed at 2026-11-25T11:00:00Z: AccessDenied',
      'longer  arn:x  eu-central-1  expires at 2026-11-25T12:30:00Z (30 min)',
      '  renewed 2 times, last at 2026-11-25T11:40:00Z',
      'b       arn:x  us-east-1     expired at 2026-11-25T12:00:00Z',
      '',
    ].join('\n'),
  );
});

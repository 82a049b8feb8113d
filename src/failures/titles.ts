/**
 * The titles of failures: the cause in words that a person would search for. Each is a heading of
 * docs/troubleshooting.md, to which a failure links, so a title that changes breaks links of older logs.
 */
export const titles = [
  // Denials that name the kind of policy, in AWS's own words.
  'Denied by identity-based policy',
  'Denied by resource-based policy',
  'Denied by role trust policy',
  'Denied by permissions boundary',
  'Denied by session policy',
  'Denied by service control policy',
  'Denied by resource control policy',
  'Denied by VPC endpoint policy',
  'Denied by a policy',
  'Missing from identity-based policy',
  'Missing from resource-based policy',
  'Missing from role trust policy',
  'Missing from permissions boundary',
  'Missing from session policy',
  'Missing from service control policy',
  'Missing from resource control policy',
  'Missing from VPC endpoint policy',
  // AssumeRole.
  'AssumeRole access denied',
  'sts:TagSession is not allowed',
  'sts:SetSourceIdentity is not allowed',
  'MFA code refused',
  'Root user cannot assume roles',
  'MaxSessionDuration exceeded',
  'Role chaining one-hour limit',
  'Role not assumed',
  // AssumeRoleWithWebIdentity and the token.
  'Token not trusted by role',
  'No OIDC identity provider',
  'Incorrect token audience',
  'Outdated provider thumbprint',
  'Issuer keys not retrieved',
  'Token expired',
  'Token not valid',
  'OIDC token request refused',
  // What was sent.
  'Session tag already inherited',
  'Duplicate tag keys',
  'Transitive tag not set',
  'Packed policy too large',
  'Malformed session policy',
  'STS disabled in region',
  // Keys and sessions.
  'Invalid access key',
  'Wrong secret access key',
  'Credentials expired',
  'Clock skew',
  // Base credentials.
  'Missing id-token permission',
  'No OIDC token service',
  'Pull request from a fork',
  'AWS profile without credentials',
  'No base credentials',
  'Token not usable',
  'Token file not readable',
  // AWS Organizations.
  'Organizations access denied',
  'Account not in an organization',
  'Organizational unit not found',
  'Organization not read',
  // The network.
  'Throttled',
  'Service unavailable',
  'Unexpected response',
  'Host name not resolved',
  'Unknown AWS region',
  'Request timed out',
  'Connection failed',
  'Certificate not trusted',
  'Proxy not reachable',
  'Proxy refused the connection',
  'Proxy authentication required',
  // The step.
  'timeout-seconds exceeded',
  'Step cancelled',
  'Account not allowed',
  'Output too large',
  'Invalid setting',
  'Invalid input',
  'Wrong identity',
  'Profile not renewable',
  'Renewal failed',
  'Disk full',
  'File not writable',
  'Unexpected failure',
] as const;

/** A title of a failure. */
export type Title = (typeof titles)[number];

/** `3 invalid inputs`; of one, `Invalid input`. */
export const invalidTitle = (count: number, what: 'input' | 'setting'): string =>
  count === 1 ? `Invalid ${what}` : `${count} invalid ${what}s`;

/** `3 of 200 accounts failed`, or `left out`. */
export const accountsTitle = (failed: number, total: number, how: 'failed' | 'left out'): string =>
  `${failed} of ${total} accounts ${how}`;

/** The heading of a title. Those with counts share one. */
export function headingOf(title: string): string {
  return title
    .replace(/^(\d+ i|I)nvalid (input|setting)s?$/, 'Invalid input')
    .replace(/^\d+ of \d+ accounts (failed|left out)$/, 'Accounts failed');
}

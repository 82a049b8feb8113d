import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { hubRole, startLocalServices, user, type LocalServices } from '../../local/services.ts';
import { assume, chain, leftNothing, stepOf, workflow } from '../workflows.ts';

/** Each answer of STS that is known from its documentation or from public logs: its title, and the first sentence. */

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

type Inputs = Readonly<Record<string, string>>;

const keys: Inputs = {
  'role-arn': hubRole,
  'access-key-id': '${{ secrets.KEY_ID }}',
  'secret-access-key': '${{ secrets.KEY }}',
};
const mfa = { 'mfa-serial-number': 'arn:aws:iam::111111111111:mfa/ci', 'mfa-token-code': '123456' };
const tooLong =
  'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.';
const policyFailure = 'Syntax errors in policy.';
const signature = 'The request signature we calculated does not match the signature you provided.';
const expired =
  'Signature expired: 20220127T001427Z is now earlier than 20220127T014428Z (20220127T015928Z - 15 min.)';
const early =
  'Signature not yet current: 20220127T021427Z is still later than 20220127T014428Z (20220127T012928Z + 15 min.)';
const provider =
  'No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com';
const jwks =
  "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements";
const thumbprint = "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint";
const inherited =
  "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.";

test.each<[code: string, message: string, inputs: Inputs, title: string, first: RegExp]>([
  [
    'AccessDenied',
    'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    chain,
    'Token not trusted by role',
    /does not admit the subject repo:acme\/shop:ref:refs\/heads\/main, or there is no such role/,
  ],
  [
    'AccessDenied',
    'MultiFactorAuthentication failed with invalid MFA one time pass code.',
    { ...keys, ...mfa },
    'MFA code refused',
    /^The code in mfa-token-code is not the one .* run the job again with a new code\.$/,
  ],
  [
    'AccessDenied',
    'MultiFactorAuthentication failed, unable to validate MFA code. Please verify your MFA serial number is valid and associated with this user.',
    { ...keys, ...mfa },
    'MFA code refused',
    /check mfa-serial-number/,
  ],
  [
    'AccessDenied',
    'Roles may not be assumed by root accounts.',
    keys,
    'Root user cannot assume roles',
    /^The access key belongs to an account's root user/,
  ],
  [
    'ValidationError',
    'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    { 'role-arn': hubRole, 'duration-seconds': '7200' },
    'MaxSessionDuration exceeded',
    /^duration-seconds is 7200, more than the MaxSessionDuration .* use profile/,
  ],
  [
    'ValidationError',
    tooLong,
    { ...keys, 'duration-seconds': '7200' },
    'Role chaining one-hour limit',
    /set it to 3600 or less, and use profile/,
  ],
  [
    'ValidationError',
    'arn:aws:iam::1:role/x is invalid',
    chain,
    'Role not assumed',
    /ValidationError: arn:aws:iam::1:role\/x is invalid$/,
  ],
  [
    'ValidationError',
    "1 validation error detected: Value 'a:2' at 'roleSessionName' failed to satisfy constraint: Member must have length less than or equal to 64",
    chain,
    'Role not assumed',
    /ValidationError: 1 validation error detected: Value 'a:2' at 'roleSessionName'/,
  ],
  [
    'InvalidParameterValue',
    'The specified transitive tag key must be included in the requested tags.',
    keys,
    'Transitive tag not set',
    /^transitive-tag-keys names a key that session-tags does not set/,
  ],
  ['InvalidParameterValue', inherited, keys, 'Session tag already inherited', /remove it from session-tags/],
  [
    'InvalidParameterValue',
    'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    keys,
    'Duplicate tag keys',
    /^session-tags lists a key twice: remove one/,
  ],
  [
    'PackedPolicyTooLarge',
    'Packed size of session tags consumes 142% of allotted space.',
    keys,
    'Packed policy too large',
    /too large for STS \(142% of the limit\): shorten them/,
  ],
  [
    'MalformedPolicyDocument',
    policyFailure,
    keys,
    'Malformed session policy',
    /^STS cannot use the session policy \(Syntax errors in policy\): correct session-policy/,
  ],
  [
    'InvalidIdentityToken',
    provider,
    chain,
    'No OIDC identity provider',
    /^Account 111111111111 has no IAM identity provider .* create it there/,
  ],
  [
    'InvalidIdentityToken',
    'Incorrect token audience',
    chain,
    'Incorrect token audience',
    /does not accept the token's audience sts\.amazonaws\.com: add it/,
  ],
  ['InvalidIdentityToken', jwks, chain, 'Issuer keys not retrieved', /run the job again\.$/],
  ['InvalidIdentityToken', thumbprint, chain, 'Outdated provider thumbprint', /update it\.$/],
  [
    'ExpiredTokenException',
    'Token expired: current date/time 1740387458 must be before the expiration date/time 1740319004',
    chain,
    'Token expired',
    /check the clock/,
  ],
  [
    'IDPCommunicationError',
    'The identity provider could not be reached',
    chain,
    'Issuer keys not retrieved',
    /run the job again\.$/,
  ],
  [
    'IDPRejectedClaim',
    'The identity provider rejected the claim',
    chain,
    'Token not valid',
    /^STS cannot use the token of https:\/\/token\.actions/,
  ],
  [
    'ExpiredToken',
    'The security token included in the request is expired',
    keys,
    'Credentials expired',
    /get new credentials\.$/,
  ],
  [
    'InvalidClientTokenId',
    'The security token included in the request is invalid.',
    keys,
    'Invalid access key',
    /^AWS does not recognize access-key-id/,
  ],
  [
    'InvalidClientTokenId',
    'The security token included in the request is invalid.',
    { ...keys, region: 'ap-east-1' },
    'Invalid access key',
    /or not in ap-east-1/,
  ],
  [
    'SignatureDoesNotMatch',
    signature,
    keys,
    'Wrong secret access key',
    /^secret-access-key does not belong to access-key-id/,
  ],
  ['SignatureDoesNotMatch', expired, keys, 'Clock skew', /set it \(NTP\)\.$/],
  ['SignatureDoesNotMatch', early, keys, 'Clock skew', /set it \(NTP\)\.$/],
  [
    'RegionDisabledException',
    'STS is not activated in this region for account:111111111111. Your account administrator can activate STS in this region using the IAM Console.',
    chain,
    'STS disabled in region',
    /^STS is not activated in us-east-1 .* activate it/,
  ],
  ['Throttling', 'Rate exceeded', chain, 'Throttled', /throttled the request/],
  [
    'InvalidAction',
    'Could not find operation AssumeRole for version 2011-06-15',
    keys,
    'Role not assumed',
    /InvalidAction: Could not find operation AssumeRole/,
  ],
  [
    'OptInRequired',
    'You are not subscribed to this service.',
    keys,
    'Role not assumed',
    /^STS refused the request: OptInRequired: You are not subscribed/,
  ],
  ['WeirdFailure', '', keys, 'Role not assumed', /^STS refused the request: WeirdFailure: /],
])('%s: %s', async (code, message, inputs, title, first) => {
  local.aws.injectFault({ kind: 'error', status: 400, code, message, times: Infinity });
  const result = await local.run({
    workflow: workflow(assume({ ...inputs, 'max-attempts': '1' })),
    secrets: { KEY_ID: user.accessKeyId, KEY: user.secretAccessKey },
  });
  const step = stepOf(result);
  expect([step.outcome, leftNothing(step), result.leaks]).toEqual(['failure', true, []]);
  const [error, ...more] = step.annotations.filter(({ level }) => level === 'error');
  expect(more).toEqual([]);
  expect(error?.title).toBe(title);
  expect(error?.message.split('\n')[0]).toMatch(first);
  expect(error?.message.split('\n').at(-1)).toContain(
    message === '' ? code : `${code}: ${message}`.slice(0, 60),
  );
});

/** Where the request is at fault, another source of credentials would not help. */
test('a tag that STS refuses says nothing of the source of the credentials', async () => {
  local.aws.injectFault({ kind: 'error', status: 400, code: 'InvalidParameterValue', message: inherited });
  const result = await local.run({ workflow: workflow(assume(chain)) });
  expect(stepOf(result).annotations[0]?.message).not.toContain('credential-source');
});

/** The answer to a request without an action, by the real STS. */
test.each([302, 403])('HTTP %i without an answer of STS', async (status) => {
  local.aws.injectFault({ kind: 'raw', status, contentType: 'text/plain', body: '', times: Infinity });
  const result = await local.run({ workflow: workflow(assume({ ...chain, 'max-attempts': '1' })) });
  expect(stepOf(result).annotations[0]?.title).toBe('Unexpected response');
});

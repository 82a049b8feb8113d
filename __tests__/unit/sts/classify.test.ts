import { describe, expect, test } from '@jest/globals';
import { harmlessMessage, isProgramFault, readAnswer } from '../../../src/sts/classify.ts';

/** An error as the SDK throws it. */
const sdk = (code: string, status: number, message = 'text', more: object = {}): Error =>
  Object.assign(new Error(message), {
    name: code,
    Code: code,
    $metadata: { httpStatusCode: status, requestId: 'r-1' },
    ...more,
  });

test.each([
  ['AccessDenied', 403],
  ['ValidationError', 400],
  ['InvalidParameterValue', 400],
  ['PackedPolicyTooLarge', 400],
  ['MalformedPolicyDocument', 400],
  ['ExpiredTokenException', 400],
  ['IDPRejectedClaim', 403],
  ['ExpiredToken', 403],
  ['InvalidClientTokenId', 403],
  ['SignatureDoesNotMatch', 403],
  ['RegionDisabledException', 403],
  ['InvalidAction', 400],
])('%s is final', (code, status) => {
  expect(readAnswer(sdk(code, status))).toEqual({
    code,
    text: 'text',
    requestId: 'r-1',
    status,
    from: 'service',
    transient: false,
    throttled: false,
    clockCorrected: false,
  });
});

test.each([
  ['Throttling', 400],
  ['ThrottlingException', 400],
  ['TooManyRequestsException', 429],
  ['RequestLimitExceeded', 503],
  ['InternalFailure', 500],
  ['ServiceUnavailable', 503],
  ['RequestTimeout', 400],
  ['IDPCommunicationError', 400],
  ['IDPCommunicationErrorException', 400],
  ['SomethingNew', 500],
  ['SomethingNew', 429],
  ['SomethingNew', 408],
])('%s (%i) passes', (code, status) => {
  expect(readAnswer(sdk(code, status)).transient).toBe(true);
});

test.each([
  ['Throttling', 400, true],
  ['ThrottlingException', 400, true],
  ['TooManyRequestsException', 429, true],
  ['RequestLimitExceeded', 503, true],
  ['SlowDown', 503, true],
  ['SomethingNew', 429, true],
  ['HTTP 429', 429, true],
  ['ServiceUnavailable', 503, false],
  ['InternalFailure', 500, false],
  ['AccessDenied', 403, false],
])('%s (%i) asks for fewer requests: %p', (code, status, throttled) => {
  expect(readAnswer(sdk(code, status)).throttled).toBe(throttled);
});

test('a fault of this program is distinguished from an answer in another format', () => {
  expect(isProgramFault(new TypeError('x is not a function'))).toBe(true);
  const parsed = Object.assign(new SyntaxError('not JSON'), { $metadata: { httpStatusCode: 200 } });
  expect(isProgramFault(parsed)).toBe(false);
  expect(isProgramFault(sdk('AccessDenied', 403))).toBe(false);
  expect(isProgramFault('text')).toBe(false);
});

test('the command line of a program that failed is not shown', () => {
  expect(harmlessMessage(new Error('Command failed: vault --token hunter2'))).toBe('a program failed');
  expect(harmlessMessage(Object.assign(new Error('x'), { cmd: 'vault' }))).toBe('a program failed');
  expect(harmlessMessage(new Error('a\nb'))).toBe('a b');
});

test('InvalidIdentityToken passes only where AWS could not fetch the keys', () => {
  const text =
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation";
  expect(readAnswer(sdk('InvalidIdentityToken', 400, text)).transient).toBe(true);
  expect(readAnswer(sdk('InvalidIdentityToken', 400, 'Incorrect token audience')).transient).toBe(false);
});

describe('the network', () => {
  test.each([
    'ECONNRESET',
    'AnswerCutShort',
    'ECONNREFUSED',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
  ])('%s passes', (code) => {
    const error = Object.assign(new Error('connect'), { code, name: 'TimeoutError' });
    expect(readAnswer(error)).toMatchObject({
      code,
      transient: true,
      status: undefined,
      from: 'network',
    });
  });

  test('a hang-up and a time-out pass; a certificate does not', () => {
    expect(readAnswer(new Error('socket hang up'))).toMatchObject({ code: 'Error', transient: true });
    expect(readAnswer(Object.assign(new Error('no answer'), { name: 'TimeoutError' }))).toMatchObject({
      code: 'TimeoutError',
      transient: true,
    });
    expect(readAnswer(Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' })).transient).toBe(false);
    expect(readAnswer(new Error('no reason')).transient).toBe(false);
  });
});

describe("an answer that is not the service's", () => {
  test.each([
    [sdk('Unknown', 502), 'HTTP 502', true],
    [sdk('UnknownError', 403), 'HTTP 403', false],
    [Object.assign(new Error('x'), { $response: { statusCode: 503 } }), 'HTTP 503', true],
    [
      Object.assign(new SyntaxError('Unexpected <'), { $metadata: { httpStatusCode: 200 } }),
      'HTTP 200',
      false,
    ],
    [sdk('Whatever', 200, '@aws-sdk XML parse error.'), 'HTTP 200', false],
  ])('%#', (error, code, transient) => {
    const answer = readAnswer(error);
    expect(answer).toMatchObject({ code, transient, from: 'other' });
    expect(answer.text).toContain('not in the format of the service');
  });
});

test('anything may be thrown', () => {
  expect(readAnswer('text')).toMatchObject({ code: 'Error', text: 'text' });
  expect(readAnswer(undefined)).toMatchObject({ text: 'undefined' });
  expect(readAnswer(null)).toMatchObject({ text: 'null' });
  expect(readAnswer({ message: 7, code: 5 })).toMatchObject({ code: 'Error', text: 'no message' });
});

test('a corrected clock and a word of the thrower count; texts are made harmless', () => {
  const skewed = Object.assign(sdk('SignatureDoesNotMatch', 403), {
    $metadata: { httpStatusCode: 403, clockSkewCorrected: true },
  });
  expect(readAnswer(skewed)).toMatchObject({ clockCorrected: true, transient: false, requestId: undefined });
  expect(readAnswer(sdk('HTTP 403', 403, 'x', { transient: true })).transient).toBe(true);
  expect(readAnswer(sdk('A\nB', 400, 'x\n::y::', {})).code).toBe('A B');
});

test('with a wrong signature STS quotes what it signed, the token in it: that is left out', () => {
  const message =
    "The request signature we calculated does not match.\n\nThe Canonical String for this request should have been\n'POST\n/\nx-amz-security-token:IQoJb3JpZ2lu'";
  expect(readAnswer({ Code: 'SignatureDoesNotMatch', message }).text).toBe(
    'The request signature we calculated does not match.',
  );
});

test.each([
  [503, true],
  [407, false],
])('what a proxy answers to CONNECT is read: %i', (status, transient) => {
  const message = `The HTTP/1.1 ${status} proxy says no`;
  expect(readAnswer(Object.assign(new Error(message), { code: 'ERR_PROXY_TUNNEL' }))).toMatchObject({
    code: `HTTP ${status}`,
    status,
    transient,
  });
  expect(readAnswer(Object.assign(new Error('closed'), { code: 'ERR_PROXY_TUNNEL' })).transient).toBe(true);
});

test.each(['NotFound', 'RangeError'])('%s is no code of STS', (name) => {
  const answer = readAnswer({ name, Code: name, message: 'Unknown', $metadata: { httpStatusCode: 404 } });
  expect(answer.code).toBe('HTTP 404');
});

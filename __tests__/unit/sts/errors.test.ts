import { expect, test } from '@jest/globals';
import { errorCodeOf } from '../../../src/text/action-error.ts';
import {
  describe as inWords,
  Interrupted,
  NoBaseCredentials,
  RequestFailure,
  UnexpectedResponse,
  type Answer,
} from '../../../src/sts/errors.ts';

const answer: Answer = {
  code: 'AccessDenied',
  text: 'No.',
  requestId: 'id-1',
  status: 403,
  from: 'service',
  transient: false,
  throttled: false,
  clockCorrected: false,
};
const attempt = { operation: 'AssumeRole', hop: { index: 2, of: 3 }, roleArn: 'arn:x' } as const;

test('a failure has the attempt, the code, the message and the request id', () => {
  const failure = new RequestFailure(attempt, answer, 1);
  expect(failure.message).toBe('AssumeRole of arn:x (hop 2 of 3): AccessDenied: No. (request id id-1)');
  expect(new RequestFailure(attempt, { ...answer, requestId: undefined }, 4).message).toBe(
    'AssumeRole of arn:x (hop 2 of 3): AccessDenied: No., after 4 attempts',
  );
});

test('each failure has a code of its own, for classes differ between bundles', () => {
  expect(
    [
      new RequestFailure(attempt, answer, 1),
      new UnexpectedResponse('incomplete', attempt, 'x'),
      new NoBaseCredentials('nothing-found', 'x'),
      new Interrupted({ kind: 'cancelled', signal: 'SIGINT' }, 'b'),
      Object.assign(new Error('x'), { code: 'ENOENT' }),
      { code: 'interrupted' },
    ].map(errorCodeOf),
  ).toEqual([
    'request-failed',
    'unexpected-response',
    'no-base-credentials',
    'interrupted',
    undefined,
    undefined,
  ]);
});

test('what ended the step, and what it was waiting for', () => {
  expect(new Interrupted({ kind: 'cancelled', signal: 'SIGINT' }, 'STS').message).toBe(
    'Cancelled by SIGINT while waiting for STS',
  );
  const last = new RequestFailure(attempt, answer, 1);
  const stopped = new Interrupted({ kind: 'timeout', seconds: 7 }, 'STS', last);
  expect(stopped.message).toBe(
    'timeout-seconds (7) ran out while waiting for STS; its last answer was AccessDenied: No. (request id id-1)',
  );
  expect(stopped.cause).toBe(last);
});

test("the ID token's request is called what it is", () => {
  expect(inWords({ operation: 'GetIdToken' })).toBe("GitHub's OIDC token");
  expect(inWords({ operation: 'GetCallerIdentity' })).toBe('GetCallerIdentity');
});

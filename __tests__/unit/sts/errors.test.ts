import { expect, test } from '@jest/globals';
import { know } from '../../../src/text/redact.ts';
import {
  AnswerMismatch,
  describe as inWords,
  Interrupted,
  NoBaseCredentials,
  oneLine,
  RequestFailure,
  type Answer,
} from '../../../src/sts/errors.ts';

const answer: Answer = {
  code: 'AccessDenied',
  text: 'No.',
  requestId: 'id-1',
  status: 403,
  transient: false,
  clockCorrected: false,
};
const attempt = { operation: 'AssumeRole', hop: { index: 2, of: 3 }, roleArn: 'arn:x' } as const;

test('a failure tells what was tried, the code, the message and the request id', () => {
  const failure = new RequestFailure(attempt, answer, 1);
  expect(failure.message).toBe('AssumeRole of arn:x (hop 2 of 3): AccessDenied: No. (request id id-1)');
  expect(new RequestFailure(attempt, { ...answer, requestId: undefined }, 4).message).toBe(
    'AssumeRole of arn:x (hop 2 of 3): AccessDenied: No., after 4 tries',
  );
});

test('each failure is told by its name, for classes differ between bundles', () => {
  expect(
    [
      new RequestFailure(attempt, answer, 1),
      new AnswerMismatch(attempt, 'x'),
      new NoBaseCredentials('x'),
      new Interrupted('a', 'b'),
    ].map(({ name }) => name),
  ).toEqual(['RequestFailure', 'AnswerMismatch', 'NoBaseCredentials', 'Interrupted']);
  expect(new Interrupted('The step was cancelled', 'STS').message).toBe(
    'The step was cancelled while waiting for STS',
  );
});

test("the ID token's request is called what it is", () => {
  expect(inWords({ operation: 'GetIdToken' })).toBe("GitHub's OIDC token");
  expect(inWords({ operation: 'GetCallerIdentity' })).toBe('GetCallerIdentity');
});

test('a text from outside is one harmless line', () => {
  expect(oneLine('a\r\n::set-env name=x::y\u2028b\u0007c\u0085d')).toBe('a ::set-env name=x::y b c d');
  expect(oneLine('x ##[error]y')).toBe('x ## [error]y');
  expect(oneLine('x'.repeat(1001))).toBe(`${'x'.repeat(1000)}…`);
});

test('what is secret is taken out before a text is cut, so that no part of it is left', () => {
  const secret = `${'s3cr3t/'.repeat(80)}end`;
  know(secret);
  const line = oneLine(`${'x'.repeat(700)} ${secret} ${'y'.repeat(700)}`);
  expect(line).not.toContain('s3cr3t');
  expect(line).toHaveLength(1001);
  expect(know(secret)).toBe(false);
  expect(know(' ')).toBe(false);
});

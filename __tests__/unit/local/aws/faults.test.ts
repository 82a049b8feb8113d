import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startLocalAws, type LocalAws } from '../../../../local/aws/server.ts';
import { ask, keysIn, sendRaw } from '../signed-request.ts';
import { assume, fred, fredArn, hub, roleArn, specOf } from '../accounts.ts';

let aws: LocalAws;
beforeEach(async () => {
  aws = await startLocalAws(specOf());
});
afterEach(() => aws.close());

const who = { Action: 'GetCallerIdentity' };
const nobody = { ...fred, secretAccessKey: 'wrong' };

describe('instead of an answer', () => {
  test('errors as STS makes them', async () => {
    aws.injectFault({ kind: 'error', status: 400, code: 'IDPCommunicationError', message: 'a <b> & "c"' });
    const { element, status } = await ask(aws, fred, who);
    expect([status, element('Code'), element('Message')]).toEqual([
      400,
      'IDPCommunicationError',
      'a &lt;b&gt; &amp; &quot;c&quot;',
    ]);
    aws.injectFault({ kind: 'throttle' });
    expect((await ask(aws, nobody, who)).error).toEqual([400, 'Throttling', 'Rate exceeded']);
    aws.injectFault({ kind: 'internal-error' });
    const internal = await ask(aws, fred, who);
    expect(internal.error.slice(0, 2)).toEqual([500, 'InternalFailure']);
    expect(internal.element('Type')).toBe('Receiver');
    expect(aws.requests.map(({ errorCode }) => errorCode)).toEqual([
      'IDPCommunicationError',
      'Throttling',
      'InternalFailure',
    ]);
  });

  test('what is no answer of STS', async () => {
    aws.injectFault({ kind: 'unavailable' });
    expect(await ask(aws, fred, who)).toMatchObject({ status: 503, text: '' });
    aws.injectFault({ kind: 'html', status: 200 });
    const page = await ask(aws, fred, who);
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html']);
    expect(page.text).toMatch(/^<!doctype html>/);
    aws.injectFault({ kind: 'raw', status: 418, contentType: 'text/plain', body: 'tea' });
    expect(await ask(aws, fred, who)).toMatchObject({ status: 418, text: 'tea' });
    expect(aws.requests.map(({ status }) => status)).toEqual([503, 200, 418]);
  });

  test('an answer that breaks off', async () => {
    aws.injectFault({ kind: 'cut-short' });
    await expect(ask(aws, fred, assume())).rejects.toMatchObject({ code: 'ECONNRESET', message: 'aborted' });
    expect([aws.issued, aws.requests]).toMatchObject([[], [{ action: 'AssumeRole', status: 200 }]]);
  });

  test('a reset, of which no session is left', async () => {
    aws.injectFault({ kind: 'reset' });
    await expect(ask(aws, fred, assume())).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(aws.issued).toEqual([]);
    expect(aws.requests).toMatchObject([{ action: 'AssumeRole', status: 0 }]);
  });

  test.each(['before-headers', 'headers', 'body'] as const)(
    'a hang, %s, which closing ends',
    async (phase) => {
      aws.injectFault({ kind: 'hang', phase });
      const waiting = ask(aws, fred, who);
      const ended = expect(waiting).rejects.toMatchObject({ code: 'ECONNRESET' });
      while (aws.requests.length === 0) await new Promise(setImmediate);
      await aws.close();
      await ended;
    },
  );
});

describe('an answer that is not right', () => {
  test('for someone else', async () => {
    aws.injectFault({ kind: 'identity', accountId: '333333333333', roleName: 'admin' });
    expect((await ask(aws, fred, assume())).element('Arn')).toBe(
      'arn:aws:sts::333333333333:assumed-role/admin/visit',
    );
    aws.injectFault({ kind: 'identity', sessionName: 'mallory' });
    const other = await ask(aws, fred, assume());
    expect(other.element('Arn')).toBe('arn:aws:sts::222222222222:assumed-role/deploy/mallory');
    expect(other.element('AssumedRoleId')).toMatch(/:mallory$/);
    aws.injectFault({ kind: 'identity', action: 'GetCallerIdentity', accountId: '333333333333' });
    const caller = await ask(aws, fred, who);
    expect([caller.element('Arn'), caller.element('Account')]).toEqual([
      'arn:aws:iam::333333333333:user/fred',
      '333333333333',
    ]);
    aws.injectFault({ kind: 'identity', arn: 'nonsense' });
    expect((await ask(aws, fred, who)).element('Arn')).toBe('nonsense');
  });

  test('to someone who may not have it, there is none', async () => {
    aws.injectFault({ kind: 'identity', arn: 'nonsense' });
    expect((await ask(aws, nobody, assume())).error[1]).toBe('SignatureDoesNotMatch');
  });

  test('other keys, that are good', async () => {
    const values = {
      SecretAccessKey: '/starts/with+a/slash',
      AccessKeyId: 'ASIAOTHER',
      Expiration: 'tomorrow',
    };
    aws.injectFault({ kind: 'credentials', values });
    const answer = await ask(aws, fred, assume());
    expect(answer.element('Expiration')).toBe('tomorrow');
    const keys = keysIn(answer);
    expect(keys).toMatchObject({ accessKeyId: 'ASIAOTHER', secretAccessKey: '/starts/with+a/slash' });
    expect((await ask(aws, keys, who)).status).toBe(200);
    expect(aws.secrets()).toEqual([
      fred.secretAccessKey,
      keys.accessKeyId,
      keys.secretAccessKey,
      keys.sessionToken,
    ]);
  });

  test.each([
    'AccessKeyId',
    'SecretAccessKey',
    'SessionToken',
    'Expiration',
    'Credentials',
    'AssumedRoleUser',
    'AssumedRoleId',
  ])('without %s', async (name) => {
    aws.injectFault({ kind: 'credentials', omit: [name] });
    const answer = await ask(aws, fred, assume());
    expect(answer.status).toBe(200);
    expect(answer.element(name)).toBeUndefined();
  });
});

describe('when', () => {
  test('for an action, for a role, later, more than once', async () => {
    aws.injectFault({ kind: 'throttle', action: 'AssumeRole', roleArn, skip: 1, times: 2 });
    const codes = [];
    for (const parameters of [
      who,
      assume(),
      assume({ RoleArn: `arn:aws:iam::${hub}:role/x` }),
      assume(),
      who,
      assume(),
      assume(),
    ])
      codes.push((await ask(aws, fred, parameters)).error[1]);
    expect(codes).toEqual([
      undefined,
      undefined,
      'AccessDenied',
      'Throttling',
      undefined,
      'Throttling',
      undefined,
    ]);
  });

  test('for ever; for S3 and SNS too', async () => {
    aws.injectFault({ kind: 'unavailable', times: Infinity });
    const s3 = await ask(aws, fred, {}, { service: 's3', method: 'GET' });
    const sns = await ask(aws, fred, { Action: 'ListTopics', Version: '2010-03-31' }, { service: 'sns' });
    expect([s3.status, sns.status]).toEqual([503, 503]);
  });

  test('a delay, and what comes before an answer anyway, is recorded at once', async () => {
    const slow = await startLocalAws(specOf(), { latencyMs: 1 });
    try {
      slow.injectFault({ kind: 'delay', ms: 60_000 });
      const waiting = expect(ask(slow, fred, who)).rejects.toMatchObject({ code: 'ECONNRESET' });
      while (slow.requests.length === 0) await new Promise(setImmediate);
      expect(slow.requests).toMatchObject([{ status: 200, callerArn: fredArn }]);
      await slow.close();
      await waiting;
    } finally {
      await slow.close();
    }
  });

  test('never for what is no action', async () => {
    aws.injectFault({ kind: 'throttle' });
    expect((await sendRaw(aws, { method: 'GET' })).status).toBe(302);
    expect((await ask(aws, fred, who)).error[1]).toBe('Throttling');
  });
});

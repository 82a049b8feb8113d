import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { requestIdToken } from '../../../src/sources/id-token.ts';
import { readAnswer } from '../../../src/sts/classify.ts';
import { openBase } from '../../../src/sources/sources.ts';
import { assumeChain } from '../../../src/chain/chain.ts';
import { Sts } from '../../../src/sts/client.ts';
import type { Connections } from '../../../src/sts/connections.ts';
import type { HttpAnswer } from '../../../src/sts/exchange.ts';
import { explain } from '../../../src/failures/explain.ts';
import { RequestFailure } from '../../../src/sts/errors.ts';
import { claimsOf, holds, tokenFault } from '../../../src/aws/web-identity-token.ts';
import { customerArn, hopTo, keys, planOf, tokenOf } from '../sts/plans.ts';
import { runs } from './runs.ts';

/** Answers that no service gives: each is understood or reported, and no secret of ours is reported with it. */

const session = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser><AssumedRoleId>AROAX:name</AssumedRoleId><Arn>arn:aws:sts::222222222222:assumed-role/customer-deployment/name</Arn></AssumedRoleUser><Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>the-new-secret-key</SecretAccessKey><SessionToken>the-new-session-token</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AssumeRoleResponse>`;
const refusal =
  '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: arn:aws:iam::111111111111:user/ci is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role/x</Message></Error><RequestId>r</RequestId></ErrorResponse>';
const entities =
  '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>';

/** Something cut out, repeated, or put in where it does not belong. */
const bent = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.nat(text.length),
      fc.nat(text.length),
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 10 }),
        fc.constantFrom(
          '&a;',
          '&#0;',
          '&#xFFFFFF;',
          '<',
          '>',
          ']]>',
          '<![CDATA[',
          '<!--',
          '<a/>',
          '<__proto__>1</__proto__>',
          '<constructor/>',
          entities,
        ),
      ),
      fc.constantFrom(0, 1, 2, 50),
    )
    .map(([a, b, more, times]) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      return text.slice(0, from) + text.slice(from, to).repeat(times) + more + text.slice(to);
    });

const bodies = fc.oneof(
  bent(session),
  bent(refusal),
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.constantFrom(
    '',
    '<html><body>Sign in</body></html>',
    '<a>'.repeat(20_000),
    `${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}`,
    entities + session.replace('AROAX', '&b;&f;'),
    session.replace('>2999-01-01T00:00:00Z<', '>soon<'),
    session.replace('>2999-01-01T00:00:00Z<', '><'),
    '{"Error":{"Code":"x"}}',
    'null',
  ),
);
const answers = fc.record({
  status: fc.constantFrom(100, 200, 200, 200, 204, 301, 400, 403, 404, 429, 500, 503, 999),
  headers: fc.dictionary(
    fc.constantFrom('date', 'age', 'x-amzn-requestid', 'content-type', 'location'),
    fc.oneof(fc.string(), fc.constantFrom('Mon, 23 Nov 2026 12:00:00 GMT', '0', 'request-1')),
  ),
  body: bodies.map((text) => Buffer.from(text, 'utf8')),
}) as fc.Arbitrary<HttpAnswer>;

const answering = (answered: HttpAnswer): Connections =>
  ({ send: () => Promise.resolve(answered) }) as unknown as Connections;
const { signal } = new AbortController();
const retryOptions = { maxAttempts: 1, propagationWaitSeconds: 0, signal, say: () => undefined };
const token = tokenOf({ sub: 'repo:acme/shop:ref:refs/heads/main', exp: 9_999_999_999 });

const settled = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

const unfit = /[\u0000-\u0008\u000b-\u001f\u007f\u2028\u2029]/;

describe.each(['access-key', 'oidc'] as const)('STS answers a chain from %s', (kind) => {
  test('with anything', async () => {
    const base =
      kind === 'oidc' ? ({ kind, audience: 'a' } as const) : ({ kind, credentials: keys } as const);
    const plan = planOf(base, [hopTo(customerArn)]);
    await fc.assert(
      fc.asyncProperty(answers, async (answered) => {
        const masked: string[] = [];
        const secret = (value: string): void => void masked.push(value);
        const dependencies = {
          sts: new Sts(plan.sts, answering(answered)),
          base: openBase(base, {
            ...{ retryOptions, secret, idToken: () => Promise.resolve(token) },
            ambient: () => Promise.reject(new Error('not asked')),
          }),
          ...{ retryOptions, secret, arrived: () => undefined },
        };
        const result = await settled(assumeChain(plan, dependencies));
        if (!(result instanceof Error)) {
          const { credentials, assumedRoleArn } = result as Awaited<ReturnType<typeof assumeChain>>;
          expect(assumedRoleArn).toBe('arn:aws:sts::222222222222:assumed-role/customer-deployment/name');
          for (const value of Object.values(credentials)) expect(masked).toContain(value);
          return;
        }
        expect(['RequestFailure', 'UnexpectedResponse']).toContain(result.name);
        expect(result.message).not.toMatch(unfit);
        expect(result.message.length).toBeLessThan(4000);
        for (const value of [keys.secretAccessKey, token]) expect(result.message).not.toContain(value);
        if (result instanceof RequestFailure)
          expect(JSON.stringify(explain(result, plan, { environment: {} }))).not.toContain(
            keys.secretAccessKey,
          );
      }),
      runs(300),
    );
  });
});

test('the ID token service answers with anything', async () => {
  const environment = {
    ACTIONS_ID_TOKEN_REQUEST_URL: 'http://tokens/t?api-version=2.0',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'the-bearer-of-the-job',
  };
  const answers = fc.record({
    status: fc.constantFrom(200, 200, 200, 302, 403, 429, 500),
    headers: fc.constant({}),
    body: fc
      .oneof(
        fc.json(),
        fc.string({ unit: 'binary' }),
        bent('{"value":"a.b.c","count":1}'),
        fc.constantFrom(
          '[{"value":1}]',
          '{"value":{}}',
          '{"value":["a"]}',
          '{"__proto__":{"value":"x"}}',
          '['.repeat(50_000),
        ),
      )
      .map((text) => Buffer.from(text)),
  });
  await fc.assert(
    fc.asyncProperty(answers, async (answered) => {
      const masked: string[] = [];
      const secret = (value: string): void => void masked.push(value);
      const result = await settled(requestIdToken(environment, 'a', secret, answering(answered), signal));
      if (typeof result === 'string') {
        expect(masked).toContain(result);
        expect(answered.status).toBe(200);
        return;
      }
      const { text, code } = readAnswer(result);
      expect(code).toBe(`HTTP ${answered.status}`);
      expect(text).not.toMatch(unfit);
    }),
    runs(300),
  );
});

test('any text given as an ID token is one, or is reported without being shown', () => {
  const parts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.base64String(),
    fc.json().map((text) => Buffer.from(text).toString('base64url')),
  );
  const tokens = fc.oneof(
    bent(token),
    fc.array(parts, { maxLength: 5 }).map((some) => some.join('.')),
    fc.constantFrom('', '.', '..', 'a'.repeat(30_000), '.'.repeat(30_000)),
  );
  fc.assert(
    fc.property(tokens, (text) => {
      const fault = tokenFault(text);
      expect(typeof holds(text, 10, new Date())).toBe('boolean');
      if (fault === undefined) expect(claimsOf(text)).toEqual(expect.any(Object));
      else if (text.length > 8) expect(fault).not.toContain(text.slice(0, 8));
    }),
    runs(300),
  );
});

test('whatever is thrown is read, and retried only where that may help', () => {
  fc.assert(
    fc.property(fc.anything(), (thrown) => {
      const answer = readAnswer(thrown);
      expect([answer.code, answer.text].map((one) => typeof one)).toEqual(['string', 'string']);
      expect(`${answer.code} ${answer.text}`).not.toMatch(unfit);
    }),
    runs(500),
  );
});

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { startLocalGitHub, type IssuerFault, type LocalGitHub } from '../../../../local/github/issuer.ts';

let github: LocalGitHub;
beforeEach(async () => {
  github = await startLocalGitHub({ repository: 'acme/shop' });
});
afterEach(() => github.close());

const request = (query = '&audience=sts.amazonaws.com', init: RequestInit = {}): Promise<Response> =>
  fetch(`${github.requestUrl}${query}`, {
    headers: { authorization: `Bearer ${github.requestToken}` },
    ...init,
  });
async function token(query?: string): Promise<string> {
  const { value } = (await (await request(query)).json()) as { value: string };
  return value;
}

test('a token for each request with the request token', async () => {
  expect(new URL(github.requestUrl).searchParams.get('api-version')).toBe('2.0');
  const value = await token();
  const { payload, protectedHeader } = await jwtVerify(value, createLocalJWKSet(github.jwks));
  expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'JWT', kid: github.jwks.keys[0]?.kid });
  const { iat = 0, nbf, exp } = payload;
  expect(payload).toMatchObject({
    iss: 'https://token.actions.githubusercontent.com',
    aud: 'sts.amazonaws.com',
    ...github.claims,
  });
  expect([nbf, exp]).toEqual([iat - 600, iat + 300]);
  expect(github.issuedTokens).toEqual([value]);
  expect(github.requests).toMatchObject([{ audience: 'sts.amazonaws.com', authorized: true, status: 200 }]);
  expect(JSON.stringify(github.jwks)).not.toMatch(/"d":/);
});

test('each has an id of its own', async () => {
  expect(decodeJwt(await token()).jti).not.toBe(decodeJwt(await token()).jti);
});

test('the audience is the owner by default', async () => {
  expect(decodeJwt(await token('')).aud).toBe('https://github.com/acme');
  expect(decodeJwt(await token('&audience=a%20b%26c')).aud).toBe('a b&c');
});

test('claims can be changed', async () => {
  github.claims['sub'] = 'repo:acme/shop:environment:live';
  expect(decodeJwt(await token()).sub).toBe('repo:acme/shop:environment:live');
});

describe('refused', () => {
  test.each<[string, number, () => Promise<Response>]>([
    ['without the request token', 401, () => request('', { headers: {} })],
    [
      'with another',
      401,
      () => request('', { headers: { authorization: `Bearer ${github.requestToken}x` } }),
    ],
    [
      'elsewhere',
      404,
      () =>
        fetch(new URL('/other', github.requestUrl), {
          headers: { authorization: `Bearer ${github.requestToken}` },
        }),
    ],
    [
      'at a path that makes no URL',
      404,
      () =>
        fetch(`${new URL(github.requestUrl).origin}//`, {
          headers: { authorization: `Bearer ${github.requestToken}` },
        }),
    ],
    ['by another method', 405, () => request('', { method: 'POST' })],
  ])('%s', async (_, status, send) => {
    expect((await send()).status).toBe(status);
    expect(github.issuedTokens).toEqual([]);
    expect(github.requests).toMatchObject([{ status, authorized: status !== 401 }]);
  });
});

describe('misbehaves', () => {
  test.each<[IssuerFault, number, string]>([
    [{ kind: 'status', status: 503 }, 503, ''],
    [{ kind: 'status', status: 403, body: '{"message":"no"}' }, 403, '{"message":"no"}'],
    [{ kind: 'html' }, 200, '<html><body>Please sign in</body></html>'],
    [{ kind: 'not-a-jwt' }, 200, '{"count":1,"value":"this-is-no-token"}'],
    [{ kind: 'no-value' }, 200, '{"count":0}'],
  ])('%j', async (fault, status, body) => {
    github.injectFault({ ...fault, times: 2 });
    for (let time = 0; time < 2; time++) {
      const answer = await request();
      expect([answer.status, await answer.text()]).toEqual([status, body]);
    }
    expect((await request()).status).toBe(200);
  });

  test('a reset, a hang', async () => {
    github.injectFault({ kind: 'reset' });
    await expect(request()).rejects.toThrow('fetch failed');
    github.injectFault({ kind: 'hang' });
    const ended = expect(request()).rejects.toThrow('fetch failed');
    while (github.requests.length < 2) await new Promise(setImmediate);
    await github.close();
    await ended;
    expect(github.requests.map(({ status }) => status)).toEqual([0, 0]);
  });

  test('another life', async () => {
    github.injectFault({ kind: 'lifetime', seconds: 2 });
    const { iat = 0, exp } = decodeJwt(await token());
    expect(exp).toBe(iat + 2);
  });
});

describe('without a request', () => {
  test('the given audience', async () => {
    const minted = await github.mint({
      audience: 'x',
      lifetimeSeconds: 5,
      claims: { sub: 'y', environment: undefined },
    });
    const { iat = 0, exp, aud, sub } = decodeJwt(minted);
    expect([aud, sub, exp]).toEqual(['x', 'y', iat + 5]);
    expect(github.issuedTokens).toEqual([minted]);
  });

  test('by a key that is not shown', async () => {
    const minted = await github.mint({ wrongKey: true });
    expect(decodeProtectedHeader(minted).kid).toBe(github.jwks.keys[0]?.kid);
    await expect(jwtVerify(minted, createLocalJWKSet(github.jwks))).rejects.toThrow(
      'signature verification failed',
    );
  });

  test('of another issuer', async () => {
    const other = await startLocalGitHub({ issuer: 'https://github.example/_services/token' });
    expect(decodeJwt(await other.mint()).iss).toBe('https://github.example/_services/token');
    await other.close();
  });
});

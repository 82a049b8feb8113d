import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Base } from '../../../src/aws/plan.ts';
import type { SourceDependencies } from '../../../src/sources/source.ts';
import { choiceLine } from '../../../src/sources/choice-line.ts';
import { openBase, secretsOf } from '../../../src/sources/sources.ts';
import { keys, tokenOf } from '../sts/plans.ts';

let folder: string;
const secrets: string[] = [];
const stop = new AbortController();

const dependencies = (more: Partial<SourceDependencies> = {}): SourceDependencies => ({
  ambient: () => Promise.resolve({ ...keys, sessionToken: 'token' }),
  retryOptions: { maxAttempts: 1, propagationWaitSeconds: 0, signal: stop.signal, say: () => undefined },
  secret: (value) => secrets.push(value),
  idToken: (audience) => Promise.resolve(tokenOf({ aud: audience })),
  ...more,
});
const open = (base: Base, more: Partial<SourceDependencies> = {}) => openBase(base, dependencies(more));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'base-'));
  secrets.length = 0;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('access keys are given as they are', async () => {
  expect(await open({ kind: 'access-key', credentials: keys }).credentials()).toBe(keys);
});

describe('ambient', () => {
  test('every value is registered', async () => {
    expect(await open({ kind: 'ambient', origin: {} }).credentials()).toEqual({
      ...keys,
      sessionToken: 'token',
    });
    expect(secrets).toEqual([keys.secretAccessKey, 'token', keys.accessKeyId]);
    secrets.length = 0;
    await open({ kind: 'ambient', origin: {} }, { ambient: () => Promise.resolve(keys) }).credentials();
    expect(secrets).toEqual([keys.secretAccessKey, keys.accessKeyId]);
  });

  test('none is reported with the reason of the SDK', async () => {
    const ambient = () =>
      Promise.reject(Object.assign(new Error('Could not load'), { name: 'CredentialsProviderError' }));
    await expect(open({ kind: 'ambient', origin: {} }, { ambient }).credentials()).rejects.toThrow(
      'ambient: the AWS SDK found no credentials here: CredentialsProviderError: Could not load',
    );
  });

  test('a cancelled step is reported as cancelled', async () => {
    const retryOptions = {
      ...dependencies().retryOptions,
      signal: AbortSignal.abort(new Error('The step was cancelled')),
    };
    await expect(open({ kind: 'ambient', origin: {} }, { retryOptions }).credentials()).rejects.toMatchObject(
      {
        name: 'Interrupted',
      },
    );
  });
});

describe('oidc', () => {
  test('asks with the audience, and registers the token', async () => {
    const token = await open({ kind: 'oidc', audience: 'mine' }).token();
    expect(token).toBe(tokenOf({ aud: 'mine' }));
    expect(secrets).toEqual([token]);
  });

  test('a token that is requested ahead is requested once; its failure is reported where it is needed', async () => {
    let asked = 0;
    const idToken = (): Promise<string> => Promise.resolve(asked++ === 0 ? tokenOf({}) : 'another');
    const base = open({ kind: 'oidc', audience: 'a' }, { idToken });
    void base.ahead();
    expect(await base.token()).toBe(tokenOf({}));
    expect(asked).toBe(1);
    const bad = open({ kind: 'oidc', audience: 'a' }, { idToken: () => Promise.resolve('abc') });
    void bad.ahead();
    await new Promise(setImmediate);
    await expect(bad.token()).rejects.toThrow('oidc: the token that GitHub');
  });

  test('what is no token is not sent', async () => {
    await expect(
      open({ kind: 'oidc', audience: 'a' }, { idToken: () => Promise.resolve('abc') }).token(),
    ).rejects.toThrow('oidc: the token that GitHub');
  });

  test('a token is used while it is valid; after that, another is requested', async () => {
    const base = open({ kind: 'oidc', audience: 'mine' });
    const [old, good] = [1, 9_999_999_999].map((exp) => tokenOf({ exp }));
    expect(base.renewsToken).toBe(true);
    expect(await base.freshToken(good ?? '')).toBe(good);
    expect(await base.freshToken(old ?? '')).toBe(tokenOf({ aud: 'mine' }));
    expect(await base.freshToken('')).toBe(tokenOf({ aud: 'mine' }));
  });
});

describe('token-file', () => {
  const write = (text: string): Base => {
    const path = join(folder, 'a token.jwt');
    writeFileSync(path, text);
    return { kind: 'token-file', path };
  };

  test('is read without white space, registered, and never renewed', async () => {
    const token = tokenOf({ sub: 'x', exp: 1 });
    const base = open(write(`${token}\n`));
    expect(await base.token()).toBe(token);
    expect(secrets).toEqual([token]);
    expect(base.renewsToken).toBe(false);
    expect(await base.freshToken(token)).toBe(token);
  });

  test.each([
    ['', 'is empty'],
    ['no token', 'is not a JWT'],
  ])('%j is none, and is not shown', async (text, reason) => {
    await expect(open(write(text)).token()).rejects.toMatchObject({
      name: 'NoBaseCredentials',
      message: expect.stringContaining(reason),
    });
    expect(secrets).toEqual(text === '' ? [] : [text]);
  });
});

test('chains that share a base share its tokens', async () => {
  const tokens = [1, 9_999_999_998, 9_999_999_999].map((exp) => tokenOf({ exp }));
  let asked = 0;
  const idToken = (): Promise<string> => Promise.resolve(tokens[asked++] ?? '');
  const base = open({ kind: 'oidc', audience: 'a' }, { idToken });
  const [old = '', next = '', last = ''] = tokens;
  expect(await base.token()).toBe(old);
  // The token has expired: one caller requests a new one, and all who have the old one get it.
  expect(await base.freshToken(old)).toBe(next);
  expect(await base.freshToken(old)).toBe(next);
  expect(await base.freshToken(next)).toBe(next);
  expect(asked).toBe(2);
  // STS treats it as expired, regardless of its own expiry.
  expect(await base.freshToken('')).toBe(last);
  expect(await base.token()).toBe(last);
});

test('keys are not asked for ahead', async () => {
  const asked: string[] = [];
  const ambient = () => {
    asked.push('keys');
    return Promise.reject(new Error('asked'));
  };
  await open({ kind: 'ambient', origin: {} }, { ambient }).ahead();
  await new Promise(setImmediate);
  expect(asked).toEqual([]);
});

test('a stopped step reports what it was waiting for', async () => {
  const stopping = new AbortController();
  const never = (): Promise<never> => new Promise<never>(() => undefined);
  const retryOptions = { ...dependencies().retryOptions, signal: stopping.signal };
  const more = { ambient: never, idToken: never, retryOptions };
  const waiting = [
    open({ kind: 'ambient', origin: {} }, more).credentials(),
    open({ kind: 'oidc', audience: 'a' }, more).token(),
  ].map((one) => one.catch((error: unknown) => (error as Error).message));
  stopping.abort({ kind: 'cancelled', signal: 'SIGINT' });
  expect(await Promise.all(waiting)).toEqual([
    'Cancelled by SIGINT while waiting for the base credentials (ambient)',
    "Cancelled by SIGINT while waiting for GitHub's OIDC token",
  ]);
});

test('a base gives what it has, and nothing else', async () => {
  await expect(open({ kind: 'oidc', audience: 'a' }).credentials()).rejects.toThrow(
    'oidc gives a token, not keys',
  );
  await expect(open({ kind: 'ambient', origin: {} }).token()).rejects.toThrow(
    'ambient gives keys, not a token',
  );
});

test('a token file that is much too large is not read', async () => {
  await expect(open({ kind: 'token-file', path: '/dev/zero' }).token()).rejects.toMatchObject({
    reason: 'unreadable-token-file',
    message: expect.stringMatching(/\/dev\/zero cannot be read \(it is not a file\)$/),
  });
});

test('a token file that cannot be read is reported with its path', async () => {
  await expect(open({ kind: 'token-file', path: join(folder, 'none') }).token()).rejects.toMatchObject({
    name: 'NoBaseCredentials',
    message: expect.stringMatching(/none cannot be read \(ENOENT\)$/),
  });
});

test.each<[Parameters<typeof choiceLine>[0], string]>([
  [
    { kind: 'access-key', chosenBy: 'auto', alsoAvailable: [] },
    'Starting from the access key in the inputs (access-key, chosen automatically).',
  ],
  [
    { kind: 'access-key', chosenBy: 'auto', alsoAvailable: ['token-file', 'oidc'] },
    'Starting from the access key in the inputs (access-key, chosen automatically; also available: token-file, oidc).',
  ],
  [
    { kind: 'token-file', chosenBy: 'auto', alsoAvailable: [] },
    'Starting from the token in web-identity-token-file (token-file, chosen automatically: no access key was given).',
  ],
  [
    { kind: 'oidc', chosenBy: 'auto', alsoAvailable: [] },
    "Starting from GitHub's OIDC token (oidc, chosen automatically: no access key and no token file were given).",
  ],
  [
    { kind: 'ambient', chosenBy: 'auto', alsoAvailable: [] },
    'Starting from the runner\'s own credentials (ambient, chosen automatically: no access key, no token file and no "id-token: write" were given).',
  ],
  [
    { kind: 'oidc', chosenBy: 'input', alsoAvailable: ['access-key'] },
    "Starting from GitHub's OIDC token (credential-source: oidc; also available: access-key).",
  ],
])('the log says what %j is', (choice, line) => {
  expect(choiceLine(choice)).toBe(line);
});

test.each<[Base, string[]]>([
  [{ kind: 'access-key', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }, ['a', 'b']],
  [{ kind: 'ambient', origin: { AWS_SECRET_ACCESS_KEY: 's', AWS_REGION: 'r' } }, ['s']],
  [{ kind: 'token-file', path: 'p' }, []],
  [{ kind: 'oidc', audience: 'a' }, []],
])('what %j has that must not be shown', (base, secrets) => {
  expect(secretsOf(base)).toEqual(secrets);
});

import type { LookupAddress } from 'node:dns';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Names } from '../../../src/sts/lookup.ts';

const both: LookupAddress[] = [
  { address: '2001:db8::1', family: 6 },
  { address: '192.0.2.1', family: 4 },
];
const never = (): Promise<never> => Promise.withResolvers<never>().promise;

/** What a socket is given: all addresses, or the error. */
const ask = (names: Names, options: object = { all: true }): Promise<unknown> =>
  new Promise((resolve) => {
    names.lookup('sts.example', options, (error, address, family) => {
      resolve(error ?? (Array.isArray(address) ? address : [address, family]));
    });
  });

describe('the addresses of a host', () => {
  test('are looked up once, for all who ask', async () => {
    const all = jest.fn(() => Promise.resolve(both));
    const names = new Names({ all, ipv4: never });
    expect(await Promise.all([ask(names), ask(names)])).toEqual([both, both]);
    expect(await ask(names, { all: false })).toEqual(['2001:db8::1', 6]);
    expect(await ask(names, { all: false, family: 4 })).toEqual(['192.0.2.1', 4]);
    expect(all).toHaveBeenCalledTimes(1);
  });

  test('are of the family that worked first, from then on', async () => {
    const names = new Names({ all: () => Promise.resolve(both), ipv4: never });
    names.worked('sts.example', 4);
    names.worked('sts.example', 6);
    expect(await ask(names)).toEqual([both[1]]);
    names.worked('other.example', 6);
    expect(await ask(names)).toEqual([both[1]]);
  });

  test('a look-up that fails is forgotten: the next one asks again', async () => {
    const refused = Object.assign(new Error('no such host'), { code: 'ENOTFOUND' });
    const all = jest
      .fn<() => Promise<LookupAddress[]>>()
      .mockRejectedValueOnce(refused)
      .mockResolvedValueOnce(both);
    const names = new Names({ all, ipv4: never });
    expect(await ask(names)).toBe(refused);
    expect(await ask(names)).toEqual(both);
  });

  test('a host without an address is not found', async () => {
    const names = new Names({ all: () => Promise.resolve([]), ipv4: never });
    expect(await ask(names)).toMatchObject({ code: 'ENOTFOUND' });
  });
});

describe('a resolver that does not answer', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('costs one wait: IPv4 addresses alone are asked for, and a retry does not begin anew', async () => {
    const [all, ipv4] = [jest.fn(never), jest.fn(() => Promise.resolve(['192.0.2.1']))];
    const names = new Names({ all, ipv4 });
    const first = ask(names);
    await jest.advanceTimersByTimeAsync(1499);
    expect(ipv4).not.toHaveBeenCalled();
    const second = ask(names);
    await jest.advanceTimersByTimeAsync(1);
    expect(await Promise.all([first, second])).toEqual([[both[1]], [both[1]]]);
    expect([all, ipv4].map((one) => one.mock.calls.length)).toEqual([1, 1]);
  });

  test('and answers nothing at all ends after 10 seconds, and the error names the host', async () => {
    const names = new Names({ all: never, ipv4: () => Promise.reject(new Error('no')) });
    const asked = ask(names);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(await asked).toMatchObject({
      code: 'ETIMEOUT',
      message: 'the name sts.example was not resolved within 10 s',
    });
  });
});

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cachePathOf, readCache } from '../src/profiles/cache.ts';
import { renew } from '../src/delivery/renew.ts';
import { readRequest } from '../src/request/request.ts';
import { given, surroundings } from '../__tests__/unit/request/given.ts';

/**
 * Renews profiles again and again in one process, and reports what it found. What a renewal leaves behind adds up.
 */

/** What is renewed, and where. */
export interface Orders {
  readonly inputs: Parameters<typeof given>[0];
  readonly environment: Record<string, string>;
  readonly renewals: number;
}

/** The result. */
export interface Renewed {
  readonly outcomes: readonly boolean[];
  /** Megabytes in use, at the beginning and at the end. */
  readonly memory: { readonly first: number; readonly last: number };
  /** Sockets and timers. */
  readonly handles: { readonly before: number; readonly after: number };
  /** Names of files that should not be there. */
  readonly left: readonly string[];
  readonly cached: boolean;
}

const atOnce = 16;

async function run({ inputs, environment, renewals }: Orders): Promise<Renewed> {
  const folder = mkdtempSync(join(tmpdir(), 'soak-'));
  const [{ plan }] = readRequest(given(inputs), surroundings({ environment })).targets;
  const limits = { timeoutSeconds: 30, maxAttempts: 8, propagationWaitSeconds: 0 };
  const path = (index: number): string => join(folder, `plan-${index}.json`);
  for (let index = 0; index < atOnce; index++)
    writeFileSync(path(index), JSON.stringify({ plan, limits }), { mode: 0o600 });
  const before = resources();
  const memory: number[] = [];
  const outcomes: boolean[] = [];
  const one = async (index: number): Promise<void> => {
    while (outcomes.length < renewals) {
      const place = outcomes.push(false) - 1;
      const work = renew(path(index), cachePathOf(path(index)), environment);
      outcomes[place] = await work.then(
        () => true,
        () => false,
      );
      if (place % 50 === 0) memory.push(heap());
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, index) => one(index)));
  const left = readdirSync(folder).filter((name) => !/^plan-\d+(\.cache)?\.json$/.test(name));
  const cached = readCache(cachePathOf(path(0))) !== undefined;
  rmSync(folder, { recursive: true });
  return {
    ...{ outcomes, left, cached },
    memory: { first: Math.min(...memory.slice(0, 5)), last: Math.min(...memory.slice(-5)) },
    handles: { before, after: resources() },
  };
}

/** Megabytes in use, after a garbage collection if the process can start one (--expose-gc). */
function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
}

/** Sockets and timers that keep this process alive. */
const resources = (): number =>
  process.getActiveResourcesInfo().filter((name) => ['Timeout', 'TCPSocketWrap'].includes(name)).length;

process.once('message', (orders: Orders) => {
  void run(orders).then((renewed) => {
    process.send?.(renewed);
    process.disconnect();
  });
});

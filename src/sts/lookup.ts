import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

/**
 * Name resolution for the connections of one process. The system's resolver asks for IPv4 and IPv6 addresses together
 * and waits for both: where a resolver drops AAAA queries, each look-up takes its full time limits, many seconds, and
 * a retry would begin all of them anew. So a look-up is shared by all who ask, retries included, and one that is slow
 * is joined by a query for IPv4 addresses alone.
 */

/** Milliseconds: when a look-up counts as slow, when it is given up, and for one DNS query of the second way. */
const times = { slow: 1500, giveUp: 10_000, query: 2000 } as const;

/** How names are resolved; replaced in tests. */
export interface NameSystem {
  /** All addresses, as the operating system finds them (hosts file, DNS, ...). */
  readonly all: (host: string) => Promise<readonly LookupAddress[]>;
  /** IPv4 addresses alone, from DNS. */
  readonly ipv4: (host: string) => Promise<readonly string[]>;
}

/** Loaded for the first name: an endpoint that is an address needs none. */
const dns = (): typeof import('node:dns') => process.getBuiltinModule('node:dns');

const system: NameSystem = {
  all: (host) =>
    new Promise((resolve, reject) => {
      dns().lookup(host, { all: true }, (error, addresses) => {
        if (error) reject(error);
        else resolve(addresses);
      });
    }),
  ipv4: (host) =>
    new Promise((resolve, reject) => {
      const { Resolver } = dns();
      new Resolver({ timeout: times.query, tries: 2 }).resolve4(host, (error, addresses) => {
        if (error) reject(error);
        else resolve(addresses);
      });
    }),
};

/** The look-ups of one process, and which family of addresses worked. */
export class Names {
  readonly #system: NameSystem;
  readonly #found = new Map<string, Promise<readonly LookupAddress[]>>();
  readonly #working = new Map<string, number>();

  constructor(names: NameSystem = system) {
    this.#system = names;
  }

  /** Later connections to this host use the family (4 or 6) of the first that was made, and waste no attempt. */
  worked(host: string, family: number): void {
    if (!this.#working.has(host)) this.#working.set(host, family);
  }

  /** In the form that Node.js's sockets take (`net.connect`, option `lookup`). */
  readonly lookup: LookupFunction = (host, options, callback) => {
    this.addresses(host).then(
      (all) => {
        const usable = this.#usable(host, all, Number(options.family ?? 0));
        const [first] = usable;
        if (!first) callback(notFound(host), '', 0);
        else if (options.all) callback(null, usable);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => {
        callback(error as NodeJS.ErrnoException, '', 0);
      },
    );
  };

  /**
   * The addresses of a host. A look-up that is under way or has succeeded is shared; one that failed is forgotten.
   * @throws the resolver's error; code ETIMEOUT after 10 seconds
   */
  addresses(host: string): Promise<readonly LookupAddress[]> {
    const known = this.#found.get(host);
    if (known) return known;
    const found = this.#resolve(host);
    this.#found.set(host, found);
    found.catch(() => this.#found.delete(host));
    return found;
  }

  #usable(host: string, all: readonly LookupAddress[], family: number): LookupAddress[] {
    const wanted = all.filter((one) => family === 0 || one.family === family);
    const working = wanted.filter((one) => one.family === this.#working.get(host));
    return working.length > 0 ? working : wanted;
  }

  #resolve(host: string): Promise<readonly LookupAddress[]> {
    return new Promise((resolve, reject) => {
      const slow = setTimeout(() => {
        this.#system.ipv4(host).then(
          (addresses) => {
            if (addresses.length > 0) resolve(addresses.map((address) => ({ address, family: 4 })));
          },
          // The first way is still under way, and its answer counts.
          () => undefined,
        );
      }, times.slow);
      const end = setTimeout(() => {
        reject(tooSlow(host));
      }, times.giveUp);
      this.#system
        .all(host)
        .then(resolve, reject)
        .finally(() => {
          clearTimeout(slow);
          clearTimeout(end);
        });
    });
  }
}

const notFound = (host: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND', hostname: host });

/** ETIMEOUT is the resolver's own code (Node.js documentation, "dns", error codes). */
const tooSlow = (host: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`the name ${host} was not resolved within ${times.giveUp / 1000} s`), {
    code: 'ETIMEOUT',
    hostname: host,
  });

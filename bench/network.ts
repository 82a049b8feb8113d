import type { Contender } from './job.ts';
import { inTurn, median, table, type Series } from './rounds.ts';
import { bare, job, ourInputs, peerInputs, total } from './scenarios.ts';
import { answerMs, type Addresses } from './server.ts';

/**
 * The step over TLS and a network, as for users. Beside each figure is the floor: Node.js alone, plus the round trips
 * and server times that every order of requests needs.
 */

/** Milliseconds of a round trip: the same region, the same continent, across an ocean. */
export const roundTrips = [2, 20, 80] as const;

/** Requests to STS at once, for the floor of many accounts. */
const atOnce = 64;
const accounts = 200;

const { token, sts } = answerMs;

/**
 * The floor, in milliseconds. Opening a connection takes two round trips (TCP, TLS 1.3), and each request one more;
 * the connection to STS is opened while the token is on its way.
 */
const floors: Readonly<Record<string, (rtt: number, node: number) => number>> = {
  'one hop': (rtt, node) => node + 3 * rtt + token + (rtt + sts),
  'hub, spoke and post': (rtt, node) => 2 * node + 3 * rtt + token + 2 * (rtt + sts) + (3 * rtt + sts),
  '200 accounts': (rtt, node) =>
    node + 3 * rtt + token + (rtt + sts) + Math.ceil(accounts / atOnce) * (rtt + sts),
};

function round(us: Contender, peer: Contender | undefined, where: Addresses): Record<string, number> {
  const ms = (ran: ReturnType<typeof job>): number => ran[0]?.step.milliseconds ?? NaN;
  const hops = (count: number): ReturnType<typeof job> => job(us, where, [ourInputs.hops(count)]);
  return {
    node: bare().milliseconds,
    'one hop': ms(hops(1)),
    'hub, spoke and post': total(hops(2)),
    '200 accounts': ms(job(us, where, [{ ...ourInputs.accounts(accounts), 'verify-identity': 'false' }])),
    ...(peer && { PEER: total(job(peer, where, [peerInputs.hub, peerInputs.spoke])) }),
  };
}

/** One table for all round trips. @param serverWith starts the servers behind a link */
export async function networkTable(
  us: Contender,
  peer: Contender | undefined,
  rounds: number,
  serverWith: (rttMs: number) => Promise<{ where: Addresses; stop: () => void }>,
): Promise<string> {
  const rows: string[][] = [];
  for (const rtt of roundTrips) {
    const server = await serverWith(rtt);
    try {
      rows.push(
        ...rowsOf(
          rtt,
          inTurn(rounds, () => round(us, peer, server.where)),
        ),
      );
    } finally {
      server.stop();
    }
  }
  return table(['over TLS, median', 'RTT, ms', 'ms', 'floor, ms', '× floor'], rows);
}

function rowsOf(rtt: number, series: Series): string[][] {
  const node = median(series['node'] ?? []);
  const rows = Object.entries(floors).map(([name, floorOf]) => {
    const [figure, floor] = [median(series[name] ?? []), floorOf(rtt, node)];
    return [name, String(rtt), figure.toFixed(0), floor.toFixed(0), (figure / floor).toFixed(2)];
  });
  const peer = series['PEER'];
  if (!peer) return rows;
  const beside = median(series['hub, spoke and post'] ?? []) / median(peer);
  return [
    ...rows,
    [
      'PEER: hub, spoke and posts',
      String(rtt),
      median(peer).toFixed(0),
      '',
      `ours is ${beside.toFixed(2)} of it`,
    ],
  ];
}

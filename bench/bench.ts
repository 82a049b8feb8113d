import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { contender, type Contender, type Timed } from './job.ts';
import { networkTable } from './network.ts';
import { inTurn, median, table, type Series } from './rounds.ts';
import { scaleTable } from './scale.ts';
import { bare, cachedExec, cachedProcess, job, ourInputs, peerInputs, total } from './scenarios.ts';
import type { Addresses } from './server.ts';

/**
 * Times whole processes against a local AWS, in turn with Node.js alone, and prints tables. Environment: PEER, the path
 * of another action's dist/index.js, whose inputs are those of aws-actions/configure-aws-credentials; ROUNDS (15).
 * With the argument `--write` the tables go into docs/performance.md too.
 */

const root = join(import.meta.dirname, '..');
const rounds = Number(process.env['ROUNDS'] ?? 15);
const peerPath = process.env['PEER'];
/** Milliseconds before each answer, for what grows by requests. */
const latency = 100;

async function serverWith(...settings: readonly number[]): Promise<{ where: Addresses; stop: () => void }> {
  const child = fork(join(import.meta.dirname, 'server.ts'), settings.map(String));
  const [where] = (await once(child, 'message')) as [Addresses];
  return { where, stop: () => child.kill() };
}

/** The goal of each, as a ratio to Node.js alone. */
const goals: Readonly<Record<string, string>> = {
  'one hop from OIDC, the step': '3.0',
  'its post, without a check': '1.6',
  'its post, with GetCallerIdentity': '2.6',
  'hub and spoke, steps and posts': '5.3',
  'cached `credential_process`': '1.4',
  'cached `assume-role-chain exec`': '1.4',
};

/** Milliseconds; none for a scenario that did not run. */
const ms = (ran: Timed | undefined): number => ran?.milliseconds ?? NaN;

function ratios(us: Contender, peer: Contender | undefined, where: Addresses): Series {
  return inTurn(rounds, () => {
    const [hop] = job(us, where, [ourInputs.hops(1)]);
    const [unchecked] = job(us, where, [{ ...ourInputs.hops(1), 'verify-identity': 'false' }]);
    return {
      'node -e 0': ms(bare()),
      'one hop from OIDC, the step': ms(hop?.step),
      'its post, without a check': ms(unchecked?.post),
      'its post, with GetCallerIdentity': ms(hop?.post),
      'hub and spoke, steps and posts': total(job(us, where, [ourInputs.hops(2)])),
      'cached `credential_process`': ms(cachedProcess(us, where)),
      'cached `assume-role-chain exec`': ms(cachedExec(us, where)),
      ...(peer && peerRound(peer, where)),
    };
  });
}

function peerRound(peer: Contender, where: Addresses): Record<string, number> {
  const [hub] = job(peer, where, [peerInputs.hub]);
  return {
    'PEER: one hop from OIDC, the step': ms(hub?.step),
    'PEER: its post': ms(hub?.post),
    'PEER: hub and spoke, steps and posts': total(job(peer, where, [peerInputs.hub, peerInputs.spoke])),
  };
}

function ratioTable(series: Series): string {
  const base = median(series['node -e 0'] ?? []);
  const rows = Object.entries(series).map(([name, figures]) => [
    name,
    median(figures).toFixed(1),
    (median(figures) / base).toFixed(2),
    goals[name] ?? '',
  ]);
  return table(['whole process, median', 'ms', '× bare node', 'to reach'], rows);
}

/** How the time grows, and the milliseconds that the requests, one after another, wait. */
function growthTable(us: Contender, where: Addresses): string {
  const hops = [1, 2, 4, 8];
  const accounts = [1, 10, 50, 200];
  const series = inTurn(
    Math.min(rounds, 5),
    () =>
      Object.fromEntries([
        ...hops.map((count) => [`hops: ${count}`, ms(job(us, where, [ourInputs.hops(count)])[0]?.step)]),
        ...accounts.map((count) => [
          `accounts: ${count}`,
          ms(job(us, where, [ourInputs.accounts(count)])[0]?.step),
        ]),
      ]) as Record<string, number>,
  );
  // One request for the hub, then all accounts, 64 at a time.
  const waits = [...hops, ...accounts.map((count) => 1 + Math.ceil(count / 64))].map((one) => one * latency);
  const rows = Object.entries(series).map(([name, figures], index) => [
    name,
    median(figures).toFixed(0),
    String(waits[index]),
    (median(figures) - (waits[index] ?? 0)).toFixed(0),
  ]);
  return table([`the step, ${latency} ms a request`, 'ms', 'of which waiting', 'the rest'], rows);
}

function memoryTable(us: Contender, peer: Contender | undefined, where: Addresses): string {
  const peaks = { node: [], step: [], post: [], cached: [], peer: [] } as Record<
    string,
    (number | undefined)[]
  >;
  for (let count = 0; count < Math.min(rounds, 7); count++) {
    const [ran] = job(us, where, [ourInputs.hops(2)], true);
    peaks['node']?.push(bare(true).peak);
    peaks['step']?.push(ran?.step.peak);
    peaks['post']?.push(ran?.post?.peak);
    peaks['cached']?.push(cachedProcess(us, where, true).peak);
    if (peer) peaks['peer']?.push(job(peer, where, [peerInputs.hub], true)[0]?.step.peak);
  }
  const peak = (name: string): string => median((peaks[name] ?? []).map((one) => one ?? NaN)).toFixed(1);
  return table(
    ['peak memory, median', 'MB', 'to reach'],
    [
      ['node -e 0', peak('node'), ''],
      ['the step, two hops', peak('step'), '62'],
      ['its post', peak('post'), ''],
      ['cached `credential_process`', peak('cached'), ''],
      ...(peer ? [['PEER: the step, one hop', peak('peer'), '']] : []),
    ],
  );
}

/** What a runner downloads: the commit's files, compressed. Undefined outside a clone. */
function downloadTable(): string {
  const { stdout } = spawnSync('sh', ['-c', 'git archive HEAD | gzip -9 | wc -c'], {
    cwd: root,
    encoding: 'utf8',
  });
  return table(
    ['what a runner downloads', 'MB', 'to reach'],
    [['`git archive HEAD`, gzip', (Number(stdout) / 1e6).toFixed(2), '0.6']],
  );
}

async function bench(): Promise<string> {
  const us = contender('this action', join(root, 'dist', 'main.js'));
  const peer = peerPath === undefined ? undefined : contender('PEER', peerPath);
  const [near, far] = await Promise.all([serverWith(0), serverWith(latency)]);
  try {
    const [cpu] = cpus();
    const machine = `${new Date().toISOString().slice(0, 10)}, Node.js ${process.version}, ${process.platform}-${process.arch}, ${cpus().length} × ${cpu?.model ?? 'a processor'}, medians of ${rounds} rounds.`;
    return [
      machine,
      ratioTable(ratios(us, peer, near.where)),
      memoryTable(us, peer, near.where),
      growthTable(us, far.where),
      scaleTable(us, far.where, latency),
      await networkTable(us, peer, Math.min(rounds, 7), (rtt) => serverWith(0, rtt)),
      downloadTable(),
    ].join('\n\n');
  } finally {
    near.stop();
    far.stop();
  }
}

if (!(Number.isInteger(rounds) && rounds > 0)) throw new RangeError('ROUNDS is a whole number, 1 or more');
const report = await bench();
console.log(report);
if (process.argv.includes('--write')) {
  const page = join(root, 'docs', 'performance.md');
  const [begin, end] = ['<!-- results -->', '<!-- /results -->'];
  const text = readFileSync(page, 'utf8');
  const [before = '', rest = ''] = text.split(begin);
  const whole = `${before}${begin}\n\n${report}\n\n${end}${rest.split(end)[1] ?? ''}`;
  writeFileSync(page, await format(whole, { ...(await resolveConfig(page)), parser: 'markdown' }));
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RecordedRequest } from '../../local/aws/server.ts';
import type { RunResult } from '../../local/runner/result.ts';
import type { StepSpec } from '../../local/runner/workflow.ts';
import { where } from '../installed.ts';
import { assume, postOf, shown, stepOf, workflow } from '../workflows.ts';
import { customer, profileWays, startSurroundings, withoutBlankRole, type Surroundings } from './shared.ts';
import { allTools, type Tool } from './tools.ts';

/**
 * Every tool that can use a profile, again and again while sessions of a few seconds expire, on a runner with three
 * identities of its own. Some tools run at once, so that they also wait for each other's renewals.
 */

const tools = allTools().filter(({ usesProfiles }) => usesProfiles);
const present = tools.filter(({ installed }) => installed);
/** Seconds. A session is renewed at half its lifetime, and a slow call must still end in time. */
const sessionSeconds = 6;
/** Sets of keys that a tool must have used: two renewals in one process, or one between two processes. */
const fewest = ({ isLibrary }: Tool): number => (isLibrary ? 3 : 2);
/** Seconds until a step is stopped if a tool does not get that far. */
const longest = 120;

/**
 * Groups of tools that run at once. With accounts, which differ only in the environment, only the tools that renew in
 * one process.
 */
const inTurn = [0, 1, 2].map((group) => present.filter((_, index) => index % 3 === group));
const ways = profileWays.map((way) => ({
  ...way,
  groups: way.name === 'accounts' ? [present.filter(({ isLibrary }) => isLibrary)] : inTurn,
}));

/** A step in which tools run side by side, each until the file STOP_FILE exists. */
function sideBySide(group: readonly Tool[], stopFile: string): { script: string; env: StepSpec['env'] } {
  const loops = Object.fromEntries(
    group.map(({ name, loop }, index) => [`LOOP_${index}`, withoutBlankRole(name, loop)]),
  );
  const start = Object.keys(loops).map(
    (name, index) =>
      `(mkdir ${name}; cd ${name}; exec bash -e -c "$${name}" > /dev/null 2> ../stderr-${index}) & pids+=($!)`,
  );
  const script = [
    'mkdir "$GROUP"; cd "$GROUP"; pids=()',
    ...start,
    'for pid in "${pids[@]}"; do wait "$pid" || { cat stderr-* >&2; exit 1; }; done',
  ].join('\n');
  return { script, env: { ...loops, STOP_FILE: stopFile, GROUP: group.map(({ name }) => name).join('-') } };
}

describe.each(ways)('by $name', ({ groups, inputs, step }) => {
  const folder = mkdtempSync(join(tmpdir(), 'renewals-'));
  let surroundings: Surroundings;
  let result: RunResult;

  const requestsOf = ({ userAgent }: Tool): RecordedRequest[] =>
    surroundings.local.aws.requests.filter((request) => userAgent.test(request.userAgent));
  const keysOf = (tool: Tool): number => new Set(requestsOf(tool).map(({ accessKeyId }) => accessKeyId)).size;

  /** Ends each group's step once all of its tools have used enough sets of keys. */
  function stopInTime(running: { group: number; since: number }): void {
    const group = groups[running.group];
    if (!group) return;
    const late = Date.now() - running.since > longest * 1000;
    if (late || group.every((tool) => keysOf(tool) >= fewest(tool)))
      writeFileSync(join(folder, String(running.group)), '');
  }

  beforeAll(async () => {
    surroundings = await startSurroundings(sessionSeconds);
    const { local, machineEnv } = surroundings;
    const running = { group: -1, since: 0 };
    const timer = setInterval(() => {
      stopInTime(running);
    }, 200);
    result = await local.run({
      workflow: workflow(
        assume(inputs),
        ...groups.map((group, index) => {
          const { script, env } = sideBySide(group, join(folder, String(index)));
          const more = step(script);
          return {
            ...{ name: `group ${index}`, 'continue-on-error': true },
            ...more,
            env: { ...env, ...more.env },
          };
        }),
      ),
      machineEnv,
      onStep: (name) => {
        if (name.startsWith('group'))
          Object.assign(running, { group: Number(name.split(' ')[1]), since: Date.now() });
      },
    });
    clearInterval(timer);
  }, 420_000);
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await surroundings.close();
  });

  test('no call failed', () => {
    const steps = groups.map((_, index) => stepOf(result, 1 + index));
    expect(steps.map(({ outcome, stderr }) => [outcome, stderr])).toEqual(groups.map(() => ['success', '']));
  });

  const absent = tools.filter(({ installed }) => !installed);
  for (const tool of [...groups.flat(), ...absent]) {
    where(tool.installed, tool.name)(`${tool.name} uses new keys, always of the customer's role`, () => {
      expect(keysOf(tool)).toBeGreaterThanOrEqual(fewest(tool));
      const asked = requestsOf(tool);
      expect([...new Set(asked.map(({ callerArn }) => callerArn))]).toEqual([customer]);
      expect(asked.filter(({ status }) => status >= 400 && status !== 404)).toEqual([]);
    });
  }

  test('no identity of the runner was used, nothing leaked, and the post step counts the renewals', () => {
    expect(surroundings.runner.used()).toEqual([]);
    expect([result.conclusion, result.leaks]).toEqual(['success', []]);
    expect(shown(postOf(result))).toMatch(/customer: renewed \d+ times, last at \d\d:\d\d UTC\./);
  });
});

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { FaultEffect } from '../local/aws/faults.ts';
import { startLocalServices, type LocalServices } from '../local/services.ts';
import type { Orders, Renewed } from './renewals.ts';
import { chain, assume, workflow } from '../__tests__/workflows.ts';

/**
 * Hundreds of steps and thousands of renewals against an AWS that gives a wrong answer to every fifth request: `npm
 * run soak`. STEPS (300) and RENEWALS (3000) may be set. Fails if secrets leak, if files, handles or memory are left
 * behind, or if more requests fail than their retries make likely.
 */
const steps = Number(process.env['STEPS'] ?? 300);
const renewals = Number(process.env['RENEWALS'] ?? 3000);
const share = 0.2;
const faults: FaultEffect[] = [
  { kind: 'throttle' },
  { kind: 'internal-error' },
  { kind: 'unavailable' },
  { kind: 'reset' },
  { kind: 'html', status: 502 },
  { kind: 'delay', ms: 50 },
];
const problems: string[] = [];
const check = (holds: boolean, what: string): void => {
  if (!holds) problems.push(what);
};

async function runSteps(local: LocalServices): Promise<void> {
  const limit = pLimit(4);
  const outcomes = await Promise.all(
    Array.from({ length: steps }, () =>
      limit(async () => {
        const result = await local.run({ workflow: workflow(assume({ ...chain, 'max-attempts': '8' })) });
        for (const { secret, where } of result.leaks) problems.push(`${secret} leaked: ${where}`);
        const left = result.posts.at(-1)?.files ?? [];
        check(left.length === 0, `files are left: ${left.map(({ path }) => path).join(', ')}`);
        result.cleanUp();
        return result.conclusion === 'success';
      }),
    ),
  );
  report('steps', outcomes, local);
}

async function runRenewals(local: LocalServices): Promise<void> {
  const { requestUrl, requestToken } = local.github;
  const environment = {
    ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
  };
  const inputs = { ...chain, 'sts-endpoint': local.aws.url };
  const child = fork(join(import.meta.dirname, 'renewals.ts'), { execArgv: ['--expose-gc'] });
  child.send({ inputs, environment, renewals } satisfies Orders);
  const [renewed] = (await once(child, 'message')) as [Renewed];
  const { outcomes, memory, handles, left, cached } = renewed;
  report('renewals', outcomes, local);
  check(left.length === 0, `files are left: ${left.join(', ')}`);
  check(cached, 'the last renewal is not in its cache');
  check(handles.after <= handles.before, `handles are left: ${JSON.stringify(handles)}`);
  const [first, last] = [memory.first.toFixed(1), memory.last.toFixed(1)];
  console.log(`memory of the process that renews: ${first} MB early, ${last} MB late`);
  // It remembers every secret, to redact it: about 2 kB per renewal.
  check(memory.last - memory.first < 5 + (renewals * 4) / 1000, `memory grew from ${first} to ${last} MB`);
}

function report(what: string, outcomes: readonly boolean[], { aws }: LocalServices): void {
  const good = outcomes.filter(Boolean).length;
  const asked = aws.requests.length;
  const wrong = aws.requests.filter(({ status }) => status !== 200).length;
  console.log(
    `${what}: ${good} of ${outcomes.length} succeeded; ${asked} requests so far, ${wrong} answered wrongly and tried again`,
  );
  // Eight tries of which each fails one time in five: less than three in a million requests fail for good.
  check(good >= outcomes.length - 1, `${outcomes.length - good} ${what} failed`);
}

const local = await startLocalServices({ randomFaults: { share, faults } });
try {
  await runSteps(local);
  await runRenewals(local);
} finally {
  await local.close();
}
for (const problem of new Set(problems)) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log('Nothing leaked, and nothing is left.');

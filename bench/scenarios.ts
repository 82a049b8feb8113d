import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BenchJob, timed, type Contender, type Timed } from './job.ts';
import type { Addresses } from './server.ts';
import { hopArn, spokeArn, unitOf } from './accounts.ts';

/** What is timed: whole processes, as a runner or an AWS client starts them. */

/** Inputs of one step. */
type Inputs = Readonly<Record<string, string>>;

/** One step with its post. */
export interface Ran {
  readonly step: Timed;
  readonly post: Timed | undefined;
}

const region = 'eu-west-1';

/** Our steps. */
export const ourInputs = {
  hops: (count: number): Inputs => ({
    region,
    'role-arn': Array.from({ length: count }, (_, index) => hopArn(index + 1)).join('\n'),
  }),
  accounts: (count: number): Inputs => ({
    region,
    'role-arn': hopArn(1),
    accounts: Array.from({ length: count }, (_, index) => `a${index + 1}: ${spokeArn(index + 1)}`).join('\n'),
  }),
  organization: (size: number): Inputs => ({
    region,
    'role-arn': hopArn(1),
    organization: `under: ${unitOf(size)}`,
    'account-role': 'spoke',
  }),
};

/** The same for an action with the inputs of aws-actions/configure-aws-credentials: one role a step. */
export const peerInputs = {
  hub: { 'aws-region': region, 'role-to-assume': hopArn(1) },
  spoke: { 'aws-region': region, 'role-to-assume': hopArn(2), 'role-chaining': 'true' },
};

/** A job of these steps, then their posts, the last step's first. */
export function job(who: Contender, where: Addresses, steps: readonly Inputs[], memory = false): Ran[] {
  const run = new BenchJob(who, where, memory);
  try {
    const ran = steps.map((inputs) => run.step(inputs));
    const posts = run.posts().reverse();
    return ran.map((step, index) => ({ step, post: posts[index] }));
  } finally {
    run.end();
  }
}

/** All of a job's time. */
export const total = (ran: readonly Ran[]): number =>
  ran.reduce((sum, { step, post }) => sum + step.milliseconds + (post?.milliseconds ?? 0), 0);

/** `assume-role-chain exec -- true`, with credentials that are fresh. */
export function cachedExec(us: Contender, where: Addresses): Timed {
  const run = new BenchJob(us, where);
  try {
    run.step({ ...ourInputs.hops(2), profile: 'bench', 'verify-identity': 'false' });
    const command = join(dirname(run.env['AWS_CONFIG_FILE'] ?? ''), 'bin', 'assume-role-chain');
    return timed(['exec', '--', 'true'], run.env, false, command);
  } finally {
    run.posts();
  }
}

/** What an AWS client runs for a profile, with credentials that are fresh. */
export function cachedProcess(us: Contender, where: Addresses, memory = false): Timed {
  const run = new BenchJob(us, where, memory);
  try {
    run.step({ ...ourInputs.hops(2), profile: 'bench', 'verify-identity': 'false' });
    const config = readFileSync(run.env['AWS_CONFIG_FILE'] ?? '', 'utf8');
    const line = /^credential_process *= *(.*)$/m.exec(config)?.[1] ?? '';
    // No path here has a space or a quote.
    const [program, ...args] = line.replaceAll(/["']/g, '').split(' ');
    // What asks for the memory is an option of Node.js, which may come after other words.
    const own = args.slice(args.indexOf(process.execPath) + 1);
    return memory ? timed(own, run.env, memory) : timed(args, run.env, memory, program);
  } finally {
    run.posts();
  }
}

/** Node.js alone. */
export const bare = (memory = false): Timed => timed(['-e', '0'], {}, memory);

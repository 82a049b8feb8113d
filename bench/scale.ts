import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { BenchJob, type Contender } from './job.ts';
import { table } from './rounds.ts';
import { ourInputs } from './scenarios.ts';
import type { Addresses } from './server.ts';
import { organizationSizes } from './accounts.ts';

/** How long many accounts take: the step itself, and each AWS client that reads the profiles afterwards. */

const counts = [1, 50, 200, 1000, 2200];

/** Prints the milliseconds that botocore, which the AWS CLI and boto3 share, takes to read the config file. */
const readsConfig = `
import time, botocore.configloader, os
began = time.perf_counter()
botocore.configloader.load_config(os.environ['AWS_CONFIG_FILE'])
print((time.perf_counter() - began) * 1000)`;

/**
 * One row for each number of accounts, from a list, then from the organization. `?` where Python or botocore is not
 * installed.
 */
export function scaleTable(us: Contender, where: Addresses, latency: number): string {
  const scenarios = [
    ...counts.map((count) => [String(count), ourInputs.accounts(count)] as const),
    ...organizationSizes.map(
      (size) => [`${size}, from the organization`, ourInputs.organization(size)] as const,
    ),
  ];
  const rows = scenarios.map(([name, inputs]) => {
    const run = new BenchJob(us, where, true);
    try {
      const step = run.step({ ...inputs, 'verify-identity': 'false' });
      const config = run.env['AWS_CONFIG_FILE'] ?? '';
      const size = readFileSync(config).length / 1000;
      const { stdout } = spawnSync('python3', ['-c', readsConfig], { env: run.env, encoding: 'utf8' });
      const read = Number.parseFloat(stdout);
      return [
        name,
        (step.milliseconds / 1000).toFixed(1),
        (step.peak ?? NaN).toFixed(0),
        size.toFixed(0),
        Number.isNaN(read) ? '?' : read.toFixed(0),
      ];
    } finally {
      run.posts();
    }
  });
  return table(
    [`accounts, ${latency} ms a request`, 'seconds', 'peak MB', 'config, kB', 'ms for botocore to read it'],
    rows,
  );
}

import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startLocalServices, type LocalServices } from '../../local/services.ts';
import { assume, chain, postOf, shown, stepOf, workflow } from '../workflows.ts';

/** Signals that end a renewal, as `timeout` and Ctrl+C send them, or come while the post step works. */

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

const step = assume({ ...chain, profile: 'customer' }, { name: 'customer' });
const machineEnv = { NODE_OPTIONS: `--require "${join(import.meta.dirname, 'bin', 'signal-itself.cjs')}"` };
const env = { NODE: process.execPath, SIGNAL_AT_REQUEST: 'Action=AssumeRole&' };
/** Time to renew, though the credentials are valid for ten more minutes. */
const age = `"$NODE" -e '
const fs = require("node:fs");
const [path] = process.argv.slice(1);
const expires = Date.now() + 600_000;
fs.writeFileSync(path, JSON.stringify({ ...JSON.parse(fs.readFileSync(path)), expires, obtained: expires - 3_600_000 }));
' "$RUNNER_TEMP"/assume-role-chain/*/plan-0.cache.json`;
const hang = (name: string): void => {
  if (name === 'use') local.aws.injectFault({ kind: 'hang', phase: 'body', action: 'AssumeRole' });
};

test('a renewal that a signal ends is no failed renewal: the next one begins at once', async () => {
  const run = `${age}
cmd=$(sed -n 's/^credential_process = //p' "$AWS_CONFIG_FILE")
sh -c "$cmd" || echo "exit $?"
SIGNAL_AT_REQUEST= sh -c "$cmd" > /dev/null && echo renewed`;
  const result = await local.run({
    workflow: workflow(step, { name: 'use', run, env }),
    machineEnv,
    onStep: hang,
  });
  const { stdout, stderr, summary } = stepOf(result, 1);
  expect(stdout).toBe('exit 1\nrenewed\n');
  expect(stderr).toMatch(
    /^assume-role-chain: Cancelled by SIGTERM while waiting for AssumeRole of arn:\S+ \(hop 2 of 2\)\n$/,
  );
  expect(summary).toBe('');
  expect(result.conclusion).toBe('success');
  expect(postOf(result).annotations).toEqual([]);
  expect(shown(postOf(result))).toContain('customer: renewed once');
  expect(shown(postOf(result))).toContain("Verified: the job's credentials belong to");
  expect(result.leaks).toEqual([]);
});

test.each([
  ['exec -- echo ran', 'SIGINT', 130],
  ['env', 'SIGTERM', 143],
  ['each -- echo ran', 'SIGTERM', 143],
])('a signal while %s renews: nothing runs, and the exit code says which', async (call, SIGNAL, code) => {
  const result = await local.run({
    workflow: workflow(step, {
      name: 'use',
      run: `${age}
assume-role-chain ${call} || echo "exit $?"
SIGNAL_AT_REQUEST= assume-role-chain exec -- echo renewed`,
      env: { ...env, SIGNAL },
    }),
    machineEnv,
    onStep: hang,
  });
  const { stdout, stderr, summary } = stepOf(result, 1);
  expect(stdout).toMatch(new RegExp(`exit ${code}\\nrenewed\\n$`));
  expect(stdout).not.toMatch(/^ran$|ASIA/m);
  expect(`${stdout}${stderr}${summary}`).not.toContain('no credentials');
  expect(postOf(result).annotations).toEqual([]);
  expect(shown(postOf(result))).toContain('customer: renewed once');
});

test.each([
  ['keys', assume(chain)],
  ['a profile', step],
])('a signal during the export of %s: the step says that it came late', async (_, given) => {
  const result = await local.run({
    workflow: workflow(given),
    machineEnv: { ...machineEnv, SIGNAL_AT_EXPORT: 'main.js', SIGNAL: 'SIGINT' },
  });
  expect(stepOf(result, 0).exitCode).toBe(0);
  expect(shown(stepOf(result, 0))).toContain('The step was cancelled after it had exported everything.');
  expect(postOf(result).files).toEqual([]);
  expect(result.leaks).toEqual([]);
});

test.each([
  ['keys', 'verifies', { SIGNAL_AT_REQUEST: 'Action=GetCallerIdentity&' }],
  ['a profile', 'verifies', { SIGNAL_AT_REQUEST: 'Action=GetCallerIdentity&' }],
  ['keys', 'destroys', { SIGNAL_AT_UNLINK: 'post.js' }],
  ['a profile', 'destroys', { SIGNAL_AT_UNLINK: 'post.js' }],
])('with %s, the runner cancels the post step while it %s: the rest is done', async (kind, phase, at) => {
  if (phase === 'verifies')
    local.aws.injectFault({ kind: 'hang', phase: 'body', action: 'GetCallerIdentity', times: Infinity });
  const result = await local.run({
    workflow: workflow(kind === 'keys' ? assume(chain) : step),
    machineEnv: { ...machineEnv, ...at, SIGNAL: 'SIGINT,SIGTERM' },
  });
  const post = postOf(result);
  const name = kind === 'keys' ? 'AWS_SECRET_ACCESS_KEY' : 'AWS_CONFIG_FILE';
  expect(post.exitCode).toBe(0);
  expect(post.files).toEqual([]);
  expect(result.env[name]).toBe('');
  expect(shown(post)).toContain(
    phase === 'verifies'
      ? 'could not be verified: Cancelled by SIGINT while waiting for GetCallerIdentity'
      : "Verified: the job's credentials belong to",
  );
  expect(result.leaks).toEqual([]);
});

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startLocalServices, type LocalServices } from '../../local/services.ts';
import { assume, chain, postOf, shown, stepOf, waitUntil, workflow } from '../workflows.ts';

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices({ sessionSeconds: 3 });
});
afterEach(async () => {
  await local.close();
});

const step = assume({ ...chain, profile: 'customer', 'max-attempts': '1' }, { id: 'aws', name: 'customer' });
/** Runs the profile's process as an AWS client does, once its first credentials have expired. */
const use = (script: string) => ({
  name: 'use',
  run: `cmd=$(sed -n '/profile customer\\]/,/region/s/^credential_process = //p' "$AWS_CONFIG_FILE")
${waitUntil()}
${script}`,
  env: { UNTIL: '${{ steps.aws.outputs.expiration }}' },
});

test('a renewal that fails is explained in the summary of its step, and in one annotation of the post step', async () => {
  const result = await local.run({
    workflow: workflow(step, use('sh -c "$cmd" > /dev/null || sh -c "$cmd" > /dev/null || true')),
    onLine: (line) => {
      if (line.startsWith('Profile customer renews'))
        local.aws.injectFault({ kind: 'unavailable', action: 'AssumeRole', times: Infinity });
    },
  });
  const summary = stepOf(result, 1).summary;
  expect(summary).toContain('Renewing profile customer failed.');
  expect(summary.match(/^### /gm)).toHaveLength(1);
  expect(stepOf(result, 1).annotations).toEqual([]);
  const post = postOf(result);
  expect(post.annotations).toHaveLength(1);
  expect(post.annotations[0]?.message).toMatch(
    /^Renewing profile customer failed at \d\d:\d\d UTC: AWS clients got no credentials\. [^]*HTTP 503/,
  );
  expect(post.summary).toContain('Renewing profile customer failed at');
  expect(shown(post)).not.toContain('Verified');
  expect(post.files).toEqual([]);
  expect(result.leaks).toEqual([]);
});

test('renewals are counted', async () => {
  const result = await local.run({ workflow: workflow(step, use('sh -c "$cmd" > /dev/null')) });
  expect(result.conclusion).toBe('success');
  expect(shown(postOf(result))).toMatch(/customer: renewed once, last at \d\d:\d\d UTC\./);
  expect(postOf(result).annotations).toEqual([]);
});

test('a process that cannot renew is reported while it still works', async () => {
  await local.close();
  local = await startLocalServices();
  const result = await local.run({
    workflow: workflow(step, {
      name: 'use',
      run: `cmd=$(sed -n '/profile customer\\]/,/region/s/^credential_process = //p' "$AWS_CONFIG_FILE")
env -u ACTIONS_ID_TOKEN_REQUEST_URL sh -c "$cmd" > /dev/null`,
    }),
  });
  expect(result.conclusion).toBe('success');
  expect(postOf(result).annotations.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^At \d\d:\d\d UTC a process without ACTIONS_ID_TOKEN_REQUEST_URL/),
  ]);
});

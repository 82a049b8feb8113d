import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startLocalServices, type LocalServices } from '../../local/services.ts';
import { chain, assume, postOf, shown, stepOf, workflow } from '../workflows.ts';

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

const assumed = (): number =>
  local.aws.requests.filter(({ action }) => action.startsWith('AssumeRole')).length;
const again = (more: Record<string, string>): ReturnType<typeof assume> =>
  assume({ ...chain, ...more }, { name: 'again' });

test('credentials that are valid long enough are used again: the same outputs, no role assumed', async () => {
  const result = await local.run({
    workflow: workflow(assume(chain), again({ 'min-remaining-seconds': '600' })),
  });
  expect(result.conclusion).toBe('success');
  expect(assumed()).toBe(2);
  expect(stepOf(result, 1).outputs).toEqual(stepOf(result, 0).outputs);
  expect(stepOf(result, 1).exported).toEqual({ AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1' });
  expect(shown(stepOf(result, 1))).toMatch(
    /Reusing the credentials of an earlier step: arn:\S+, valid until \S+ \(60 min\)\./,
  );
  expect(shown(postOf(result, 1))).toContain('Verified');
  expect(result.leaks).toEqual([]);
});

test('with output-credentials the reused credentials are the outputs', async () => {
  const result = await local.run({
    workflow: workflow(
      assume(chain),
      again({ 'min-remaining-seconds': '600', 'output-credentials': 'true' }),
    ),
  });
  expect(stepOf(result, 1).outputs['secret-access-key']).toBe(local.aws.issued.at(-1)?.secretAccessKey);
});

test.each<[string, Record<string, string>]>([
  ['they hold for less', { 'min-remaining-seconds': '3601' }],
  ['the default asks for none', {}],
  ['the session has another name', { 'min-remaining-seconds': '60', 'session-name': 'another' }],
  ['the tags are others', { 'min-remaining-seconds': '60', 'session-tags': 'a=b' }],
  [
    'the policy is another',
    { 'min-remaining-seconds': '60', 'session-policy-arns': 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
  ],
])('they are renewed where %s', async (_, more) => {
  const result = await local.run({ workflow: workflow(assume(chain), again(more)) });
  expect(result.conclusion).toBe('success');
  expect(assumed()).toBe(4);
});

test('they are renewed where another step has put its own keys in their place', async () => {
  const own = {
    name: 'own',
    run: 'echo "AWS_SECRET_ACCESS_KEY=somebody-elses-secret-key-0000000000000000" >> "$GITHUB_ENV"',
  };
  await local.run({ workflow: workflow(assume(chain), own, again({ 'min-remaining-seconds': '60' })) });
  expect(assumed()).toBe(4);
});

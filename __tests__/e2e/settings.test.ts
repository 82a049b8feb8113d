import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startLocalServices, defaultAccounts, user, type LocalServices } from '../../local/services.ts';
import { chain, assume, shown, stepOf, workflow } from '../workflows.ts';

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

const keys = { 'access-key-id': user.accessKeyId, 'secret-access-key': user.secretAccessKey };
const hops = (): Record<string, string>[] =>
  local.aws.requests
    .filter(({ action }) => action.startsWith('AssumeRole'))
    .map(({ params }) => ({ ...params }));

test('transitive tags and the source identity go with the first AssumeRole, other tags with the last', async () => {
  const result = await local.run({
    workflow: workflow(
      assume({
        ...chain,
        ...keys,
        'session-tags': 'Project=shop\nTicket=OPS-7\nEmpty=',
        'transitive-tag-keys': 'project',
        'source-identity': 'fred',
      }),
    ),
  });
  expect(result.conclusion).toBe('success');
  const [first, last] = hops();
  expect(first).toMatchObject({
    'Tags.member.1.Key': 'Project',
    'Tags.member.1.Value': 'shop',
    'TransitiveTagKeys.member.1': 'Project',
    SourceIdentity: 'fred',
  });
  expect(first).not.toHaveProperty('Tags.member.2.Key');
  expect(last).toMatchObject({
    'Tags.member.1.Key': 'Ticket',
    'Tags.member.1.Value': 'OPS-7',
    'Tags.member.2.Key': 'Empty',
    'Tags.member.2.Value': '',
  });
  for (const absent of ['SourceIdentity', 'TransitiveTagKeys.member.1'])
    expect(last).not.toHaveProperty([absent]);
});

test('from a web identity the first AssumeRole is the second hop', async () => {
  const settings = {
    'session-tags': 'Project=shop',
    'transitive-tag-keys': 'Project',
    'source-identity': 'fred',
  };
  const result = await local.run({ workflow: workflow(assume({ ...chain, ...settings })) });
  expect(result.conclusion).toBe('success');
  const [first, last] = hops();
  expect(first).not.toHaveProperty(['Tags.member.1.Key']);
  expect(last).toMatchObject({
    'Tags.member.1.Key': 'Project',
    'TransitiveTagKeys.member.1': 'Project',
    SourceIdentity: 'fred',
  });
});

test('workflow-tags adds the facts of the workflow; a tag of the user wins, whatever its case', async () => {
  const result = await local.run({
    workflow: workflow(assume({ ...chain, 'workflow-tags': 'True', 'session-tags': 'actor=somebody' })),
    github: { actor: 'octo[bot]', workflow: 'Deploy (all)' },
  });
  expect(result.conclusion).toBe('success');
  const last = hops()[1] ?? {};
  const tags: Record<string, string | undefined> = {};
  for (const index of [1, 2, 3, 4, 5, 6, 7, 8]) {
    tags[last[`Tags.member.${index}.Key`] ?? ''] = last[`Tags.member.${index}.Value`];
  }
  expect(tags).toEqual({
    actor: 'somebody',
    Repository: 'acme/shop',
    Workflow: 'Deploy -all-@a9843e73',
    Ref: 'refs/heads/main',
    Commit: '4f6f2f3b1d0e4a6c8b7a5d3c2e1f0a9b8c7d6e5f',
    RunId: '42',
    Job: 'deploy',
    EventName: 'push',
  });
});

test('session policies go with the last role, minified', async () => {
  const policy =
    '{\n  "Version": "2012-10-17",\n  "Statement": [{ "Effect": "Allow", "Action": "s3:*", "Resource": "*" }]\n}';
  const arns = 'arn:aws:iam::aws:policy/ReadOnlyAccess, arn:aws:iam::222222222222:policy/deploy';
  const result = await local.run({
    workflow: workflow(assume({ ...chain, 'session-policy': policy, 'session-policy-arns': arns })),
  });
  expect(result.conclusion).toBe('success');
  const [first, last] = hops();
  expect(first).not.toHaveProperty('Policy');
  expect(last).toMatchObject({
    Policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}',
    'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/ReadOnlyAccess',
    'PolicyArns.member.2.arn': 'arn:aws:iam::222222222222:policy/deploy',
  });
});

test('MFA goes with the first AssumeRole', async () => {
  await local.close();
  const mfa = { serialNumber: 'arn:aws:iam::111111111111:mfa/ci', tokenCode: '123456' };
  const [hub, customer] = defaultAccounts();
  local = await startLocalServices({
    spec: {
      accounts: [{ ...hub, id: '111111111111', users: [{ ...user, mfa }] }, customer].flatMap(
        (one) => one ?? [],
      ),
    },
  });
  const inputs = {
    ...chain,
    ...keys,
    'mfa-serial-number': mfa.serialNumber,
    'mfa-token-code': mfa.tokenCode,
  };
  const result = await local.run({ workflow: workflow(assume(inputs)) });
  expect(result.conclusion).toBe('success');
  const [first, last] = hops();
  expect(first).toMatchObject({ SerialNumber: mfa.serialNumber, TokenCode: '123456' });
  expect(last).not.toHaveProperty('TokenCode');
});

test('output-credentials sets the key outputs; export-env false leaves the environment alone', async () => {
  const result = await local.run({
    workflow: workflow(assume({ ...chain, region: '', 'output-credentials': 'true', 'export-env': 'false' })),
  });
  const step = stepOf(result);
  const last = local.aws.issued.at(-1);
  expect(step.outputs).toMatchObject({
    'access-key-id': last?.accessKeyId,
    'secret-access-key': last?.secretAccessKey,
    'session-token': last?.sessionToken,
  });
  expect(step.exported).toEqual({});
  expect(result.leaks).toEqual([]);
  expect(step.files).toEqual([]);
});

test('on Windows a secret key that begins with a slash is asked for again', async () => {
  const values = { SecretAccessKey: '/bK9xlocalsecretthatgitbashwouldrewrite00' };
  // A random key begins with a slash once in 64 times.
  const usable = { SecretAccessKey: 'bK9x/localsecretthatgitbashdoesnottouch0' };
  local.aws.injectFault({ kind: 'credentials', values, action: 'AssumeRole', times: 2 });
  local.aws.injectFault({ kind: 'credentials', values: usable, action: 'AssumeRole' });
  const result = await local.run({ workflow: workflow(assume(chain)), os: 'Windows' });
  expect(hops()).toHaveLength(4);
  expect(stepOf(result).exported['AWS_SECRET_ACCESS_KEY']).toBe(usable.SecretAccessKey);
});

test('on Windows, after five more tries, it is exported with a warning', async () => {
  const values = { SecretAccessKey: '/bK9xlocalsecretthatgitbashwouldrewrite00' };
  local.aws.injectFault({ kind: 'credentials', values, action: 'AssumeRole', times: Infinity });
  const result = await local.run({
    workflow: workflow(assume({ ...chain, 'verify-identity': 'false' })),
    os: 'Windows',
  });
  expect(hops()).toHaveLength(7);
  expect(shown(stepOf(result))).toContain('##[warning]The secret key begins with a slash');
});

import { basename } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AccountSpec, PolicyStatement } from '../../local/aws/spec.ts';
import {
  hubRole,
  user,
  startLocalServices,
  defaultAccounts,
  type LocalServices,
  type LocalServicesOptions,
} from '../../local/services.ts';
import { assume, forgetCached, leftNothing, postOf, shown, stepOf, workflow } from '../workflows.ts';

const idOf = (index: number): string => String(300_000_000_000 + index);
const roleOf = (index: number): string => `arn:aws:iam::${idOf(index)}:role/deploy`;
const trustPolicy = {
  Statement: { Effect: 'Allow', Principal: { AWS: hubRole }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
};

/** This number of customers. The listed ones have no role. */
async function open(
  count: number,
  without: readonly number[] = [],
  options: LocalServicesOptions = {},
): Promise<LocalServices> {
  const customers = Array.from({ length: count }, (_, index): AccountSpec => ({
    id: idOf(index),
    roles: without.includes(index) ? [] : [{ name: 'deploy', trustPolicy }],
  }));
  return startLocalServices({
    ...options,
    spec: { accounts: [...defaultAccounts('acme/shop', 'deploy').slice(0, 1), ...customers] },
  });
}

const list = (count: number): string =>
  Array.from({ length: count }, (_, index) => `c${String(index)}: ${roleOf(index)}`).join('\n');
const many = (count: number, more: Record<string, string> = {}): ReturnType<typeof assume> =>
  assume({ 'role-arn': hubRole, accounts: list(count), ...more }, { id: 'aws' });
const outputOf = (outputs: Readonly<Record<string, string>>): Record<string, string>[] =>
  JSON.parse(outputs['accounts'] ?? '') as Record<string, string>[];

let local: LocalServices;
beforeEach(async () => {
  local = await open(4);
});
afterEach(() => local.close());

describe('many accounts', () => {
  test('are profiles after one step; their files are exported, and no keys', async () => {
    const use = {
      name: 'use',
      run: 'for p in c0 c3; do cmd=$(sed -n "/profile $p\\]/,/region/s/^credential_process = //p" "$AWS_CONFIG_FILE"); sh -c "$cmd" | grep -o "AccountId.*[0-9]"; done',
    };
    const result = await local.run({ workflow: workflow(many(4, { region: 'us-east-1' }), use) });
    expect(result.conclusion).toBe('success');
    const step = stepOf(result);
    expect(Object.keys(step.exported)).toEqual([
      'AWS_CONFIG_FILE',
      'AWS_SHARED_CREDENTIALS_FILE',
      'AWS_SDK_LOAD_CONFIG',
      'AWS_EC2_METADATA_DISABLED',
      expect.stringMatching(/^ASSUME_ROLE_CHAIN_KEY_[0-9A-F]{8}$/),
    ]);
    expect(outputOf(step.outputs)).toEqual(
      [0, 1, 2, 3].map((index) => ({
        profile: `c${String(index)}`,
        'account-id': idOf(index),
        'assumed-role-arn': `arn:aws:sts::${idOf(index)}:assumed-role/deploy/acme.shop@42`,
        expiration: expect.stringMatching(/Z$/),
      })),
    );
    expect(local.aws.requests.filter(({ action }) => action.startsWith('AssumeRole'))).toHaveLength(5);
    expect(stepOf(result, 1).lines.slice(-2)).toEqual([`AccountId":"${idOf(0)}`, `AccountId":"${idOf(3)}`]);
    expect(shown(postOf(result))).toContain('Verified: the credentials of 4 profiles belong to their roles.');
    expect(postOf(result).files).toEqual([]);
    expect(result.leaks).toEqual([]);
  });

  test('each at the STS of its own region, in the step, afterwards, and when it renews', async () => {
    const accounts = `c0: { role-arn: "${roleOf(0)}", region: eu-west-1 }\nc1: ${roleOf(1)}`;
    const result = await local.run({ workflow: workflow(many(0, { accounts, region: 'us-east-1' })) });
    expect(result.conclusion).toBe('success');
    const asked = local.aws.requests.map(({ action, region, params }) => [action, region, params['RoleArn']]);
    expect(asked.filter(([action]) => action === 'AssumeRole').sort()).toEqual(
      [
        ['AssumeRole', 'eu-west-1', roleOf(0)],
        ['AssumeRole', 'us-east-1', roleOf(1)],
      ].sort(),
    );
    expect(
      asked.flatMap(([action, region]) => (action === 'GetCallerIdentity' ? [region] : [])).sort(),
    ).toEqual(['eu-west-1', 'us-east-1']);
  });

  test('from a secret as JSON, each with settings of its own', async () => {
    const accounts = JSON.stringify({
      c0: { 'role-arn': roleOf(0), 'session-name': 'own', 'session-tags': { Team: 'blue' } },
      c1: roleOf(1),
    });
    const result = await local.run({
      workflow: workflow(assume({ 'role-arn': hubRole, accounts: '${{ secrets.ACCOUNTS }}' })),
      secrets: { ACCOUNTS: accounts },
    });
    expect(result.conclusion).toBe('success');
    const [, first] = local.aws.requests
      .filter(({ action }) => action.startsWith('AssumeRole'))
      .filter(({ params }) => params['RoleArn'] !== roleOf(1));
    expect(first?.params).toMatchObject({ RoleSessionName: 'own', 'Tags.member.1.Key': 'Team' });
  });

  test('two hundred in one step', async () => {
    await local.close();
    local = await open(200, [], { latencyMs: 20 });
    const result = await local.run({ workflow: workflow(many(200)) });
    expect(result.conclusion).toBe('success');
    expect(outputOf(stepOf(result).outputs)).toHaveLength(200);
    expect(local.aws.requests).toHaveLength(401);
    expect(result.leaks).toEqual([]);
  });

  test('throttling slows down and recovers', async () => {
    await local.close();
    local = await open(40);
    local.aws.injectFault({ kind: 'throttle', action: 'AssumeRole', times: 15 });
    const result = await local.run({ workflow: workflow(many(40)) });
    expect(result.conclusion).toBe('success');
    expect(outputOf(stepOf(result).outputs)).toHaveLength(40);
  });
});

test("credentials in the user's default profile are warned about", async () => {
  const own = {
    name: 'own',
    run: 'mkdir -p ~/.aws; printf "[default]\\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\\naws_secret_access_key = x\\n" > ~/.aws/credentials',
  };
  const result = await local.run({ workflow: workflow(own, many(2)) });
  expect(result.conclusion).toBe('success');
  expect(stepOf(result, 1).annotations.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /^Your AWS config files have credentials for the profile default\. Tools that name/,
    ),
  ]);
});

describe('some that fail', () => {
  beforeEach(async () => {
    await local.close();
    local = await open(4, [1, 3]);
  });

  test('stop all: one report with the counts, each explained, and nothing is left', async () => {
    const result = await local.run({ workflow: workflow(many(4)) });
    const step = stepOf(result);
    expect(leftNothing(step)).toBe(true);
    expect(step.annotations).toEqual([
      {
        level: 'error',
        title: '2 of 4 accounts failed',
        message: expect.stringMatching(
          /^AssumeRole access denied: .* role deploy of 2 accounts.* \(2 accounts: c1, c3\)\n/,
        ),
      },
    ]);
    expect(step.lines.filter((line) => /^c\d: arn:\S+: AssumeRole access denied: /.test(line))).toHaveLength(
      2,
    );
    expect(step.lines.filter((line) => line.includes('arn:aws:iam::') && line.includes('Resource'))).toEqual(
      [],
    );
    expect(step.summary).toContain('### 2 of 4 accounts failed');
  });

  test('are left out where the user says so, with a warning and in the output', async () => {
    const result = await local.run({ workflow: workflow(many(4, { 'continue-on-account-error': 'true' })) });
    expect(result.conclusion).toBe('success');
    const step = stepOf(result);
    expect(step.annotations).toEqual([
      {
        level: 'warning',
        title: '2 of 4 accounts left out',
        message: expect.stringContaining('(2 accounts: c1, c3)'),
      },
    ]);
    expect(outputOf(step.outputs)[1]).toEqual({
      profile: 'c1',
      'role-arn': roleOf(1),
      error: expect.stringMatching(/^AssumeRole access denied: /),
    });
    expect(outputOf(step.outputs).map(({ profile }) => profile)).toEqual(['c0', 'c1', 'c2', 'c3']);
    const plans = step.files.map(({ path }) => basename(path)).filter((name) => name.startsWith('plan-'));
    expect(plans.sort()).toEqual(['plan-0.cache.json', 'plan-0.json', 'plan-2.cache.json', 'plan-2.json']);
  });

  test('all of them is an error all the same', async () => {
    const accounts = `c1: ${roleOf(1)}\nc3: ${roleOf(3)}`;
    const result = await local.run({
      workflow: workflow(assume({ 'role-arn': hubRole, accounts, 'continue-on-account-error': 'true' })),
    });
    expect(stepOf(result).annotations[0]?.title).toBe('2 of 2 accounts failed');
    expect(leftNothing(stepOf(result))).toBe(true);
  });

  test('a role that all share fails once', async () => {
    const result = await local.run({ workflow: workflow(many(4, { 'role-arn': `${hubRole}X` })) });
    expect(stepOf(result).annotations[0]?.title).toBe('Token not trusted by role');
    expect(local.aws.requests).toHaveLength(1);
  });
});

test('a list with mistakes is refused with their lines, before any request', async () => {
  const accounts = `c0: ${roleOf(0)}\nc1:\n  rolearn: ${roleOf(1)}\nc0: x\n`;
  const result = await local.run({ workflow: workflow(assume({ accounts })) });
  expect(stepOf(result).annotations[0]?.message).toBe('accounts: line 4, column 1: a name is listed twice');
  expect(local.aws.requests).toEqual([]);
});

test('the summary has a table of the accounts', async () => {
  const result = await local.run({ workflow: workflow(many(2, { 'job-summary': 'always' })) });
  expect(stepOf(result).summary).toContain('| <code>c1</code> | <code>300000000001</code> |');
});

describe('accounts by their id', () => {
  const ids = 'c0: 300000000000\nc1:\n  role-arn: "300000000001"';

  test('in the input', async () => {
    const step = assume({ 'role-arn': hubRole, accounts: ids, 'account-role': 'deploy' }, { id: 'aws' });
    const result = await local.run({ workflow: workflow(step) });
    expect(result.conclusion).toBe('success');
    expect(outputOf(stepOf(result).outputs).map((one) => one['account-id'])).toEqual([idOf(0), idOf(1)]);
    result.cleanUp();
  });

  test('in a file of the workspace, but not in one outside of it', async () => {
    const write = {
      name: 'write',
      run: 'printf "accounts:\\n  c0: 300000000000\\n" > list.yml; ln -s "$RUNNER_TEMP" out',
    };
    const from = (path: string) =>
      assume({ 'role-arn': hubRole, 'accounts-file': path, 'account-role': 'deploy' }, { id: 'aws' });
    const good = await local.run({ workflow: workflow(write, from('list.yml')) });
    expect(good.conclusion).toBe('success');
    expect(outputOf(stepOf(good, 1).outputs).map((one) => one['profile'])).toEqual(['c0']);
    good.cleanUp();
    for (const path of ['/etc/hostname', 'none.yml']) {
      const bad = await local.run({ workflow: workflow(write, from(path)) });
      expect(stepOf(bad, 1).outcome).toBe('failure');
      expect(shown(stepOf(bad, 1))).toMatch(
        /accounts-file: ".*" (is not in|does not exist in) the workspace/,
      );
      bad.cleanUp();
    }
  });
});

describe('profiles behind one hub that renew', () => {
  const count = 6;
  const renewAll = {
    name: 'renew',
    run: `${forgetCached}
sed -n 's/^credential_process = //p' "$AWS_CONFIG_FILE" | { while read -r line; do sh -c "$line" > "$(mktemp)" & done; wait; }`,
  };
  const rolesAsked = (): string[] =>
    local.aws.requests.flatMap(({ action, params }) =>
      action.startsWith('AssumeRole') ? [params['RoleArn'] ?? ''] : [],
    );

  beforeEach(async () => {
    await local.close();
    local = await open(count);
  });

  test('share its session: as many requests as profiles, and one for the hub', async () => {
    const result = await local.run({ workflow: workflow(many(count), renewAll, renewAll) });
    expect(result.conclusion).toBe('success');
    // The step, and two rounds of renewals: the second finds the session of the first.
    expect(rolesAsked().filter((role) => role === hubRole)).toHaveLength(2);
    expect(rolesAsked()).toHaveLength(2 + 3 * count);
    expect(shown(postOf(result))).toContain('c5: renewed 2 times, last at');
    expect(postOf(result).files).toEqual([]);
    expect(result.leaks).toEqual([]);
  });

  test('is destroyed by release, and so is what decrypts it', async () => {
    const release = {
      name: 'release',
      run: 'assume-role-chain release; find "$RUNNER_TEMP" -name "shared-*"',
    };
    const result = await local.run({ workflow: workflow(many(2), renewAll, release) });
    expect(result.conclusion).toBe('success');
    expect(stepOf(result, 1).files.map(({ path }) => path)).toContainEqual(
      expect.stringMatching(/shared-[\w-]{16}\.json$/),
    );
    expect(stepOf(result, 2).stdout).toBe('');
    const key = Object.keys(stepOf(result).exported).find((name) =>
      name.startsWith('ASSUME_ROLE_CHAIN_KEY_'),
    );
    expect(stepOf(result, 2).exported).toMatchObject({ [key ?? 'none']: '' });
  });

  test('do without it where a process lacks the key, or AWS refuses the session', async () => {
    const withoutKey = {
      ...renewAll,
      run: `${forgetCached}
unset $(env | sed -n 's/^\\(ASSUME_ROLE_CHAIN_KEY_[^=]*\\)=.*/\\1/p')
line=$(sed -n 's/^credential_process = //p' "$AWS_CONFIG_FILE" | head -n 1); sh -c "$line" | grep -c AccountId`,
    };
    const revoked = { ...renewAll, run: `echo revoked\n${withoutKey.run.replace(/unset.*/, '')}` };
    const result = await local.run({
      workflow: workflow(many(count), renewAll, withoutKey, revoked),
      onLine: (line) => {
        if (line === 'revoked')
          local.aws.injectFault({
            ...{ kind: 'error', status: 403, code: 'AccessDenied', message: 'the session was revoked' },
            ...{ action: 'AssumeRole', times: 1 },
          });
      },
    });
    expect(result.conclusion).toBe('success');
    expect([2, 3].map((index) => stepOf(result, index).lines.at(-1))).toEqual(['1', '1']);
    // The step, the first renewal, the process without the key, and the one whose session was refused.
    expect(rolesAsked().filter((role) => role === hubRole)).toHaveLength(4);
  });
});

describe('hundreds of accounts that fail alike', () => {
  const count = 200;
  const grouped = (lines: readonly string[]): string[] =>
    lines.filter((line) => /^c\d+: arn:\S+: AssumeRole access denied/.test(line));
  /** The accounts that have a line, or are on one with others. */
  const namedIn = (lines: readonly string[]): string[] =>
    lines.flatMap((line) =>
      line.startsWith('Same reason: ')
        ? [...line.matchAll(/\b(c\d+) \(\d{12}\)/g)].map(([, name = '']) => name)
        : (/^(c\d+): arn:\S+: [A-Zs]/.exec(line)?.slice(1) ?? []),
    );

  test('are explained once: a short log, one annotation, each named in a group, a table', async () => {
    await local.close();
    local = await open(
      count,
      Array.from({ length: count }, (_, index) => index),
    );
    const step = stepOf(await local.run({ workflow: workflow(many(count)) }));
    expect(step.outcome).toBe('failure');
    expect(step.annotations).toHaveLength(1);
    expect(step.annotations[0]?.title).toBe('200 of 200 accounts failed');
    expect(grouped(step.lines)).toHaveLength(1);
    expect(namedIn(step.lines)).toHaveLength(count);
    // The runner itself shows the list, which is an input.
    expect(step.lines.length - count).toBeLessThan(150);
    expect(Buffer.byteLength(step.summary)).toBeLessThan(256_000);
    expect(step.summary).toContain('| <code>c199</code> |');
  });

  test('2,200 of them, for many causes: a log, an annotation and a summary of bounded size', async () => {
    const all = 2_200;
    await local.close();
    const [hub] = defaultAccounts('acme/shop', 'deploy');
    const other = {
      ...trustPolicy.Statement,
      Principal: { AWS: `arn:aws:iam::111111111111:user/${user.name}` },
    };
    const untagged = { ...trustPolicy.Statement, Action: 'sts:AssumeRole' };
    const role = (Statement: PolicyStatement) => ({
      roles: [{ name: 'deploy', trustPolicy: { Statement } }],
    });
    const good = role(trustPolicy.Statement);
    const kinds = [role(other), {}, { ...good, stsDisabledRegions: ['us-east-1'] }, role(untagged), good];
    const customers = Array.from({ length: all }, (_, index): AccountSpec => ({
      id: idOf(index),
      ...kinds[index % kinds.length],
    }));
    // AWS gives the reason of a denial within an organization.
    const members = [idOf(0), idOf(5), '111111111111'].map((accountId) => ({ accountId, name: accountId }));
    const organization = {
      id: 'o-exampleorg1',
      managementAccountId: '999999999999',
      rootId: 'r-abcd',
      members,
    };
    local = await startLocalServices({
      spec: { accounts: [...(hub ? [hub] : []), ...customers], organization },
    });
    const inputs = { region: 'us-east-1', 'session-tags': 'a=b', 'continue-on-account-error': 'true' };
    const result = await local.run({ workflow: workflow(many(all, inputs)) });
    const step = stepOf(result);
    expect(step.outcome).toBe('success');
    const [left, ...more] = step.annotations;
    expect(more).toEqual([]);
    expect(left?.title).toBe('1760 of 2200 accounts left out');
    expect(left?.message.length).toBeLessThan(4_096);
    for (const title of [
      'STS disabled in region',
      'sts:TagSession is not allowed',
      'Missing from role trust policy',
    ])
      expect(left?.message).toContain(`another cause: ${title}: `);
    expect(new Set(namedIn(step.lines))).toHaveProperty('size', 1_760);
    expect(step.lines.filter((line) => !/^\s*c\d+: |^Same reason: /.test(line)).length).toBeLessThan(300);
    expect(step.stdout + step.stderr).not.toContain('Warning');
    expect(Buffer.byteLength(step.summary)).toBeLessThan(256_000);
    expect(result.leaks).toEqual([]);
  });

  test('of which three are left out: the summary names those, whatever job-summary says of successes', async () => {
    await local.close();
    local = await open(count, [7, 77, 177]);
    const inputs = { 'continue-on-account-error': 'true' };
    const step = stepOf(await local.run({ workflow: workflow(many(count, inputs)) }));
    expect(step.outcome).toBe('success');
    expect(step.annotations[0]).toMatchObject({ level: 'warning', title: '3 of 200 accounts left out' });
    for (const name of ['c7', 'c77', 'c177']) expect(step.summary).toContain(`| <code>${name}</code> |`);
    expect(step.summary).not.toContain('<code>c8</code>');
    expect(step.lines.filter((line) => !/^c\d+: /.test(line)).length).toBeLessThan(100);
  });
});

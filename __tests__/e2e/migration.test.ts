import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { customerRole, externalId, hubRole, startLocalServices, user } from '../../local/services.ts';
import { shown, stepOf } from '../workflows.ts';

/** A workflow of aws-actions/configure-aws-credentials, rewritten by the script, runs. */

const root = join(import.meta.dirname, '..', '..');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'my repository '));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const migrate = (...words: string[]) =>
  spawnSync(process.execPath, [join(root, 'scripts', 'migrate.ts'), ...words], {
    encoding: 'utf8',
    env: { ...process.env, INIT_CWD: folder },
  });

const theirs = `name: Deploy
on: push
permissions:
  id-token: write
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - name: The hub
        uses: aws-actions/configure-aws-credentials@v6
        with:
          role-to-assume: ${hubRole}
          aws-region: us-east-1
          role-session-name: GitHubActions
      - name: The customer # over there
        id: customer
        uses: aws-actions/configure-aws-credentials@8df5847569e6427dd6c4fb1cf565c83acfa8afa7 # v6.0.0
        with:
          role-to-assume: ${customerRole}
          role-chaining: true
          role-skip-session-tagging: true
          role-external-id: ${externalId}
          role-session-name: GitHubActions
          aws-region: us-east-1
          retry-max-attempts: 3
      - name: Deploy
        run: echo "into \${{ steps.customer.outputs.aws-account-id }} as \${{ steps.customer.outputs.authenticated-arn }}"
`;

test('what was two of their steps runs as two of ours, and ends with the same session', async () => {
  const path = join(folder, 'deploy.yml');
  writeFileSync(path, theirs);
  const { status, stdout, stderr } = migrate('deploy.yml');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('2 steps rewritten');
  expect(stdout).not.toContain('To decide');
  const local = await startLocalServices();
  try {
    const result = await local.run({ workflow: path });
    result.cleanUp();
    expect(result.conclusion).toBe('success');
    expect(shown(stepOf(result, 2))).toContain(
      'into 222222222222 as arn:aws:sts::222222222222:assumed-role/customer-deployment/GitHubActions',
    );
  } finally {
    await local.close();
  }
});

test('--check writes nothing, and tells by its exit code', () => {
  const path = join(folder, 'deploy.yml');
  writeFileSync(path, theirs);
  writeFileSync(join(folder, 'other.yaml'), 'jobs: {}\n');
  const before = migrate('--check', '.');
  expect(before.status).toBe(1);
  expect(before.stdout).toContain(`${path}: 2 steps to rewrite`);
  expect(readFileSync(path, 'utf8')).toBe(theirs);
  expect(migrate('--action', 'acme/fork@v2', '.').status).toBe(0);
  expect(readFileSync(path, 'utf8')).toContain('uses: acme/fork@v2');
  const after = migrate('--check', '.');
  expect(after.status).toBe(0);
  expect(after.stdout).toContain('2 files were looked at: no step uses');
});

test('a file that cannot be read is an error that names it, and nothing is written', () => {
  const good = join(folder, 'a.yml');
  writeFileSync(good, theirs);
  writeFileSync(join(folder, 'b.yml'), 'jobs: [\n');
  const broken = migrate('.');
  expect(broken.status).toBe(2);
  expect(broken.stderr).toContain('b.yml: ');
  expect(readFileSync(good, 'utf8')).toBe(theirs);
  expect(migrate('missing.yml').status).toBe(2);
  expect(migrate().stderr).toContain('Usage: npm run migrate');
});

test('keys of a user: the tags that were sent by themselves are asked for', async () => {
  const path = join(folder, 'keys.yml');
  writeFileSync(
    path,
    `name: Deploy
on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: aws-actions/configure-aws-credentials@v6
        with:
          aws-access-key-id: \${{ secrets.AWS_ACCESS_KEY_ID }}
          aws-secret-access-key: \${{ secrets.AWS_SECRET_ACCESS_KEY }}
          role-to-assume: ${hubRole}
          aws-region: us-east-1
`,
  );
  const { stdout } = migrate('keys.yml');
  expect(stdout).toMatch(/To decide:\n\s+line 7: The session was tagged/);
  expect(stdout).toMatch(/Good to know:\n\s+line 7: The session was called GitHubActions/);
  const local = await startLocalServices();
  try {
    const secrets = { AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: user.secretAccessKey };
    const result = await local.run({ workflow: path, secrets });
    result.cleanUp();
    expect(result.conclusion).toBe('success');
    const [sent] = local.aws.requests.filter(({ action }) => action === 'AssumeRole');
    expect(JSON.stringify(sent)).toContain('Repository');
  } finally {
    await local.close();
  }
});

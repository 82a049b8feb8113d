import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { supportsLocalEndpoints } from '../../local/aws-cli.ts';
import { where } from '../installed.ts';
import { node } from '../workflows.ts';

/** `npm run lab`: what it prints can be pasted, and its commands do what they say. */

const root = join(import.meta.dirname, '..', '..');

let lab: ChildProcessWithoutNullStreams;
let printed = '';
beforeEach(async () => {
  printed = '';
  lab = spawn(process.execPath, [join(root, 'local', 'lab.ts')]);
  for (const stream of [lab.stdout, lab.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  await shows('`quit` ends the lab');
});
afterEach(async () => {
  if (lab.exitCode === null) {
    lab.stdin.end();
    await once(lab, 'close');
  }
});

/** Waits for words that are printed. */
async function shows(words: string): Promise<string> {
  while (!printed.includes(words)) {
    if (lab.exitCode !== null) throw new Error(`The lab ended before it printed ${words}: ${printed}`);
    await once(lab.stdout, 'data');
  }
  return printed;
}

/** Types a command. @returns what is printed from there to the words */
async function type(command: string, words: string): Promise<string> {
  printed = '';
  lab.stdin.write(`${command}\n`);
  return shows(words);
}

const exports = (): string =>
  printed
    .split('\n')
    .filter((line) => line.startsWith('  export '))
    .join('\n');
const nodeArguments = (): string => /^ {2}npx node (.*--env-file=.*)$/m.exec(printed)?.[1] ?? '';

test('a workflow runs, fails once its trust policy is broken, and succeeds once it is mended', async () => {
  const first = await type('run', 'The job ended: ');
  expect(first).toContain('The job ended: success.');
  await type('break deployment-hub', '"another-value"');
  expect(await type('run', 'The job ended: ')).toContain(
    'does not admit the subject repo:acme/shop:ref:refs/heads/main',
  );
  await type('mend deployment-hub', 'repo:acme/shop:*');
  await type('break customer-deployment', '"another-value"');
  expect(await type('run', 'The job ended: ')).toContain('The job ended: failure.');
  await type('mend customer-deployment', 'customer-7f3a');
  expect(await type('run', 'The job ended: ')).toContain('The job ended: success.');
  await type('requests', ':assumed-role/customer-deployment/acme.shop@42');
  expect(await shows('403 AccessDenied')).toContain(
    'sts:AssumeRoleWithWebIdentity 403 AccessDenied, role arn:aws:iam::111111111111:role/deployment-hub\n',
  );
});

test('a role can be added, and admits only its subject; requests are shown as they come', async () => {
  await type(
    'role 222222222222 github-deploy repo:acme/shop:pull_request',
    'Added arn:aws:iam::222222222222:role/github-deploy',
  );
  await type('role 111111111111 github-deploy', 'which admits repo:acme/shop:ref:refs/heads/main');
  const output = await type('run examples/one-role.yml', 'The job ended: ');
  expect(output).toContain('The job ended: success.');
  expect(output).toContain(
    '→ sts:AssumeRoleWithWebIdentity 200, role arn:aws:iam::111111111111:role/github-deploy\n',
  );
  await type('subject repo:acme/shop:pull_request', 'The next token has the subject');
  expect(await type('run examples/one-role.yml', 'The job ended: ')).toContain('The job ended: failure.');
  expect(await type('roles', 'pull_request')).toContain('arn:aws:iam::222222222222:role/github-deploy');
});

test('the step can be run by hand from its file, and the folder goes with the lab', async () => {
  const run = (): ReturnType<typeof spawnSync> =>
    spawnSync('sh', ['-c', `${node} ${nodeArguments()}`], {
      env: { PATH: process.env['PATH'] },
      encoding: 'utf8',
    });
  const { status, stdout } = run();
  expect([status, stdout]).toEqual([0, expect.stringContaining(':assumed-role/customer-deployment/')]);
  const file = /--env-file=(.*?\.env)/.exec(nodeArguments())?.[1] ?? '';
  const exported = /^GITHUB_ENV="(.*)"$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
  expect(readFileSync(exported, 'utf8')).toContain('AWS_ACCESS_KEY_ID');
  lab.stdin.write('quit\n');
  await once(lab, 'close');
  expect(existsSync(dirname(file))).toBe(false);
});

test('what is wrong is said, and the lab goes on', async () => {
  await type('nonsense', 'There is no command nonsense. Type `help`.');
  await type('break nobody', 'There is no role nobody. Type `roles`.');
  await type('run none.yml', 'ENOENT');
  await type('role 999999999999 x', 'There is no account 999999999999.');
  await type('help', 'run [FILE]');
});

where(supportsLocalEndpoints(), 'An AWS CLI that reads AWS_ENDPOINT_URL')(
  'what is to be pasted gives the AWS CLI an administrator',
  () => {
    const script = `${exports()}\naws sts get-caller-identity --query Arn --output text`;
    const env = {
      PATH: process.env['PATH'],
      PYENV_ROOT: process.env['PYENV_ROOT'] ?? '',
      HOME: '/nonexistent',
    };
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { env, encoding: 'utf8' });
    expect([stdout, stderr]).toEqual(['arn:aws:iam::111111111111:user/administrator\n', '']);
  },
);

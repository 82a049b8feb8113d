import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect } from '@jest/globals';
import type { AccountSpec, UserSpec } from '../../local/aws/spec.ts';
import type { RunResult } from '../../local/runner/result.ts';
import { startLocalServices, type LocalServices } from '../../local/services.ts';
import { supportsLocalEndpoints } from '../../local/aws-cli.ts';
import { where } from '../installed.ts';
import { shown } from '../workflows.ts';

/**
 * docs/getting-started.md followed to the letter: every command is run as it is written, in order, in one terminal. The
 * AWS CLI is the real one and talks to the local AWS; bin/ has the GitHub CLI, Git and Terraform.
 */

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'getting-started.md'), 'utf8');

interface Block {
  readonly language: string;
  readonly code: string;
  /** The path under which the sentence before the block says to save it. */
  readonly file: string | undefined;
}
const blocksOf = (page: string): Block[] =>
  [...page.matchAll(/^( *)```(\w+)\n([^]*?)^\1```/gm)].map((match) => {
    const [, indent = '', language = '', code = ''] = match;
    const before = page.slice(0, match.index).trimEnd().split('\n\n').at(-1) ?? '';
    const file = /Save this as `([^`]+)`/.exec(before)?.[1];
    return { language, code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''), file };
  });
const blocks = blocksOf(page);

const administrator = (accessKeyId: string, secretAccessKey: string): UserSpec => ({
  ...{ name: 'administrator', accessKeyId, secretAccessKey },
  permissions: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
});
const own = administrator('AKIAIOSFODNN7LOCAL00', 'local/secret/of/our/administrator/7f3aQ2xZ8');
const theirs = administrator('AKIAIOSFODNN7LOCAL11', 'local/secret/of/their/administrator/7f3aQ2');
const github = { url: 'https://token.actions.githubusercontent.com', clientIds: ['sts.amazonaws.com'] };

let local: LocalServices;
let folder: string;
async function start(own111: Omit<AccountSpec, 'id' | 'users'> = {}): Promise<void> {
  const accounts = [
    { id: '111111111111', users: [own], ...own111 },
    { id: '222222222222', users: [theirs] },
  ];
  local = await startLocalServices({ github: { immutableSubject: true }, spec: { accounts } });
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'getting started '));
  mkdirSync(join(folder, 'secrets'));
});
afterEach(async () => {
  await local.close();
  rmSync(folder, { recursive: true });
});

/** Blocks as one script. Files are saved where the page says, and the customer's command has the customer's keys. */
function scriptOf(all: readonly Block[]): string {
  return all
    .map(({ language, code, file }) => {
      if (language === 'sh' && code.includes('customer.yaml'))
        return `AWS_ACCESS_KEY_ID=${theirs.accessKeyId} AWS_SECRET_ACCESS_KEY=${theirs.secretAccessKey} ${code}`;
      if (language === 'sh') return code;
      if (file === undefined) return '';
      return `mkdir -p '${dirname(file)}' && cat > '${file}' << 'END OF FILE'\n${code}END OF FILE\n`;
    })
    .join('\n');
}

/** Runs a script as our administrator does in a terminal. */
async function type(script: string): Promise<{ code: number | null; printed: string }> {
  const env = {
    ...{ PATH: `${join(import.meta.dirname, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: folder },
    ...{ PYENV_ROOT: process.env['PYENV_ROOT'] ?? '', AWS_ENDPOINT_URL: local.aws.url },
    ...{ AWS_ACCESS_KEY_ID: own.accessKeyId, AWS_SECRET_ACCESS_KEY: own.secretAccessKey },
    ...{ REPOSITORY: root, SECRETS_FOLDER: join(folder, 'secrets') },
  };
  const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', script], { cwd: folder, env });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, printed };
}

const run = (workflow: string): Promise<RunResult> => {
  const secrets = join(folder, 'secrets');
  const saved = readdirSync(secrets).map((name) => [name, readFileSync(join(secrets, name), 'utf8')]);
  return local.run({
    workflow,
    secrets: Object.fromEntries(saved) as Record<string, string>,
    machineEnv: { PYENV_ROOT: process.env['PYENV_ROOT'] ?? '' },
  });
};
/** A workflow whose reference is replaced with the commit that the page's command prints, as the page says. */
function pinned(workflow: string, reference: string, printed: string): string {
  const [commit = 'no commit'] = /^[0-9a-f]{40}$/m.exec(printed) ?? [];
  expect(workflow).toContain(`assume-role-chain${reference}\n`);
  return workflow.replace(`${reference}\n`, `@${commit} # v1.0.0\n`);
}
const withoutTimes = (text: string): string => text.replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'TIME');

const awsCli = where(supportsLocalEndpoints(), 'An AWS CLI that reads AWS_ENDPOINT_URL');
/** Milliseconds: a dozen calls of the AWS CLI, each of which takes seconds on a busy machine. */
const timeLimit = 180_000;

awsCli(
  'the page, from the first command to the customer',
  async () => {
    await start();
    const { code, printed } = await type(scriptOf(blocks));
    expect([code, code === 0 ? '' : printed]).toEqual([0, '']);
    expect(printed).toContain('\nrepo:acme@1001/shop@2002:ref:refs/heads/main\n'.trimStart());
    expect(printed).toContain('arn:aws:iam::111111111111:role/github-deploy\n');
    expect(local.aws.account('111111111111').current.oidcProviders).toEqual([github]);

    const file = join(folder, 'assume-role-chain', '.github', 'workflows', 'deploy.yml');
    const first = await run(pinned(readFileSync(file, 'utf8'), '@v1', printed));
    expect([first.conclusion, first.leaks]).toEqual(['success', []]);
    const lines = withoutTimes([...first.steps, ...first.posts].map(shown).join('\n')).split('\n');
    for (const { code: text } of blocks.filter(({ language }) => language === 'text'))
      expect(lines).toContain(withoutTimes(text).trim());

    const chain = blocks.findLast(({ language }) => language === 'yaml')?.code ?? '';
    const steps = chain.replaceAll(/^/gm, '      ');
    const job = 'name: Deploy\npermissions: { id-token: write }\njobs:\n  deploy:\n    steps:\n';
    const second = await run(`${job}${steps}\n      - run: aws sts get-caller-identity\n`);
    expect(second.conclusion).toBe('success');
    expect(second.steps[1]?.stdout).toContain(':assumed-role/customer-deployment/acme.shop@42');
  },
  timeLimit,
);

awsCli(
  'in an account that has a provider for GitHub, the page uses that one',
  async () => {
    await start({ oidcProviders: [github] });
    const last = blocks.findIndex(({ code }) => code.includes('put-role-policy'));
    const { code, printed } = await type(scriptOf(blocks.slice(0, last + 1)));
    expect([code, code === 0 ? '' : printed]).toEqual([0, '']);
    expect(printed).toContain(
      'arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com\n',
    );
    expect(local.aws.account('111111111111').current.oidcProviders).toEqual([github]);
    const workflow = blocks.find(({ file }) => file?.endsWith('deploy.yml'))?.code ?? '';
    expect((await run(workflow)).conclusion).toBe('success');
  },
  timeLimit,
);

awsCli(
  "the README's quick start, then its roles across accounts",
  async () => {
    await start();
    const readme = blocksOf(readFileSync(join(root, 'README.md'), 'utf8'));
    const commands = readme.filter(({ language, code }) => language === 'sh' && !code.startsWith('npm '));
    const { code, printed } = await type(scriptOf(commands));
    expect([code, code === 0 ? '' : printed]).toEqual([0, '']);
    const [direct = '', chain = ''] = readme.flatMap(({ language, code: text }) =>
      language === 'yaml' ? [text] : [],
    );
    expect((await run(pinned(direct, '@<commit> # v1.0.0', printed))).conclusion).toBe('success');
    const across = await run(`permissions: { id-token: write }\n${chain}`);
    expect([across.conclusion, across.leaks]).toEqual(['success', []]);
  },
  timeLimit,
);

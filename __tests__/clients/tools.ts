import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { has } from '../installed.ts';

/** The tools that jobs use, and how each asks AWS for its identity. */

export interface Tool {
  readonly name: string;
  readonly installed: boolean;
  /** One call, as a bash script. */
  readonly script: string;
  /** Calls until the file STOP_FILE exists: in one process where the tool is a library, else one process after another. */
  readonly loop: string;
  /** Whether it works with a profile; otherwise it needs `assume-role-chain exec`. */
  readonly usesProfiles: boolean;
  /** Part of its User-Agent header. */
  readonly userAgent: RegExp;
  /** Whether it renews in one process; other tools are started again for each call. */
  readonly isLibrary: boolean;
  /** What it prints on stderr although its call succeeds. */
  readonly noise: RegExp;
}

const programs = join(import.meta.dirname, 'programs');
const program = (name: string): string => `"${join(programs, name)}"`;
const repository = join(import.meta.dirname, '..', '..');

/** Calls a command again and again, for tools that run for one call only. */
const again = (script: string): string => `until [ -e "$STOP_FILE" ]; do\n${script}\nsleep 0.2\ndone`;

const asks = (name: string, more: Pick<Tool, 'installed' | 'userAgent'>, command: string): Tool => ({
  ...{ name, script: command, loop: command, usesProfiles: true, isLibrary: true, noise: /^/ },
  ...more,
});

/** The AWS CLIs in PATH, by major version. */
function awsCli(major: string): string | undefined {
  const { stdout } = spawnSync('which', ['-a', 'aws'], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .filter(Boolean)
    .find((path) => {
      const { stdout: version, stderr } = spawnSync(path, ['--version'], { encoding: 'utf8' });
      return `${version}${stderr}`.startsWith(`aws-cli/${major}.`);
    });
}

function cli(major: string): Tool {
  const path = awsCli(major);
  const endpoint = '--endpoint-url "$AWS_ENDPOINT_URL" --region us-east-1 --output text';
  const script = [
    `"${path ?? 'aws'}" sts get-caller-identity --query Arn ${endpoint}`,
    `"${path ?? 'aws'}" sns list-topics --query Topics[0].TopicArn ${endpoint}`,
  ].join('\n');
  return {
    ...{ name: `AWS CLI ${major}`, installed: path !== undefined, script, loop: again(script) },
    ...{ usesProfiles: true, userAgent: new RegExp(`aws-cli/${major}\\.`) },
    ...{ isLibrary: false, noise: /^/ },
  };
}

const goCode = '/usr/share/gocode';

/** Debian's packages of the SDKs for Go are sources: programs are built from them, without any download. */
function goTool(version: '1' | '2', folder: string): Tool {
  const sources = join(goCode, 'src/github.com/aws', version === '1' ? 'aws-sdk-go' : 'aws-sdk-go-v2');
  const installed = has('go', 'version') && existsSync(sources);
  const binary = join(folder, `go${version}`);
  if (installed) {
    const env = { ...process.env, GO111MODULE: 'off', GOPATH: goCode, GOFLAGS: '' };
    const cwd = join(programs, `go${version}`);
    const { status, stderr } = spawnSync('go', ['build', '-o', binary, '.'], { cwd, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  }
  const userAgent = version === '1' ? /^aws-sdk-go\// : /^aws-sdk-go-v2\//;
  return asks(`AWS SDK for Go ${version}`, { installed, userAgent }, `"${binary}"`);
}

interface Program extends Omit<Tool, 'script' | 'loop' | 'noise' | 'isLibrary'> {
  readonly noise?: RegExp;
  /** What it needs before its first call. */
  readonly setup?: string;
  readonly call: string;
}
const once = ({ setup = '', call, noise = /^/, ...more }: Program): Tool => ({
  ...{ ...more, noise, isLibrary: false },
  script: `${setup}\n${call}`,
  loop: `${setup}\n${again(call)}`,
});

/** @returns every tool, also those that are not installed; builds the programs for Go */
export function allTools(): Tool[] {
  const folder = mkdtempSync(join(tmpdir(), 'clients-'));
  const node = `"${process.execPath}"`;
  return [
    cli('1'),
    cli('2'),
    asks(
      'boto3',
      { installed: has('python3', '-c', 'import boto3'), userAgent: /Boto3\// },
      `python3 ${program('boto.py')}`,
    ),
    asks(
      'AWS SDK for JavaScript 2',
      { installed: existsSync(join(repository, 'node_modules', 'aws-sdk')), userAgent: /aws-sdk-nodejs\/2/ },
      `AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE=1 ${node} ${program('js2.cjs')}`,
    ),
    asks(
      'AWS SDK for JavaScript 3',
      { installed: true, userAgent: /aws-sdk-js\/3/ },
      `${node} ${program('js3.ts')}`,
    ),
    goTool('1', folder),
    goTool('2', folder),
    asks(
      'AWS SDK for Ruby',
      { installed: has('ruby', '-e', "require 'aws-sdk-core'"), userAgent: /aws-sdk-ruby3\// },
      `ruby ${program('ruby.rb')}`,
    ),
    once({
      name: 'Terraform',
      installed: has('terraform', 'version'),
      setup: [
        'mkdir tf; cd tf',
        `cp ${program('backend.tf')} main.tf`,
        'export CHECKPOINT_DISABLE=1',
        'terraform init -input=false -no-color > /dev/null',
      ].join('\n'),
      call: 'terraform state pull -no-color',
      ...{ usesProfiles: true, userAgent: /Terraform\// },
    }),
    once({
      name: 'rclone',
      installed: has('rclone', 'version'),
      setup:
        'export RCLONE_CONFIG=/dev/null RCLONE_S3_ENV_AUTH=true RCLONE_S3_PROVIDER=Other RCLONE_S3_REGION=us-east-1',
      call: 'RCLONE_S3_ENDPOINT="$AWS_ENDPOINT_URL" rclone --retries 1 lsd :s3:',
      ...{ usesProfiles: true, userAgent: /rclone\//, noise: /^.*RCLONE_CONFIG.*\n|^.*NOTICE: .*\n/gm },
    }),
    once({
      name: 'restic',
      installed: has('restic', 'version'),
      // There is no repository, which restic reports after its request.
      call: [
        'said=$(RESTIC_PASSWORD=x restic --no-cache -r "s3:$AWS_ENDPOINT_URL/bucket" cat config 2>&1) || true',
        'case "$said" in *"specified key does not exist"*) ;; *) echo "$said" >&2; exit 1;; esac',
      ].join('\n'),
      ...{ usesProfiles: true, userAgent: /MinIO/ },
    }),
    once({
      name: 's3cmd',
      installed: has('s3cmd', '--version'),
      setup: 'host="${AWS_ENDPOINT_URL#http://}"',
      call: 's3cmd --config /dev/null --no-ssl --region us-east-1 --host "$host" --host-bucket "$host" ls',
      ...{ usesProfiles: false, userAgent: /^/ },
    }),
  ];
}

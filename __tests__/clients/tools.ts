import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { has } from '../installed.ts';

/** The tools that jobs use, and how each asks AWS who it is. */

export interface Tool {
  readonly name: string;
  readonly installed: boolean;
  /** One call, as a bash script. */
  readonly script: string;
  /** Calls until the file STOP_FILE exists; undefined for tools that end too soon to renew anything. */
  readonly loop: string | undefined;
  /** Whether it works with a profile; otherwise it needs `assume-role-chain exec`. */
  readonly usesProfiles: boolean;
  /** Part of its User-Agent header. */
  readonly userAgent: RegExp;
}

const programs = join(import.meta.dirname, 'programs');
const program = (name: string): string => `"${join(programs, name)}"`;
const repository = join(import.meta.dirname, '..', '..');

/** Calls a command again and again, for tools that run for one call only. */
const again = (script: string): string => `until [ -e "$STOP_FILE" ]; do\n${script}\ndone`;

const asks = (name: string, more: Pick<Tool, 'installed' | 'userAgent'>, command: string): Tool => ({
  ...{ name, script: command, loop: command, usesProfiles: true },
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
  const userAgent = version === '1' ? /aws-sdk-go\// : /aws-sdk-go-v2\//;
  return asks(`AWS SDK for Go ${version}`, { installed, userAgent }, `"${binary}"`);
}

const once = (name: string, more: Omit<Tool, 'name' | 'loop'>): Tool => ({ name, loop: undefined, ...more });

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
    once('Terraform', {
      installed: has('terraform', 'version'),
      script: [
        'mkdir tf; cd tf',
        `cp ${program('backend.tf')} main.tf`,
        'export CHECKPOINT_DISABLE=1',
        'terraform init -input=false -no-color > /dev/null',
        'terraform state pull',
      ].join('\n'),
      ...{ usesProfiles: true, userAgent: /Terraform\// },
    }),
    once('rclone', {
      installed: has('rclone', 'version'),
      script: [
        'export RCLONE_CONFIG=/dev/null RCLONE_S3_ENV_AUTH=true RCLONE_S3_PROVIDER=Other RCLONE_S3_REGION=us-east-1',
        'RCLONE_S3_ENDPOINT="$AWS_ENDPOINT_URL" rclone lsd :s3: 2>/dev/null',
      ].join('\n'),
      ...{ usesProfiles: true, userAgent: /rclone\// },
    }),
    once('restic', {
      installed: has('restic', 'version'),
      // There is no repository, which restic reports after it has asked.
      script:
        'RESTIC_PASSWORD=x restic --no-cache -r "s3:$AWS_ENDPOINT_URL/bucket" cat config 2>/dev/null || true',
      ...{ usesProfiles: true, userAgent: /MinIO/ },
    }),
    once('s3cmd', {
      installed: has('s3cmd', '--version'),
      script: [
        'host="${AWS_ENDPOINT_URL#http://}"',
        's3cmd --config /dev/null --no-ssl --region us-east-1 --host "$host" --host-bucket "$host" ls',
      ].join('\n'),
      ...{ usesProfiles: false, userAgent: /^/ },
    }),
  ];
}

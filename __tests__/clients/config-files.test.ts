import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from '@jest/globals';
import { startLocalServices, type LocalServices } from '../../local/services.ts';
import { where } from '../installed.ts';
import { assume, chain, workflow } from '../workflows.ts';
import { withoutBlankRole } from './shared.ts';
import { allTools } from './tools.ts';

/** The user's config file is wrong. Its copy has the step's profile all the same, and some clients read on. */

let local: LocalServices;
let folder: string;
beforeEach(async () => {
  local = await startLocalServices();
  folder = mkdtempSync(join(tmpdir(), 'config-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await local.close();
});

const python = ['AWS CLI 2', 'boto3'];
const go = ['AWS SDK for Go 1', 'rclone'];
const ruby = ['AWS SDK for Ruby'];
const section = '[default]\nregion = us-east-1\n';
/**
 * These take long, and have the code of others: of boto3 and of the SDK for JavaScript 3. Of the SDK for Go 2, only older
 * versions fail.
 */
const left = ['AWS CLI 1', 'AWS SDK for JavaScript 2', 'AWS SDK for Go 2', 'Terraform'];
const tools = allTools().filter(({ name, usesProfiles }) => usesProfiles && !left.includes(name));
const missing = tools.filter(({ installed }) => !installed).map(({ name }) => name);

where(missing.length === 0, missing.join(', ')).each([
  ['a section twice', Buffer.from(section + section), ['The AWS CLI and boto3'], python],
  [
    'a byte order mark',
    Buffer.from(`\ufeff${section}`),
    ['The AWS CLI, boto3, rclone 1.60 and other programs with an older AWS SDK for Go'],
    [...python, ...go],
  ],
  [
    'a section without its end',
    Buffer.from(`${section}[a\n`),
    ['The AWS CLI, boto3, rclone 1.60 and other programs with an older AWS SDK for Go'],
    [...python, ...go],
  ],
  [
    'Latin-1',
    Buffer.from('[profile caf\xe9]\nregion = us-east-1\n', 'latin1'),
    ['The AWS CLI, boto3 and the AWS SDK for Ruby'],
    [...python, ...ruby],
  ],
  [
    'UTF-16',
    Buffer.from(`\ufeff${section}`, 'utf16le'),
    ['The AWS CLI, boto3, the AWS SDK for Ruby, rclone 1.60 and other programs with an older AWS SDK for Go'],
    [...python, ...go, ...ruby],
  ],
])(
  '%s: the warning names the clients that fail',
  async (_, content, named, failing) => {
    const config = join(folder, 'config');
    writeFileSync(config, content);
    const uses = tools.map(({ name, script }) => ({
      ...{ name, run: withoutBlankRole(name, script), 'continue-on-error': true },
    }));
    const { steps } = await local.run({
      workflow: workflow(assume({ ...chain, profile: 'customer' }), ...uses),
      machineEnv: { AWS_CONFIG_FILE: config, HOME: folder, PYENV_ROOT: process.env['PYENV_ROOT'] ?? '' },
    });
    const [step, ...others] = steps;
    expect(step?.annotations.map(({ message }) => message.split(` cannot read ${config}: `)[0])).toEqual(
      named,
    );
    const failed = others.filter(({ outcome }) => outcome === 'failure').map(({ name }) => name);
    expect(failed.sort()).toEqual([...failing].sort());
  },
  300_000,
);

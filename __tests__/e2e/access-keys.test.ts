import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { deployed } from '../../local/aws/cloudformation.ts';
import type { WorkflowSpec } from '../../local/runner/workflow.ts';
import { startLocalServices, user } from '../../local/services.ts';
import { stepOf } from '../workflows.ts';

/** The page "From access keys to OIDC" works: its commands and workflows run unchanged. */

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'access-keys-to-oidc.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(([, code = '']) => code);
const [, withKeys = '', withOidc = ''] = blocks('yaml');
const commands = blocks('sh').join('').replaceAll('\\\n', ' ');

/** A workflow of the page, whose last step prints its environment instead of calling S3. */
function workflowOf(text: string): WorkflowSpec {
  const workflow = parse(text.replace('aws s3 ls', 'env')) as WorkflowSpec;
  return { name: 'Deploy', ...workflow };
}

/** The parameters of `aws cloudformation deploy`, as the page has them. */
function parameters(): Record<string, string> {
  const [, words = ''] = /--parameter-overrides ([^\n]*)/.exec(commands) ?? [];
  return Object.fromEntries(
    words
      .trim()
      .split(/\s+/)
      .map((pair): [string, string] => {
        const at = pair.indexOf('=');
        return [pair.slice(0, at), pair.slice(at + 1)];
      }),
  );
}

describe('without a role', () => {
  test("the job's env: exports what the other action exported", async () => {
    const services = await startLocalServices();
    try {
      const secrets = { AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: user.secretAccessKey };
      const result = await services.run({ workflow: workflowOf(withKeys), secrets });
      result.cleanUp();
      expect(result.conclusion).toBe('success');
      const printed = stepOf(result).stdout;
      for (const [name, value] of Object.entries({
        ...secrets,
        AWS_REGION: 'us-east-1',
        AWS_DEFAULT_REGION: 'us-east-1',
      }))
        expect(printed).toContain(`${name}=${value}\n`);
    } finally {
      await services.close();
    }
  });
});

describe('with the role of the three commands', () => {
  const run = async (github: { repository?: string; ref?: string }) => {
    const [, template = ''] = /--template-file (\S+)\.yaml/.exec(commands) ?? [];
    const account = deployed(template, parameters(), { id: '111111111111' });
    const services = await startLocalServices({ github, spec: { accounts: [account] } });
    try {
      const [role] = account.roles ?? [];
      const [, name = ''] = /aws iam get-role --role-name (\S+)/.exec(commands) ?? [];
      expect(role?.name).toBe(name);
      const vars = { AWS_ROLE_ARN: `arn:aws:iam::${account.id}:role/${name}` };
      const result = await services.run({ workflow: workflowOf(withOidc), vars });
      result.cleanUp();
      return { result, issued: services.aws.issued };
    } finally {
      await services.close();
    }
  };

  test('the workflow of the page gets its credentials', async () => {
    const { result, issued } = await run({});
    expect(result.conclusion).toBe('success');
    const { env } = { env: result.envAfterSteps };
    const [session] = issued.filter(({ accessKeyId }) => accessKeyId === env['AWS_ACCESS_KEY_ID']);
    expect(session?.arn).toMatch(/^arn:aws:sts::111111111111:assumed-role\/github-deploy\//);
    expect(env['AWS_REGION']).toBe('us-east-1');
  });

  test.each([
    ['another branch', { ref: 'refs/heads/feature' }],
    ['another repository', { repository: 'acme/other' }],
  ])('%s does not', async (_, github) => {
    const { result, issued } = await run(github);
    expect(result.conclusion).toBe('failure');
    expect(issued).toEqual([]);
  });
});

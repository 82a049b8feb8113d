import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { contextOf } from '../../local/aws/call.ts';
import { evaluate, type Principal, type Decision } from '../../local/aws/policy.ts';
import type { PolicyDocument } from '../../local/aws/spec.ts';

/** The trust policies of the page admit and refuse the subjects that the page lists. */

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'trust-policies.md'), 'utf8');
const sections = page.split(/^## /m).slice(1).map(read);

function read(section: string) {
  const [, code] = /^```json\n([^]*?)^```/m.exec(section) ?? [];
  const after = section.slice(section.lastIndexOf('```'));
  const subjects = (word: string): string[] => {
    const [, list = ''] = new RegExp(`^- ${word} ([^]*?)(?=\\n- |\\n\\n|$(?![^]))`, 'm').exec(after) ?? [];
    return [...list.matchAll(/`([^`]+)`/g)].map(([, subject = '']) => subject);
  };
  return {
    title: section.split('\n')[0] ?? '',
    policy: code === undefined ? undefined : (JSON.parse(code) as PolicyDocument),
    admits: subjects('admits'),
    refuses: subjects('refuses'),
  };
}

const host = 'token.actions.githubusercontent.com';
const github: Principal = {
  kind: 'federated',
  provider: `arn:aws:iam::111111111111:oidc-provider/${host}`,
};
const byToken = (policy: PolicyDocument, sub: string, more: Record<string, string> = {}): Decision => {
  const claims = { aud: 'sts.amazonaws.com', sub, ...more };
  const context = contextOf(Object.entries(claims).map(([name, value]) => [`${host}:${name}`, [value]]));
  const access = {
    action: 'sts:AssumeRoleWithWebIdentity',
    resource: 'arn:aws:iam::111111111111:role/x',
    context,
  };
  return evaluate(policy, access, github);
};

const documented = sections.filter(({ admits }) => admits.length > 0);

test('at least three policies have lists of subjects', () => {
  expect(documented.length).toBeGreaterThanOrEqual(3);
  for (const { refuses } of documented) expect(refuses.length).toBeGreaterThan(1);
});

describe.each(documented)('$title', ({ policy, admits, refuses }) => {
  test.each(admits)('admits %s', (subject) => {
    expect(policy && byToken(policy, subject)).toBe('allow');
  });

  test.each(refuses)('refuses %s', (subject) => {
    expect(policy && byToken(policy, subject)).toBe('none');
  });
});

const policyOf = (title: string): PolicyDocument => {
  const found = sections.find((section) => section.title === title)?.policy;
  if (!found) throw new Error(`no policy under ${title}`);
  return found;
};

const hub: Principal = {
  kind: 'aws',
  account: '111111111111',
  partition: 'aws',
  arns: ['arn:aws:iam::111111111111:role/deployment-hub'],
};
const byHub = (title: string, action: string, keys: Record<string, string>): Decision => {
  const context = contextOf(Object.entries(keys).map(([name, value]) => [name, [value]]));
  return evaluate(policyOf(title), { action, resource: 'arn:aws:iam::222222222222:role/x', context }, hub);
};

test('the hub role is admitted only with the external id', () => {
  const title = "The customer's role";
  expect(byHub(title, 'sts:AssumeRole', { 'sts:ExternalId': 'acme-7f3a' })).toBe('allow');
  expect(byHub(title, 'sts:AssumeRole', { 'sts:ExternalId': 'acme-7F3A' })).toBe('none');
  expect(byHub(title, 'sts:AssumeRole', {})).toBe('none');
});

test('where a tag is required, the hub role is admitted only with the tag', () => {
  const title = 'Session tags and source identity';
  const id = { 'sts:ExternalId': 'acme-7f3a' };
  expect(byHub(title, 'sts:AssumeRole', { ...id, 'aws:RequestTag/Project': 'shop' })).toBe('allow');
  expect(byHub(title, 'sts:AssumeRole', id)).toBe('none');
  expect(byHub(title, 'sts:TagSession', id)).toBe('allow');
  expect(byHub(title, 'sts:SetSourceIdentity', {})).toBe('allow');
});

test('only one reusable workflow is admitted', () => {
  const workflow = 'acme/shop/.github/workflows/deploy.yml@refs/heads/main';
  const sub = 'repo:acme/any:ref:refs/heads/main';
  const policy = policyOf('More than the subject');
  expect(byToken(policy, sub, { job_workflow_ref: workflow })).toBe('allow');
  expect(byToken(policy, sub, { job_workflow_ref: `${workflow}-2` })).toBe('none');
  expect(byToken(policy, sub)).toBe('none');
  const withIds = 'repo:acme@1001/any@7:ref:refs/heads/main';
  expect(byToken(policy, withIds, { job_workflow_ref: workflow })).toBe('allow');
});

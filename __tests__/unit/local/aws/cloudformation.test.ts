import { describe, expect, test } from '@jest/globals';
import { deployed } from '../../../../local/aws/cloudformation.ts';

const subjects = { Subjects: 'repo:acme/shop:ref:refs/heads/main' };
const customer = { HubAccountId: '111111111111', ExternalId: 'acme-7f3a' };

describe('a template makes in an account', () => {
  test('a role with its path, its life, whom it admits and what it may do', () => {
    const { roles, oidcProviders } = deployed(
      'hub',
      { ...subjects, MaxSessionSeconds: '7200', CustomerRolePattern: 'x/*' },
      { id: '111111111111', partition: 'aws-cn' },
    );
    expect(oidcProviders).toEqual([
      { url: 'https://token.actions.githubusercontent.com', clientIds: ['sts.amazonaws.com.cn'] },
    ]);
    expect(roles).toEqual([
      expect.objectContaining({
        name: 'deployment-hub',
        maxSessionSeconds: 7200,
        permissions: expect.objectContaining({
          Statement: [expect.anything(), expect.objectContaining({ Resource: 'arn:aws-cn:iam::*:role/x/*' })],
        }),
      }),
    ]);
    expect(deployed('customer', customer, { id: '222222222222' }).roles?.[0]).toMatchObject({
      path: '/deploy/',
      maxSessionSeconds: 3600,
    });
  });

  test('no provider where there is one, and what was there before stays', () => {
    const before = { id: '111111111111', roles: [], oidcProviders: [{ url: 'https://x', clientIds: [] }] };
    const arn = 'arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com';
    const { roles, oidcProviders } = deployed('direct', { ...subjects, ExistingProviderArn: arn }, before);
    expect(oidcProviders).toEqual(before.oidcProviders);
    expect(roles?.[0]?.trustPolicy.Statement).toEqual([
      expect.objectContaining({ Principal: { Federated: arn } }),
    ]);
  });

  test('a condition only where it is asked for', () => {
    const conditions = (more: object): unknown =>
      JSON.stringify(deployed('customer', { ...customer, ...more }, { id: '222222222222' }).roles);
    expect(conditions({})).not.toContain('RequestTag');
    expect(conditions({ RequiredProjectTag: 'shop' })).toContain('"aws:RequestTag/Project":"shop"');
  });
});

test.each<[string, Record<string, string>, string]>([
  ['hub', {}, 'The parameter Subjects is not given'],
  ['hub', { ...subjects, Subject: 'x' }, 'The template has no parameter Subject'],
  ['hub', { Subjects: 'repo:acme/shop:x,repo:*' }, 'The parameter Subjects cannot be'],
  ['customer', { ...customer, ExternalId: 'x' }, 'The parameter ExternalId cannot be x'],
  ['customer', { ...customer, HubAccountId: '1' }, 'The parameter HubAccountId cannot be 1'],
  ['none', {}, 'ENOENT'],
])('%s with %j is refused', (name, parameters, words) => {
  expect(() => deployed(name, parameters, { id: '111111111111' })).toThrow(words);
});

import { expect, test } from '@jest/globals';
import { checkPolicy, checkSpec } from '../../../../local/aws/policy-check.ts';
import { startLocalAws } from '../../../../local/aws/server.ts';
import type { AccountSpec, PolicyStatement } from '../../../../local/aws/spec.ts';
import { admits, deploy, fred, hub, policy, specOf } from '../accounts.ts';

const trust = admits(hub);
const permits = { Effect: 'Allow', Action: '*', Resource: '*' } as const;

test.each<[string, object]>([
  ['Resource', { ...trust, Resource: '*' }],
  ['NotPrincipal', { ...trust, NotPrincipal: { AWS: hub } }],
  ['effect is allow', { ...trust, Effect: 'allow' }],
  ['needs Principal', { Effect: 'Allow', Action: 'sts:AssumeRole' }],
  ['needs Action', { Effect: 'Allow', Principal: '*' }],
  ['Only * can be a principal', { ...trust, Principal: hub }],
  ['cannot have wildcards', { ...trust, Principal: { AWS: `arn:aws:iam::${hub}:role/*` } }],
  ['kind of principal', { ...trust, Principal: { Federate: 'x' } }],
  [
    'Unknown condition operator StringEqual',
    { ...trust, Condition: { StringEqual: { 'sts:ExternalId': 'x' } } },
  ],
  ['IpAddress is not evaluated', { ...trust, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }],
  ['Not an action', { ...trust, Action: 'AssumeRole' }],
  ['a list of values', { ...trust, Action: [] }],
  ['Policy variables', { ...trust, Condition: { StringEquals: { 'sts:ExternalId': '${ExternalId}' } } }],
])('a trust policy: %s', (words, statement) => {
  expect(() => {
    checkPolicy(policy(statement as PolicyStatement), 'trust');
  }).toThrow(words);
});

test.each<[string, object]>([
  ['Principal', { ...permits, Principal: '*' }],
  ['needs Resource', { Effect: 'Allow', Action: '*' }],
  ['needs Resource', { ...permits, NotResource: '*' }],
  ['needs Action', { ...permits, NotAction: '*' }],
  ['Not a resource', { ...permits, Resource: 'role/deploy' }],
  ['Policy variables', { ...permits, Resource: 'arn:aws:s3:::${aws:username}/*' }],
])('permissions: %s', (words, statement) => {
  expect(() => {
    checkPolicy(policy(statement as PolicyStatement), 'permissions');
  }).toThrow(words);
});

test.each<[string, Partial<AccountSpec>]>([
  ['12 digits', { id: '1234' }],
  ['listed twice', { id: hub }],
  ['listed twice', { users: [{ name: 'fred2', ...fred }] }],
  ['listed twice', { roles: [deploy, { ...deploy, name: 'DEPLOY' }] }],
  ['role name', { roles: [{ ...deploy, name: 'a b' }] }],
  ['role path', { roles: [{ ...deploy, path: 'team/' }] }],
  ['3600 to 43200', { roles: [{ ...deploy, maxSessionSeconds: 900 }] }],
  ['no statement', { roles: [{ ...deploy, trustPolicy: policy() }] }],
  ['needs Resource', { roles: [{ ...deploy, permissions: policy({ Effect: 'Allow', Action: '*' }) }] }],
  ['trust policy has Resource', { roles: [{ ...deploy, trustPolicy: policy(permits) }] }],
  ['https://', { oidcProviders: [{ url: 'token.actions.githubusercontent.com', clientIds: [] }] }],
])('a spec: %s', async (words, far) => {
  expect(() => {
    checkSpec(specOf({ far }));
  }).toThrow(words);
  await expect(startLocalAws(specOf({ far }))).rejects.toThrow(words);
});

import type { Hop, Plan } from '../../../src/aws/plan.ts';
import { parseRoleArn, type RoleArn } from '../../../src/aws/arn.ts';

/** A hop that carries nothing but what is given. */
export function hopTo(arn: string, more: Partial<Hop> = {}): Hop {
  return {
    role: parseRoleArn(arn) as RoleArn,
    sessionName: 'name',
    durationSeconds: 900,
    externalId: undefined,
    sourceIdentity: undefined,
    policy: undefined,
    mfa: undefined,
    tags: [],
    transitiveTagKeys: [],
    policyArns: [],
    ...more,
  };
}

export const hubArn = 'arn:aws:iam::111111111111:role/hub';
export const customerArn = 'arn:aws:iam::222222222222:role/deploy/customer';
export const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'base-secret' } as const;

/** The hub's role, then the customer's. */
export function planOf(base: Plan['base'], hops: Plan['hops'] = [hopTo(hubArn), hopTo(customerArn)]): Plan {
  return { base, hops, sts: { region: 'us-east-1', useFips: false, useDualstack: false } };
}

/** An unsigned JWT with these claims. */
export function tokenOf(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.c2ln`;
}

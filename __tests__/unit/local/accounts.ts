import type {
  AccountSpec,
  PolicyDocument,
  PolicyStatement,
  RoleSpec,
  AwsSpec,
} from '../../../local/aws/spec.ts';
import type { Keys } from './signed-request.ts';

/** The accounts of these tests: `hub`, where callers are, and `far`, where roles are that they may assume. */

export const hub = '111111111111';
export const far = '222222222222';
export const fred: Keys = { accessKeyId: 'AKIAFRED', secretAccessKey: 'secret/of+fred' };
export const fredArn = `arn:aws:iam::${hub}:user/fred`;
export const roleArn = `arn:aws:iam::${far}:role/team/deploy`;
/** What the role's sessions are called. */
export const sessionArn = (name: string): string => `arn:aws:sts::${far}:assumed-role/deploy/${name}`;

export const policy = (...statements: PolicyStatement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements,
});

/** Lets someone in, for everything that belongs to assuming a role. */
export const admits = (who: string, condition?: PolicyStatement['Condition']): PolicyStatement => ({
  Effect: 'Allow',
  Principal: { AWS: who },
  Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
  ...(condition === undefined ? {} : { Condition: condition }),
});

export const deploy: RoleSpec = { name: 'deploy', path: '/team/', trustPolicy: policy(admits(hub)) };

/** Both accounts, each with what it has besides. */
export function specOf(more: { hub?: Partial<AccountSpec>; far?: Partial<AccountSpec> } = {}): AwsSpec {
  return {
    accounts: [
      { id: hub, users: [{ name: 'fred', ...fred }], ...more.hub },
      { id: far, roles: [deploy], ...more.far },
    ],
  };
}

export const assume = (more: Record<string, string> = {}): Record<string, string> => ({
  Action: 'AssumeRole',
  RoleArn: roleArn,
  RoleSessionName: 'visit',
  ...more,
});

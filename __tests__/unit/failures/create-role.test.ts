import { expect, test } from '@jest/globals';
import type { Plan } from '../../../src/aws/plan.ts';
import { explain } from '../../../src/failures/explain.ts';
import { RequestFailure, type Answer } from '../../../src/sts/errors.ts';
import { customerArn, hopTo, hubArn, planOf } from '../sts/plans.ts';

const base = { kind: 'oidc', audience: 'sts.amazonaws.com' } as const;
const github = {
  iss: 'https://token.actions.githubusercontent.com',
  aud: 'sts.amazonaws.com',
  sub: 'repo:acme@1001/shop@2002:ref:refs/heads/main',
};

/** The commands that the explanation of a refused token has, one a line. */
function commands(
  plan: Plan,
  claims: Record<string, unknown> = {},
  environment: NodeJS.ProcessEnv = {},
): string[] {
  const attempt = {
    operation: 'AssumeRoleWithWebIdentity',
    hop: { index: 1, of: plan.hops.length },
    roleArn: plan.hops[0].role.text,
    claims: { ...github, ...claims },
  } as const;
  const answer: Answer = {
    ...{ code: 'AccessDenied', text: 'Not authorized to perform sts:AssumeRoleWithWebIdentity' },
    ...{
      requestId: 'r',
      status: 403,
      from: 'service',
      transient: false,
      throttled: false,
      clockCorrected: false,
    },
  };
  const { paste } = explain(new RequestFailure(attempt, answer, 1), plan, { environment });
  const last = paste.at(-1);
  return last?.kind === 'code' && last.code.includes('cloudformation deploy') ? last.code.split('\n') : [];
}

test('a role by itself is made by direct.yaml, with its name, path and duration', () => {
  const [download, , deploy] = commands(planOf(base, [hopTo(customerArn, { durationSeconds: 7200 })]));
  expect(download).toBe(
    'curl -fsSLO https://raw.githubusercontent.com/assume-role-chain/assume-role-chain/v1/templates/cloudformation/direct.yaml',
  );
  expect(deploy).toBe(
    'aws cloudformation deploy --stack-name customer --region us-east-1 --template-file direct.yaml --capabilities CAPABILITY_NAMED_IAM --parameter-overrides Subjects=repo:acme@1001/shop@2002:ref:refs/heads/main RoleName=customer RolePath=/deploy/ MaxSessionSeconds=7200 ExistingProviderArn="$provider"',
  );
});

test('a role with others after it is made by hub.yaml, and may assume the next', () => {
  const plan = planOf(base, [hopTo(hubArn), hopTo(customerArn)]);
  const environment = { GITHUB_ACTION_REPOSITORY: 'globex/fork', GITHUB_ACTION_REF: 'v1.2.3' };
  const [download, , deploy] = commands(plan, {}, environment);
  expect(download).toContain('/globex/fork/v1.2.3/templates/cloudformation/hub.yaml');
  expect(deploy).toContain(' RoleName=hub CustomerRolePattern=deploy/customer ');
});

test.each([
  ['arn:aws:iam::111111111111:role/my_role', 'my-role'],
  ['arn:aws:iam::111111111111:role/1st', 'role1st'],
  ['arn:aws:iam::111111111111:role/_x', 'role-x'],
])('the stack of %s is %s', (arn, name) => {
  expect(commands(planOf(base, [hopTo(arn)]))[2]).toContain(` --stack-name ${name} `);
});

test('a subject with a space is quoted', () => {
  const deploy = commands(planOf(base, [hopTo(hubArn)]), { sub: "repo:acme/shop:environment:my team's" })[2];
  expect(deploy).toContain(` Subjects='repo:acme/shop:environment:my team'\\''s' `);
});

test.each([
  ['another issuer', { iss: 'https://ghes.example.com/_services/token' }],
  ['a subject of another form', { sub: 'repository_owner:acme' }],
  ['a subject that CloudFormation would split', { sub: 'repo:acme/shop:ref:refs/heads/a,repo:x/y:z' }],
  ['a subject that would admit others', { sub: 'repo:acme/shop:environment:*' }],
  ['no subject', { sub: undefined }],
])('nothing for %s', (_, claims) => {
  expect(commands(planOf(base, [hopTo(hubArn)]), claims)).toEqual([]);
});

/** The command that the explanation of a refused AssumeRole has for the role of this ARN. */
function customerCommand(arn: string, list?: 'organization'): string | undefined {
  const attempt = { operation: 'AssumeRole', hop: { index: 2, of: 2 }, roleArn: arn } as const;
  const answer: Answer = {
    ...{ code: 'AccessDenied', text: 'User: x is not authorized to perform: sts:AssumeRole on resource: y' },
    ...{ requestId: 'r', status: 403, from: 'service' },
    ...{ transient: false, throttled: false, clockCorrected: false },
  };
  const plan = planOf(base, [hopTo(hubArn), hopTo(arn)]);
  const { paste } = explain(new RequestFailure(attempt, answer, 1), plan, { environment: {}, list });
  const last = paste.at(-1);
  return last?.kind === 'code' ? /^aws cloudformation deploy .*$/m.exec(last.code)?.[0] : undefined;
}

test("a customer's role is made by customer.yaml, for the hub's role", () => {
  expect(customerCommand(customerArn)).toBe(
    'aws cloudformation deploy --stack-name customer --region us-east-1 --template-file customer.yaml --capabilities CAPABILITY_NAMED_IAM --parameter-overrides HubAccountId=111111111111 HubRoleName=hub ExternalId=EXTERNAL-ID RoleName=customer RolePath=/deploy/',
  );
});

test('neither for a role of the same account, nor where a stack set makes the roles', () => {
  expect(customerCommand('arn:aws:iam::111111111111:role/deploy/customer')).toBeUndefined();
  expect(customerCommand(customerArn, 'organization')).toBeUndefined();
});

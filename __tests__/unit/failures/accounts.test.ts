import { expect, test } from '@jest/globals';
import type { FailedTarget } from '../../../src/chain/assume-targets.ts';
import { accountsReport } from '../../../src/failures/accounts.ts';
import { accountLines } from '../../../src/failures/fail-step.ts';
import { annotationOf, reportMarkdown } from '../../../src/failures/render.ts';
import { readAnswer } from '../../../src/sts/classify.ts';
import { RequestFailure, type Attempt } from '../../../src/sts/errors.ts';
import { hopTo, hubArn, planOf } from '../sts/plans.ts';

const caller = 'arn:aws:sts::111111111111:assumed-role/hub/name';
const roleOf = (index: number): string =>
  `arn:aws:iam::${String(200_000_000_000 + index)}:role/deploy/customer`;

function failed(index: number, Code: string, message: string): FailedTarget {
  const plan = planOf({ kind: 'oidc', audience: 'a' }, [hopTo(hubArn), hopTo(roleOf(index))]);
  const answer = readAnswer({
    ...{ Code, message },
    $metadata: { httpStatusCode: 403, requestId: `r-${String(index)}` },
  });
  const attempt: Attempt = {
    operation: 'AssumeRole',
    hop: { index: 2, of: 2 },
    roleArn: roleOf(index),
    callerArn: caller,
  };
  const target = { name: `c${String(index)}`, plan, sharedHops: 1 };
  return { target, error: new RequestFailure(attempt, answer, 1) };
}

const denied = (index: number): FailedTarget =>
  failed(
    index,
    'AccessDenied',
    `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${roleOf(index)} because no identity-based policy allows the sts:AssumeRole action`,
  );
const surroundings = { environment: {} };

test('one cause is explained once, with every role in the statement', () => {
  const found = accountsReport([denied(1), denied(2), denied(3)], 200, surroundings);
  expect(found.title).toBe('3 of 200 accounts failed');
  expect(found.advice).toMatch(
    /^Missing from identity-based policy: .* role customer of 3 accounts .* \(3 accounts: c1, c2, c3\)$/,
  );
  const documents = found.paste.flatMap((part) =>
    part.kind === 'code' && part.language === 'json' ? [part] : [],
  );
  expect(documents).toHaveLength(1);
  expect(JSON.parse(documents[0]?.code ?? '')).toMatchObject({
    Statement: [{ Resource: [roleOf(1), roleOf(2), roleOf(3)] }],
  });
  expect(found.groups?.map(({ accounts }) => accounts.map(({ name }) => name))).toEqual([['c1', 'c2', 'c3']]);
});

test('several causes: the largest first, each with its accounts and reasons', () => {
  const off = failed(9, 'RegionDisabledException', 'STS is not activated in this region');
  const found = accountsReport([off, denied(1), denied(2)], 3, surroundings);
  expect(found.groups?.map(({ report: { title }, accounts }) => [title, accounts.length])).toEqual([
    ['Missing from identity-based policy', 2],
    ['STS disabled in region', 1],
  ]);
  expect(found.steps.at(-1)).toMatch(/^another cause: STS disabled in region: .* \(account c9\)$/);
  const texts = found.paste.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
  expect(texts.slice(texts.indexOf('For "STS disabled in region":') + 1)).toEqual([
    "  - for regions that are enabled by default, STS must be active in the role's account",
    "  - for regions that are not, also in the caller's account",
  ]);
  expect(found.groups?.[1]?.accounts[0]?.reason).toMatch(/^STS disabled in region: .*\(request id r-9\)$/);
});

test('the line of an account stands alone: it points to nothing below', () => {
  const noReason = failed(
    8,
    'AccessDenied',
    `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${roleOf(8)}`,
  );
  const { groups = [] } = accountsReport([noReason, denied(1)], 2, surroundings);
  const reasons = groups.flatMap(({ accounts }) => accounts.map(({ reason }) => reason));
  expect(reasons).toEqual([
    expect.stringContaining('no external-id was sent: check the external id first. '),
    expect.stringContaining(`for ${caller}: attach a policy that allows it. `),
  ]);
});

test('2,200 accounts: an annotation, a short log and a summary below 256 kB', () => {
  const all = Array.from({ length: 2200 }, (_, index) => denied(index));
  const found = accountsReport(all, 2200, surroundings);
  const { message, rest } = annotationOf(found);
  expect(message.length).toBeLessThan(4096);
  expect(message.split('\n').length + rest.length).toBeLessThan(100);
  expect([message, ...rest].join('\n')).toContain('arn:aws:iam::*:role/deploy/customer');
  expect(Buffer.byteLength(reportMarkdown(found))).toBeLessThan(256_000);
});

test('2,200 causes: the annotation and the log list ten, and the others together', () => {
  const all = Array.from({ length: 2200 }, (_, index) => {
    const { target, error } = denied(index);
    const attempt: Attempt = {
      ...(error as RequestFailure).attempt,
      callerArn: `${caller}-${String(index)}`,
    };
    return { target, error: new RequestFailure(attempt, (error as RequestFailure).answer, 1) };
  });
  const found = accountsReport(all, 2200, surroundings);
  const { message, rest } = annotationOf(found);
  const groups = accountLines(found);
  expect(message.length).toBeLessThan(4096);
  expect(message).toContain('2190 more causes: the log of this step lists their accounts');
  expect(message.split('\n').length + rest.length + 2 * groups.length).toBeLessThan(300);
  expect(groups.at(-1)?.title).toBe('Other causes (2190)');
  const log = groups.flatMap(({ lines }) => lines).join('\n');
  for (const { target } of all) expect(log).toMatch(new RegExp(`\\b${target.name ?? ''}\\b`));
  expect(log.length).toBeLessThan(60_000);
  expect(Buffer.byteLength(reportMarkdown(found))).toBeLessThan(256_000);
});

/** The statements of the one policy to paste, and what is below it. */
function pasted(count: number): { statements: Record<string, unknown>[]; size: number; below: string[] } {
  const all = Array.from({ length: count }, (_, index) => denied(index));
  const { paste } = accountsReport(all, count, surroundings);
  const code = paste.find((part) => part.kind === 'code' && part.language === 'json');
  const document = JSON.parse(code?.kind === 'code' ? code.code : '') as { Statement: [] };
  const below = paste.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
  return { statements: document.Statement, size: JSON.stringify(document).length, below };
}

test.each([
  [60, ['Resource']],
  [70, ['Resource']],
  [200, ['Resource', 'Condition']],
  [300, ['Resource', 'Condition']],
])(
  '%i roles: these and no other are allowed, by a policy that IAM and Organizations accept',
  (count, fields) => {
    const { statements, size, below } = pasted(count);
    const [statement = {}, ...more] = statements;
    expect(more).toEqual([]);
    expect(Object.keys(statement).slice(2)).toEqual(fields);
    expect(size).toBeLessThan(5_120);
    const accounts = JSON.stringify(statement['Condition'] ?? statement['Resource']);
    for (const index of [0, count - 1]) expect(accounts).toContain(String(200_000_000_000 + index));
    expect(below.join()).not.toContain('every account');
  },
);

test('more accounts than a policy holds: the role in every account, and that is said', () => {
  const { statements, size, below } = pasted(2_200);
  expect(statements).toEqual([
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Resource: 'arn:aws:iam::*:role/deploy/customer',
    },
  ]);
  expect(size).toBeLessThan(5_120);
  expect(below.at(-1)).toMatch(
    /^The roles do not all fit into a policy, so this one allows their names in every/,
  );
});

test('commands for roles of different names have no name that fits one of them only', () => {
  const [one, two] = [failed(1, 'AccessDenied', 'no'), failed(2, 'AccessDenied', 'no')];
  const named = planOf({ kind: 'oidc', audience: 'a' }, [
    hopTo(hubArn),
    hopTo('arn:aws:iam::200000000002:role/other'),
  ]);
  const text = (more: FailedTarget): string => {
    const { message, rest } = annotationOf(accountsReport([one, more], 2, surroundings));
    return [message, ...rest].join('\n');
  };
  expect(text(two)).toContain('aws iam update-assume-role-policy --role-name customer ');
  const other = text({ ...two, target: { ...two.target, plan: named } });
  expect(other).toContain('aws iam update-assume-role-policy --role-name ROLE-NAME ');
  expect(other).not.toContain('--role-name customer ');
});

test('a token that several accounts do not trust: each needs its own provider', () => {
  const refused = (index: number, code: string, text: string): FailedTarget => {
    const { target } = denied(index);
    const plan = planOf({ kind: 'oidc', audience: 'a' }, [hopTo(roleOf(index))]);
    const answer = readAnswer({ Code: code, message: text, $metadata: { httpStatusCode: 403 } });
    const claims = { iss: 'https://token.actions.githubusercontent.com', aud: 'a', sub: 'repo:a/b:ref:x' };
    const attempt: Attempt = {
      ...{ operation: 'AssumeRoleWithWebIdentity', hop: { index: 1, of: 1 } },
      ...{ roleArn: roleOf(index), claims },
    };
    return { target: { ...target, plan }, error: new RequestFailure(attempt, answer, 1) };
  };
  const shown = (code: string, text: string): string => {
    const all = [1, 2].map((index) => refused(index, code, text));
    const { message, rest } = annotationOf(accountsReport(all, 2, surroundings));
    return [message, ...rest].join('\n');
  };
  const denial = shown('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
  expect(denial).toContain('In each account, write its own id instead of 200000000001.');
  expect(denial).toContain('Run them as an administrator of each account:');
  const none = shown('InvalidIdentityToken', 'No OpenIDConnect provider found in your account for https://x');
  expect(none).toMatch(/^No OIDC identity provider: 2 accounts have no IAM identity provider/);
});

test('60 roles of different names: all of them, on filled lines', () => {
  const all = Array.from({ length: 60 }, (_, index) => denied(index));
  const { message, rest } = annotationOf(accountsReport(all, 60, surroundings));
  const lines = [...message.split('\n'), ...rest];
  expect(lines.length).toBeLessThan(80);
  for (const index of [0, 59]) expect(lines.join('\n')).toContain(roleOf(index));
});

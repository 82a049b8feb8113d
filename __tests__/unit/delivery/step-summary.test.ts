import type { SourceKind } from '../../../src/sources/source.ts';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { summarizeAccounts, summarizeChain, summarizeReuse } from '../../../src/delivery/step-summary.ts';
import type { RoleSession } from '../../../src/aws/session.ts';
import { beRunner, type Runner } from '../runner.ts';

/** What a job's page shows, to the letter. */

let runner: Runner;
beforeEach(() => {
  runner = beRunner();
});
afterEach(() => {
  runner.end();
});

const expiration = new Date('2026-11-23T13:00:00Z');
const hop = (account: string, role: string) => ({
  roleArn: `arn:aws:iam::${account}:role/${role}`,
  assumedRoleArn: `arn:aws:sts::${account}:assumed-role/${role.split('/').at(-1) ?? ''}/name`,
  accountId: account,
  sessionName: 'name',
  expiration,
});
const hops = [hop('111111111111', 'hub'), hop('222222222222', 'deploy/customer')] as const;
const session: RoleSession = {
  credentials: { accessKeyId: 'ASIA1', secretAccessKey: 'secret', sessionToken: 'token' },
  ...hops[1],
  assumedRoleId: 'AROA1:name',
  expires: expiration.getTime(),
  hops,
};
const arn = 'arn:aws:sts::222222222222:assumed-role/customer/name';

test.each<[SourceKind, string]>([
  ['oidc', "GitHub's<br/>OIDC token"],
  ['access-key', 'access keys'],
  ['token-file', 'token file'],
  ['ambient', "the runner's<br/>credentials"],
])('a chain from %s, drawn and as a table', async (source, words) => {
  const about = { step: 'assume', profile: 'cust_omer', source: 'Starting from <keys>.' };
  await summarizeChain(session, source, about);
  expect(runner.summary()).toBe(
    `### Assumed ${arn}

Step: <code>assume</code>. Profile: <code>cust&#95;omer</code>. Starting from &#60;keys&#62;.

\`\`\`mermaid
flowchart LR
  base(["${words}"])
  hop1["hub<br/>111111111111"]
  hop2["customer<br/>222222222222"]
  base --> hop1
  hop1 --> hop2
\`\`\`

| hop | account | role | session | expires |
| --- | --- | --- | --- | --- |
| 1 | <code>111111111111</code> | <code>hub</code> | <code>name</code> | 2026-11-23T13:00:00Z |
| 2 | <code>222222222222</code> | <code>customer</code> | <code>name</code> | 2026-11-23T13:00:00Z |
`,
  );
});

test('many accounts', async () => {
  await summarizeAccounts([{ name: 'acme', session }], { step: '', source: 'Starting from keys.' });
  expect(runner.summary()).toBe(
    `### Assumed a role in 1 account

Starting from keys.

| profile | account | role | expires |
| --- | --- | --- | --- |
| <code>acme</code> | <code>222222222222</code> | <code>customer</code> | 2026-11-23T13:00:00Z |
`,
  );
});

test('more accounts than fit in a summary', async () => {
  const accounts = Array.from({ length: 2_200 }, (_, index) => ({ name: `account-${index}`, session }));
  await summarizeAccounts(accounts, { step: 'assume', source: 'Starting from keys.' });
  const text = runner.summary();
  expect(Buffer.byteLength(text)).toBeLessThan(128_000);
  const shown = text.split('\n').filter((line) => line.includes('<code>account-')).length;
  expect(text).toContain(`The log of the step lists ${2_200 - shown} more.`);
});

test('credentials of an earlier step', async () => {
  await summarizeReuse(arn, 'Reusing the credentials.', 'assume');
  expect(runner.summary()).toBe(`### Reused ${arn}\n\nStep: <code>assume</code>. Reusing the credentials.\n`);
});

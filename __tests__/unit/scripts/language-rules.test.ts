import { describe, expect, test } from '@jest/globals';
import { allowed, languageProblems } from '../../../scripts/language-rules.ts';
import { textsOfProject } from '../../../scripts/check-language.ts';

const problems = (text: string): string[] => languageProblems({ where: 'docs/a.md', text });

test('plain sentences have no problems', () => {
  expect(problems('The step fails before any request. Add the role to the list.')).toEqual([]);
});

test('a word of the list is named, with what to write', () => {
  expect(problems('The variable stands twice.')).toEqual([
    'docs/a.md: "stands twice" (write: is, appears, is listed twice): The variable stands twice.',
  ]);
  for (const words of [
    'It is told this.',
    'It cannot go with this.',
    'It is none of this.',
    'It is amiss.',
    'It gave back this.',
    'It is passed over.',
    'It goes to whoever asks.',
    'It uses the settings of before.',
    'Enter every account.',
    'Check whose keys the job has.',
    'It is the role of the hop before.',
    'A comma may stand here.',
  ])
    expect([words, problems(words)]).toEqual([words, [expect.stringContaining('(write: ')]]);
});

test('a sentence of 30 words is short enough, one of 31 is not', () => {
  const words = (count: number): string =>
    `Word ${Array.from({ length: count - 1 }, () => 'word').join(' ')}.`;
  expect(problems(`${words(30)} ${words(30)}`)).toEqual([]);
  expect(problems(words(31))).toEqual([expect.stringMatching(/^docs\/a\.md: 31 words: Word /)]);
});

test('a comment in code may be long, but has no word of the list', () => {
  const comment = (text: string) => languageProblems({ where: 'src/a.ts', text, kind: 'comment' });
  expect(comment('word '.repeat(40))).toEqual([]);
  expect(comment('Tells the two apart.')).toHaveLength(1);
});

test.each(['means', 'retakes', 'frontDoors', 'isTold', 'keptValues'])('the name %s is private', (name) => {
  expect(languageProblems({ where: 'src/a.ts', text: name, kind: 'name' })).toEqual([
    expect.stringContaining(`in the name ${name}`),
  ]);
});

test.each(['dependencies', 'offered', 'mainDoorway', 'persisted'])('the name %s is not', (name) => {
  expect(languageProblems({ where: 'src/a.ts', text: name, kind: 'name' })).toEqual([]);
});

test('every exception has a reason', () => {
  for (const { text, reason } of allowed) expect([text, reason.length > 10]).toEqual([text, true]);
});

describe('the texts of the project', () => {
  const texts = textsOfProject();
  const of = (where: string, kind?: 'comment' | 'name'): string[] =>
    texts.filter((one) => one.where === where && one.kind === kind).map(({ text }) => text);

  test.each([
    ['docs/chaining.md', undefined, 'Several roles are a chain.'],
    ['action.yml', undefined, 'Session name of every role.'],
    ['.github/ISSUE_TEMPLATE/bug.yml', undefined, 'Do not paste secrets.'],
    ['examples/cdk.yml', undefined, 'Deploys with the AWS CDK.'],
    ['examples/customer-deployment.yml', undefined, "Assume the customer's role"],
    ['templates/cloudformation/hub.yaml', undefined, 'GitHub workflows assume it with their OIDC token'],
    ['templates/terraform/hub/variables.tf', undefined, 'Subjects of the workflows'],
    ['src/request/warnings.ts', undefined, 'a profile renews its credentials by itself'],
    ['src/chain/chain.ts', 'comment', 'each role assumed with the credentials of the one before'],
    ['src/chain/chain.ts', 'name', 'assumeChain'],
    ['scripts/migrate/options.ts', undefined, 'Rewrites the steps'],
    ['local/aws/policy.ts', 'comment', 'an explicit deny wins'],
    ['__tests__/e2e/probe.test.ts', 'comment', 'The workflow that calls the real AWS'],
  ] as const)('%s (%s): includes "%s"', (where, kind, text) => {
    expect(of(where, kind).join('\n')).toContain(text);
  });

  test('code and tables of contents are not read', () => {
    const page = of('docs/chaining.md').join('\n');
    expect(page).not.toContain('role-arn: |');
    expect(page).not.toContain('Contents:');
  });
});

import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { inputNames } from '../../../src/request/inputs.ts';
import { knownInputs } from '../../../scripts/migrate/inputs.ts';
import { migrate } from '../../../scripts/migrate/workflow.ts';

const ours = 'assume-role-chain/assume-role-chain@v1';
const role = 'arn:aws:iam::111111111111:role/deploy';

/** A workflow of one job with these steps, which are written as they are. */
const workflow = (steps: string): string =>
  `name: Deploy\non: push\n\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n${steps}`;

/** One step with these inputs. */
const step = (inputs: string, more = ''): string =>
  workflow(
    `      - name: Enter\n        uses: aws-actions/configure-aws-credentials@v6\n${more}        with:\n${inputs
      .trimEnd()
      .split('\n')
      .map((line) => `          ${line}`)
      .join('\n')}\n`,
  );

interface Step {
  uses?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}
const stepsOf = (text: string): Step[] =>
  (parse(text) as { jobs: { deploy: { steps: Step[] } } }).jobs.deploy.steps;

/** The inputs of the one step, after. */
function inputsAfter(inputs: string): Record<string, unknown> | undefined {
  const after = migrate(step(inputs), ours);
  return stepsOf(after.text)[0]?.with;
}

test('everything else stays as it is, to the letter', () => {
  const before = `# A comment at the top
name:   "Deploy"   # odd spacing
on: { push: { branches: [ main ] } }

permissions: {id-token: write,   contents: read}

jobs:
    deploy:
        runs-on:   ubuntu-latest
        outputs:
            account: \${{ steps.aws.outputs.aws-account-id }}
        steps:
        - uses: actions/checkout@v5

        # Who we are
        - name: 'Configure'   # keep me
          id: aws
          uses: aws-actions/configure-aws-credentials@8df5847569e6427dd6c4fb1cf565c83acfa8afa7 # v6.0.0
          with:
              # the role
              role-to-assume: '${role}'   # hers
              aws-region:   us-east-1
              unset-current-credentials: true # not needed
              role-session-name: x-y

              role-duration-seconds: 1200
        - run: |
            echo "\${{ steps.aws.outputs['authenticated-arn'] }}" '\${{ steps.other.outputs.aws-account-id }}'
            exit 0
    other:
        runs-on: ubuntu-latest
        steps:
        - run: echo "\${{ steps.aws.outputs.aws-account-id }}"
`;
  const after = migrate(before, ours);
  expect(after.text).toBe(
    before
      .replace('steps.aws.outputs.aws-account-id', 'steps.aws.outputs.account-id')
      .replace(/aws-actions\/.*# v6\.0\.0/, ours)
      .replace('role-to-assume:', 'role-arn:')
      .replace('aws-region:', 'region:')
      .replace('              unset-current-credentials: true # not needed\n', '')
      .replace('role-session-name:', 'session-name:')
      .replace('role-duration-seconds:', 'duration-seconds:')
      .replace("['authenticated-arn']", "['assumed-role-arn']"),
  );
  expect({ steps: after.steps, decisions: after.decisions, notes: after.notes }).toEqual({
    steps: 1,
    decisions: [],
    notes: [],
  });
});

test('names in other case, and outputs however they are read', () => {
  const before = workflow(`      - id: aws
        uses: AWS-Actions/Configure-AWS-Credentials@v6
        with:
          Role-To-Assume: ${role}
          AWS-REGION: us-east-1
          role-session-name: name
      - run: echo \${{ steps . aws . outputs . AWS-Account-Id }} \${{ Steps["aws"].outputs [ 'aws-expiration' ] }}
      - run: echo \${{ steps.aws.outcome }} \${{ steps.aws-2.outputs.aws-account-id }} \${{ steps.aws.outputs.other }}
      - run: echo '\${{ toJSON(steps.aws.outputs) }}'
`);
  const { text, decisions } = migrate(before, ours);
  expect(stepsOf(text)[0]?.with).toEqual({ 'role-arn': role, region: 'us-east-1', 'session-name': 'name' });
  expect(text).toContain(
    'steps . aws . outputs . account-id }} \${{ Steps["aws"].outputs [ \'expiration\' ]',
  );
  expect(text).toContain(
    'steps.aws.outcome }} ${{ steps.aws-2.outputs.aws-account-id }} ${{ steps.aws.outputs.other',
  );
  expect(decisions).toEqual([
    { line: 16, text: 'All outputs of aws are read here: they have other names now.' },
  ]);
});

test('a file without such steps is not changed', () => {
  const text = workflow('      - uses: actions/checkout@v5\n');
  expect(migrate(text, ours)).toEqual({ text, steps: 0, decisions: [], notes: [] });
});

test('Windows line ends, and no line end at the end', () => {
  const before = step(`role-to-assume: ${role}\nrole-chaining: true\nrole-session-name: name`)
    .trimEnd()
    .replaceAll('\n', '\r\n');
  const { text } = migrate(before, ours);
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  expect(stepsOf(text)[0]?.with).toEqual({
    'role-arn': role,
    'session-name': 'name',
    'credential-source': 'ambient',
    'workflow-tags': true,
  });
});

describe('what the inputs become', () => {
  const all = (more: string): string => `role-to-assume: ${role}\nrole-session-name: name\n${more}`;
  const rest = { 'role-arn': role, 'session-name': 'name' };

  test.each<[string, Record<string, unknown>]>([
    ['aws-region: us-east-1', { region: 'us-east-1' }],
    ['web-identity-token-file: /token', { 'web-identity-token-file': '/token' }],
    ['audience: a\nmask-aws-account-id: true', { audience: 'a', 'mask-account-id': true }],
    [
      'inline-session-policy: >-\n  {"Version":\n  "2012-10-17"}\nmanaged-session-policies: |\n  a\n  b',
      { 'session-policy': '{"Version": "2012-10-17"}', 'session-policy-arns': 'a\nb\n' },
    ],
    [
      'output-credentials: true\noutput-env-credentials: false',
      { 'output-credentials': true, 'export-env': false },
    ],
    [
      "allowed-account-ids: '1'\nsts-endpoint: https://x",
      { 'allowed-account-ids': '1', 'sts-endpoint': 'https://x' },
    ],
    ['retry-max-attempts: 3\naction-timeout-s: 20', { 'max-attempts': 3, 'timeout-seconds': 20 }],
    ['disable-retry: true\nretry-max-attempts: 3', { 'max-attempts': 1 }],
    ['disable-retry: false\naction-timeout-s: 0', {}],
    ['translate-env-variables: false\nforce-skip-oidc: false\nrole-chaining: false', {}],
    ['role-skip-session-tagging: true', {}],
    [
      'aws-access-key-id: a\naws-secret-access-key: b\naws-session-token: c\nrole-external-id: e\nrole-skip-session-tagging: true',
      { 'access-key-id': 'a', 'secret-access-key': 'b', 'session-token': 'c', 'external-id': 'e' },
    ],
    [
      'aws-access-key-id: a\naws-secret-access-key: b\nforce-skip-oidc: true\nrole-chaining: true',
      { 'access-key-id': 'a', 'secret-access-key': 'b', 'workflow-tags': true },
    ],
    ['role-chaining: true\nrole-skip-session-tagging: true', { 'credential-source': 'ambient' }],
    ['force-skip-oidc: true\nrole-skip-session-tagging: true', { 'credential-source': 'ambient' }],
    [
      `role-chaining: true\ncustom-tags: '{"Team":"a b","Cost":12}'`,
      { 'session-tags': 'Team=a b\nCost=12\n', 'credential-source': 'ambient', 'workflow-tags': true },
    ],
    [
      `role-chaining: true\nrole-skip-session-tagging: true\ncustom-tags: '{"a":"b"}'\ntransitive-tag-keys: a`,
      { 'credential-source': 'ambient' },
    ],
    [
      'aws-access-key-id: a\nweb-identity-token-file: t',
      { 'access-key-id': 'a', 'web-identity-token-file': 't', 'credential-source': 'token-file' },
    ],
    ["http-proxy: ''\nno-proxy:", {}],
    ['aws-profile: dev', { profile: 'dev' }],
  ])('%s', (inputs, expected) => {
    expect(inputsAfter(all(inputs))).toEqual({ ...rest, ...expected });
  });

  test('proxies become variables of the step, which may have some already', () => {
    const [alone] = stepsOf(migrate(step(all('http-proxy: http://p:1\nno-proxy: x')), ours).text);
    expect(alone).toMatchObject({ with: rest, env: { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'x' } });
    const before = step(all('http-proxy: ${{ vars.PROXY }}'), '        env:\n          A: b # c\n');
    const [beside] = stepsOf(migrate(before, ours).text);
    expect(beside).toMatchObject({ with: rest, env: { A: 'b', HTTPS_PROXY: '${{ vars.PROXY }}' } });
  });

  test('what it becomes is an input of ours', () => {
    const each = knownInputs.map((name) => `${name}: 'x'`).join('\n');
    for (const name of Object.keys(inputsAfter(each) ?? {})) expect(inputNames).toContain(name);
  });
});

describe('what somebody must decide', () => {
  const told = (inputs: string): string[] => migrate(step(inputs), ours).decisions.map(({ text }) => text);
  const keys = 'aws-access-key-id: a\naws-secret-access-key: b\nrole-session-name: name\n';

  test.each([
    [
      `role-to-assume: deploy`,
      'This action refuses role-arn: "deploy" is not a role ARN: it must begin with "arn:", as in arn:aws:iam::123456789012:role/deploy',
    ],
    [
      `role-to-assume: ${role}\nrole-chaining: true\nunset-current-credentials: true`,
      'keys in the environment come first',
    ],
    [`role-to-assume: ${role}\nrole-external-id: e`, 'role-external-id was taken out'],
    [`role-to-assume: ${role}\ncustom-tags: '{}'`, 'custom-tags was taken out'],
    [`role-to-assume: ${role}\ntransitive-tag-keys: Actor`, 'transitive-tag-keys was taken out'],
    [`${keys}role-to-assume: ${role}`, 'workflow-tags: true does the same'],
    [`${keys}role-to-assume: ${role}\ntransitive-tag-keys: Branch`, 'Branch is Ref'],
    [`${keys}role-to-assume: ${role}\ncustom-tags: \${{ vars.TAGS }}`, 'takes a line "key=value"'],
    [
      `role-to-assume: ${role}\nrole-chaining: \${{ inputs.chain }}`,
      'role-chaining was decided by an expression',
    ],
    [
      `role-to-assume: ${role}\naws-profile: p\noverwrite-aws-profile: true`,
      'overwrite-aws-profile was taken out',
    ],
    [
      `role-to-assume: ${role}\naws-profile: p\noutput-env-credentials: true`,
      'output-env-credentials was taken out',
    ],
    [`role-to-assume: ${role}\nuse-existing-credentials: true`, 'use-existing-credentials was taken out'],
    [`role-to-assume: ${role}\nrole-to-asume: x`, 'role-to-asume is no input that is known here'],
    ['aws-region: us-east-1', 'This step was left as it is: it names no role'],
  ])('%s', (inputs, expected) => {
    expect(told(inputs)).toContainEqual(expect.stringContaining(expected));
  });

  test('each is told with the line of the new file', () => {
    const two = workflow(
      `      - uses: aws-actions/configure-aws-credentials@v6
        with:
          role-to-assume: ${role}
          unset-current-credentials: true
          translate-env-variables: false
      - uses: aws-actions/configure-aws-credentials@v6
        with:
          role-to-assume: arn:aws:iam::222222222222:role/x
          role-chaining: true
          role-skip-session-tagging: true
`,
    );
    const { text, notes } = migrate(
      two.replace('on: push', 'on: push\npermissions: { id-token: write }'),
      ours,
    );
    const lines = text.split('\n');
    expect(notes.map(({ line }) => lines[line - 1])).toEqual(
      Array.from({ length: 3 }, () => `      - uses: ${ours}`),
    );
    expect(notes.map(({ line }) => line)).toEqual([9, 12, 12]);
    expect(migrate(two, ours).notes.map(({ text: one }) => one)).toContainEqual(
      expect.stringContaining('Nothing in this file grants id-token: write'),
    );
    expect(notes[2]?.text).toContain('one step with both roles');
  });

  test.each([
    [
      'in one line',
      `      - { uses: aws-actions/configure-aws-credentials@v6, with: { role-to-assume: ${role} } }\n`,
    ],
    [
      'as an alias',
      `      - uses: aws-actions/configure-aws-credentials@v6
        with: &inputs
          role-to-assume: ${role}
          role-session-name: name
      - uses: aws-actions/configure-aws-credentials@v6
        with: *inputs
`,
    ],
  ])('inputs that are written %s are left', (_, steps) => {
    const { text, decisions } = migrate(workflow(steps), ours);
    expect(text).toContain('aws-actions/configure-aws-credentials@v6');
    for (const { text: one } of decisions) expect(one).toContain('This step was left as it is');
    expect(decisions).toHaveLength(steps.split('aws-actions/').length - 1);
  });

  test.each([
    [
      'a block of text',
      `      - uses: >-\n          aws-actions/configure-aws-credentials@v6\n        with:\n          role-to-assume: ${role}\n`,
    ],
    [
      'shared with other places',
      `      - uses: &u aws-actions/configure-aws-credentials@v6\n        with:\n          role-to-assume: ${role}\n`,
    ],
    [
      'shared with other places',
      `      - uses: aws-actions/configure-aws-credentials@v6\n        with:\n          role-to-assume: ${role}\n          unset-current-credentials: &t true\n`,
    ],
    [
      'beside it an input with the name',
      `      - uses: aws-actions/configure-aws-credentials@v6\n        with:\n          role-to-assume: ${role}\n          aws-region: a\n          region: b\n`,
    ],
    [
      'must go into its env',
      `      - uses: aws-actions/configure-aws-credentials@v6\n        env: { A: b }\n        with:\n          role-to-assume: ${role}\n          http-proxy: http://p:1\n`,
    ],
    [
      'must go into its env',
      `      - uses: aws-actions/configure-aws-credentials@v6\n        env:\n          NO_PROXY: b\n        with:\n          role-to-assume: ${role}\n          no-proxy: x\n`,
    ],
  ])('what cannot be rewritten line by line is left: %s', (why, steps) => {
    const before = workflow(steps);
    const { text, decisions } = migrate(before, ours);
    expect(text).toBe(before);
    expect(decisions.map(({ text: one }) => one)).toEqual([expect.stringContaining(why)]);
  });

  test.each([
    ['retry-max-attempts: 200', 'max-attempts: "200" is outside of 1 to 100'],
    ['role-duration-seconds: 60', 'duration-seconds: "60" is outside of 900 to 43200'],
    ['aws-region: aws-global', 'region: "aws-global"'],
    ['aws-profile: my profile', 'profile: "my profile" cannot be a profile'],
    ["allowed-account-ids: '111111111111,'", 'allowed-account-ids: has an empty entry'],
  ])('%s would be refused, and is told', (input, words) => {
    expect(told(`role-to-assume: \${{ vars.ROLE }}\nrole-session-name: name\n${input}`)).toEqual([
      expect.stringContaining(`This action refuses ${words}`),
    ]);
  });

  test('in China the audience stays what it was', () => {
    const china = 'role-to-assume: arn:aws-cn:iam::111111111111:role/x\nrole-session-name: name';
    expect(inputsAfter(china)).toMatchObject({ audience: 'sts.amazonaws.com' });
  });

  test('inputs by environment', () => {
    const text = `env:\n  ROLE_SESSION_NAME: x\n${step(`role-to-assume: ${role}\nrole-session-name: name`)}`;
    expect(migrate(text, ours).decisions).toEqual([
      {
        line: 2,
        text: 'ROLE_SESSION_NAME was an input by environment, which is not read here: give it as an input.',
      },
    ]);
    expect(migrate('env:\n  AWS_SKIP_CLEANUP_STEP: x\n', ours).decisions).toEqual([]);
  });

  test('AWS_SKIP_CLEANUP_STEP', () => {
    const text = `env:\n  AWS_SKIP_CLEANUP_STEP: 'true'\n${step(`role-to-assume: ${role}\nrole-session-name: name`)}`;
    const [decision, ...more] = migrate(text, ours).decisions;
    expect(decision).toMatchObject({ line: 2 });
    expect(decision?.text).toContain('is not read');
    expect(more).toEqual([]);
  });
});

test('a composite action, whose outputs stand above its steps', () => {
  const before = `name: x
outputs:
  account:
    value: \${{ steps.aws.outputs.aws-account-id }}
runs:
  using: composite
  steps:
    - id: aws
      uses: "aws-actions/configure-aws-credentials@v4"
      with:
        role-to-assume: \${{ inputs.role }}
        aws-region: \${{ inputs.region }}
        aws-session-token: \${{ steps.aws.outputs.aws-session-token }}
        role-session-name: name
`;
  const { text, steps } = migrate(before, 'acme/fork@v2');
  expect(steps).toBe(1);
  expect(text).toBe(
    before
      .replace('aws-account-id', 'account-id')
      .replace('aws-actions/configure-aws-credentials@v4', 'acme/fork@v2')
      .replace('role-to-assume', 'role-arn')
      .replace('aws-region', 'region')
      .replace('aws-session-token', 'session-token')
      .replace('outputs.aws-session-token', 'outputs.session-token')
      .replace('role-session-name', 'session-name'),
  );
});

test('a file that is no YAML is an error that says where', () => {
  expect(() => migrate('jobs: [\n', ours)).toThrow(/at line \d+/);
});

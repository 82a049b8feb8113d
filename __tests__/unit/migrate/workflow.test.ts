import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { inputNames } from '../../../src/request/inputs.ts';
import { theirInputs } from '../../../scripts/migrate/inputs.ts';
import { mayHaveSteps, migrate } from '../../../scripts/migrate/workflow.ts';
import { usual } from './kinds.ts';

const role = 'arn:aws:iam::111111111111:role/deploy';

/** The inputs of one step, afterwards. */
function inputsAfter(inputs: string): Record<string, unknown> | undefined {
  const lines = inputs.split('\n').map((line) => `          ${line}\n`);
  const text = `permissions: { id-token: write }\njobs:\n  deploy:\n    steps:\n      - uses: aws-actions/configure-aws-credentials@v6\n        with:\n${lines.join('')}`;
  const after = parse(migrate(text, usual).text) as {
    jobs: { deploy: { steps: { with?: Record<string, unknown> }[] } };
  };
  return after.jobs.deploy.steps[0]?.with;
}

describe('one input at a time', () => {
  const rest = { 'role-arn': role, 'session-name': 'name' };

  test.each<[string, Record<string, unknown>]>([
    ['aws-region: us-east-1', { region: 'us-east-1' }],
    ['web-identity-token-file: /token', { 'web-identity-token-file': '/token' }],
    ['audience: a\nmask-aws-account-id: true', { audience: 'a', 'mask-account-id': true }],
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
    ['role-chaining: true\nrole-skip-session-tagging: true', { 'credential-source': 'ambient' }],
    ['force-skip-oidc: true\nrole-skip-session-tagging: true', { 'credential-source': 'ambient' }],
    ["http-proxy: ''\nno-proxy:", {}],
    ["role-external-id: ''\ninline-session-policy:\nallowed-account-ids: ''\naws-profile: ''", {}],
    ['aws-profile: dev', { profile: 'dev' }],
  ])('%s', (inputs, expected) => {
    expect(inputsAfter(`role-to-assume: ${role}\nrole-session-name: name\n${inputs}`)).toEqual({
      ...rest,
      ...expected,
    });
  });

  test('whatever they are, they become inputs of this action', () => {
    for (const value of ['x', '${{ vars.X }}', 'true', '1']) {
      const each = Object.keys(theirInputs).map((name) => `${name}: '${value}'`);
      const after = Object.keys(inputsAfter(each.join('\n')) ?? {});
      expect(after.filter((name) => !(inputNames as readonly string[]).includes(name))).toEqual([]);
    }
  });
});

describe('files', () => {
  test('without the name of the other action are not read as YAML', () => {
    const text = 'jobs: [\n';
    expect(mayHaveSteps(text)).toBe(false);
    expect(migrate(text, usual).text).toBe(text);
  });

  test.each([
    ['a list that does not end', 'jobs: [\n'],
    ['a tab', 'jobs:\n\tdeploy: x\n'],
    ['the same input twice', 'a:\n  with:\n    x: 1\n    x: 2\n'],
    ['an alias without an anchor', 'a: *b\n'],
    ['a document of a template', '{{ if .Values.x }}\na: {{ .Values.y }}\n'],
  ])('that are no YAML are errors that say so: %s', (_, text) => {
    expect(() => migrate(`# aws-actions/configure-aws-credentials\n${text}`, usual)).toThrow(Error);
  });

  test('an error says where', () => {
    expect(() => migrate('# aws-actions/configure-aws-credentials\njobs: [\n', usual)).toThrow(/at line \d+/);
  });
});

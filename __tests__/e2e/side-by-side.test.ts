import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ownAction } from '../../scripts/migrate/release.ts';
import { migrate } from '../../scripts/migrate/workflow.ts';
import {
  customerRole,
  defaultAccounts,
  externalId,
  hubRole,
  startLocalServices,
  user,
} from '../../local/services.ts';
import type { RunOptions } from '../../local/runner/runner.ts';
import { shown, stepOf } from '../workflows.ts';

/**
 * Compares a migrated workflow with the other action: the requests, the environment, the outputs and the masks. These
 * come from the other action's source at the release that the workflow names.
 */

/** The parts of a request to STS that must be the same in both. */
interface Sent {
  readonly action: 'AssumeRoleWithWebIdentity' | 'AssumeRole';
  readonly role: string;
  readonly session?: string;
  readonly seconds?: number;
  readonly externalId?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly transitive?: readonly string[];
  readonly policyArns?: readonly string[];
}

interface Expected {
  readonly requests: readonly Sent[];
  /** The role of the job's keys; undefined: no keys. */
  readonly identity: string | undefined;
  readonly region?: string;
  /** What the last step prints. */
  readonly printed?: string;
  readonly masked?: boolean;
}

interface Case extends Expected {
  readonly name: string;
  readonly steps: string;
  /** Above `jobs:`; default: the permission to ask for tokens. */
  readonly head?: string;
  readonly merge?: boolean;
  readonly run?: Partial<RunOptions>;
}

const sts = 'arn:aws:sts::';
const hub = `${sts}111111111111:assumed-role/deployment-hub/GitHubActions`;
const customer = `${sts}222222222222:assumed-role/customer-deployment/GitHubActions`;
const token = 'permissions:\n  id-token: write\n';
const none = 'permissions: {}\n';

/** A step of the other action. */
const step = (ref: string, inputs: string, more = ''): string =>
  `      - uses: aws-actions/configure-aws-credentials@${ref}\n${more}        with:\n${inputs
    .trim()
    .split('\n')
    .map((line) => `          ${line}`)
    .join('\n')}\n`;
const print = (text: string): string => `      - run: echo "${text}"\n`;
const role = `role-to-assume: ${hubRole}\naws-region: us-east-1`;
const secrets = { KEY: user.accessKeyId, SECRET: user.secretAccessKey, CUSTOMER: externalId };
const keys = 'aws-access-key-id: ${{ secrets.KEY }}\naws-secret-access-key: ${{ secrets.SECRET }}\n';
const machineEnv = { AWS_ACCESS_KEY_ID: user.accessKeyId, AWS_SECRET_ACCESS_KEY: user.secretAccessKey };
const chained = `role-to-assume: ${customerRole}\nrole-chaining: true\naws-region: us-east-1\nrole-external-id: \${{ secrets.CUSTOMER }}\n`;

/** In every release. */
const tags = {
  GitHub: 'Actions',
  Repository: 'acme/shop',
  Workflow: 'Deploy',
  Action: 'the name of the action',
  Actor: 'fred',
  Commit: '4f6f2f3b1d0e4a6c8b7a5d3c2e1f0a9b8c7d6e5f',
  Branch: 'refs/heads/main',
};
/** From 6.2.0. */
const moreTags = {
  ...tags,
  EventName: 'push',
  RefName: 'main',
  RunId: '42',
  RefType: 'branch',
  Job: 'deploy',
};

const byToken = { action: 'AssumeRoleWithWebIdentity', role: hubRole } as const;
const byKeys = { action: 'AssumeRole', role: hubRole } as const;
const dispatch = (name: string): string =>
  `on:\n  workflow_dispatch:\n    inputs:\n      ${name}: { required: false }\n  push:\n`;

const cases: readonly Case[] = [
  {
    name: 'version 6, GitHub token',
    steps: step('v6', role, '        id: aws\n') + print('${{ steps.aws.outputs.aws-account-id }}'),
    ...{ requests: [byToken], identity: hub, printed: '111111111111' },
  },
  {
    name: 'version 1, GitHub token: account ids are masked',
    steps: step('v1', role, '        id: aws\n') + print('${{ steps.aws.outputs.aws-account-id }}'),
    ...{ requests: [byToken], identity: hub, printed: '***', masked: true },
  },
  {
    name: 'version 2, unmasked',
    steps: step('v2', `${role}\nmask-aws-account-id: 'false'`),
    ...{ requests: [byToken], identity: hub },
  },
  {
    name: 'version 4, session name and duration',
    steps: step(
      'v4',
      `${role}\nrole-session-name: deploy-\${{ github.run_id }}\nrole-duration-seconds: 1200`,
    ),
    requests: [{ ...byToken, session: 'deploy-42', seconds: 1200 }],
    identity: hub.replace('GitHubActions', 'deploy-42'),
  },
  {
    name: 'version 5, an external id that a token cannot carry',
    steps: step('v5', `${role}\nrole-external-id: acme`),
    ...{ requests: [byToken], identity: hub },
  },
  {
    name: 'version 1, keys: six hours, tags',
    ...{ head: none, steps: step('v1', keys + role), run: { secrets } },
    requests: [{ ...byKeys, seconds: 21_600, tags }],
    ...{ identity: hub, masked: true },
  },
  {
    name: 'version 4, keys, external id, no tags',
    head: none,
    steps: step('v4', `${keys}${role}\nrole-external-id: acme-7\nrole-skip-session-tagging: true`),
    run: { secrets },
    requests: [{ ...byKeys, externalId: 'acme-7' }],
    identity: hub,
  },
  {
    name: 'version 4, keys: tags',
    ...{ head: none, steps: step('v4', keys + role), run: { secrets } },
    ...{ requests: [{ ...byKeys, tags }], identity: hub },
  },
  {
    name: "version 6, keys: more tags, and the step's own",
    head: none,
    steps: step(
      'v6',
      `${keys}${role}\ncustom-tags: '{"Team": "shop", "RefName": "own"}'\ntransitive-tag-keys: |\n  Team\n  Nothing`,
    ),
    run: { secrets },
    requests: [{ ...byKeys, tags: { ...moreTags, RefName: 'own', Team: 'shop' }, transitive: ['Team'] }],
    identity: hub,
  },
  {
    name: "version 4, a workflow's name that STS would not accept",
    head: `name: 'Deploy (prod)'\n${none}`,
    ...{ steps: step('v4', keys + role), run: { secrets } },
    requests: [{ ...byKeys, tags: { ...tags, Workflow: 'Deploy _prod_' } }],
    identity: hub,
  },
  {
    name: "version 4, the runner's own credentials",
    ...{ head: none, steps: step('v4', role), run: { machineEnv } },
    ...{ requests: [{ ...byKeys, tags }], identity: hub },
  },
  {
    name: 'version 6, a chain in two steps',
    steps: step('v6', role) + step('v6', `${chained}role-skip-session-tagging: true`),
    run: { secrets },
    requests: [byToken, { action: 'AssumeRole', role: customerRole, externalId }],
    identity: customer,
  },
  {
    name: 'version 4, a chain whose second role is tagged',
    steps: step('v4', role) + step('v4', chained),
    run: { secrets },
    requests: [byToken, { action: 'AssumeRole', role: customerRole, externalId, tags }],
    identity: customer,
  },
  {
    name: 'version 6, a chain that becomes one step',
    steps: step('v6', role) + step('v6', `${chained}role-skip-session-tagging: true`),
    ...{ run: { secrets }, merge: true },
    // Roles before the last need only the shortest session.
    requests: [
      { ...byToken, seconds: 900 },
      { action: 'AssumeRole', role: customerRole, externalId },
    ],
    identity: customer,
  },
  {
    name: 'version 6, a chain through outputs',
    steps:
      step('v6', `${role}\noutput-credentials: true\noutput-env-credentials: false`, '        id: hub\n') +
      step(
        'v6',
        `aws-access-key-id: \${{ steps.hub.outputs.aws-access-key-id }}
aws-secret-access-key: \${{ steps.hub.outputs.aws-secret-access-key }}
aws-session-token: \${{ steps.hub.outputs.aws-session-token }}
role-to-assume: ${customerRole}
aws-region: eu-west-1
role-external-id: \${{ secrets.CUSTOMER }}
role-skip-session-tagging: true`,
        '        id: last\n',
      ) +
      print('${{ steps.last.outputs.authenticated-arn }}'),
    run: { secrets },
    requests: [byToken, { action: 'AssumeRole', role: customerRole, externalId }],
    ...{ identity: customer, region: 'eu-west-1', printed: customer },
  },
  {
    name: 'version 6, outputs alone: neither keys nor a region in the environment',
    steps:
      step('v6', `${role}\noutput-credentials: true\noutput-env-credentials: false`, '        id: aws\n') +
      print("${{ steps.aws.outputs.aws-access-key-id != '' }} ${AWS_REGION-no region}"),
    ...{ requests: [byToken], identity: undefined, printed: 'true no region' },
  },
  {
    name: 'version 5, inputs by environment',
    head: `${token}env:\n  ROLE_TO_ASSUME: ${hubRole}\n  AWS_REGION: eu-central-1\n  ROLE_SESSION_NAME: from-env\n`,
    steps: step('v5', 'role-duration-seconds: 900'),
    requests: [{ ...byToken, session: 'from-env', seconds: 900 }],
    ...{ identity: hub.replace('GitHubActions', 'from-env'), region: 'eu-central-1' },
  },
  {
    name: 'version 4, an optional external id that is not given',
    head: dispatch('external-id') + none,
    steps: step(
      'v4',
      `${keys}${role}\nrole-external-id: \${{ inputs.external-id }}\nrole-skip-session-tagging: true`,
    ),
    ...{ run: { secrets }, requests: [byKeys], identity: hub },
  },
  {
    name: 'version 4, an optional external id that is given',
    head: dispatch('external-id') + none,
    steps: step(
      'v4',
      `${keys}${role}\nrole-external-id: \${{ inputs.external-id }}\nrole-skip-session-tagging: true`,
    ),
    run: { secrets, inputs: { 'external-id': 'acme-9' } },
    ...{ requests: [{ ...byKeys, externalId: 'acme-9' }], identity: hub },
  },
  {
    name: 'version 6, tagging that an expression switches off',
    head: dispatch('untagged') + none,
    steps: step('v6', `${keys}${role}\nrole-skip-session-tagging: \${{ inputs.untagged }}`),
    run: { secrets, inputs: { untagged: 'true' } },
    ...{ requests: [byKeys], identity: hub },
  },
  {
    name: 'version 4, tagging that an expression leaves on',
    head: dispatch('untagged') + none,
    steps: step('v4', `${keys}${role}\nrole-skip-session-tagging: \${{ inputs.untagged }}`),
    run: { secrets },
    ...{ requests: [{ ...byKeys, tags }], identity: hub },
  },
  {
    name: 'version 5, optional keys that are not given, and a token',
    head: dispatch('key') + token,
    steps: step(
      'v5',
      `aws-access-key-id: \${{ inputs.key }}\naws-secret-access-key: \${{ inputs.key && secrets.SECRET || '' }}\n${role}`,
    ),
    ...{ run: { secrets }, requests: [byToken], identity: hub },
  },
  {
    name: 'version 5, optional keys that are given, and a token',
    head: dispatch('key') + token,
    steps: step(
      'v5',
      `aws-access-key-id: \${{ inputs.key }}\naws-secret-access-key: \${{ inputs.key && secrets.SECRET || '' }}\n${role}`,
    ),
    run: { secrets, inputs: { key: user.accessKeyId } },
    ...{ requests: [{ ...byKeys, tags }], identity: hub },
  },
  {
    name: 'version 2, managed session policies',
    steps: step('v2', `${role}\nmanaged-session-policies: |\n  arn:aws:iam::aws:policy/ReadOnlyAccess`),
    requests: [{ ...byToken, policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }],
    ...{ identity: hub, masked: true },
  },
  {
    name: 'version 6, allowed accounts with a comma too many, in braces',
    steps: `      - { uses: aws-actions/configure-aws-credentials@v6, with: { role-to-assume: "${hubRole}", aws-region: us-east-1, allowed-account-ids: '111111111111,', unset-current-credentials: true } }\n`,
    ...{ requests: [byToken], identity: hub },
  },
  {
    name: 'version 6, variables of the repository that do not exist',
    steps: step(
      'v6',
      `${role}
role-session-name: \${{ vars.MISSING }}
role-duration-seconds: \${{ vars.MISSING }}
allowed-account-ids: \${{ vars.MISSING }}
inline-session-policy: \${{ vars.MISSING }}
managed-session-policies: \${{ vars.MISSING }}
mask-aws-account-id: \${{ vars.MISSING }}
output-env-credentials: \${{ vars.MISSING }}
output-credentials: \${{ vars.MISSING }}
web-identity-token-file: \${{ vars.MISSING }}
aws-profile: \${{ vars.MISSING }}
audience: \${{ vars.MISSING }}
sts-endpoint: \${{ vars.MISSING }}
retry-max-attempts: \${{ vars.MISSING }}
action-timeout-s: \${{ vars.MISSING }}
http-proxy: \${{ vars.MISSING }}`,
    ),
    ...{ requests: [byToken], identity: hub },
  },
  {
    name: 'version 4, secrets of which only the keys exist',
    head: none,
    steps: step(
      'v4',
      `${keys}aws-session-token: \${{ secrets.MISSING }}\n${role}\nrole-external-id: \${{ secrets.MISSING }}`,
    ),
    run: { secrets },
    ...{ requests: [{ ...byKeys, tags }], identity: hub },
  },
  {
    name: 'version 2, parsed values, and one that is missing',
    head: `${token}env:\n  TARGETS: '[{"role": "${hubRole}", "mask": false}]'\n`,
    steps: step(
      'v2',
      `role-to-assume: \${{ fromJSON(env.TARGETS)[0].role }}
aws-region: us-east-1
mask-aws-account-id: \${{ fromJSON(env.TARGETS)[0].mask }}
role-session-name: \${{ fromJSON(env.TARGETS)[0].name }}`,
    ),
    ...{ requests: [byToken], identity: hub },
  },
];

/** The content of a request, without the defaults of STS and of the other action. */
function sentBy(params: Readonly<Record<string, string | undefined>>, action: string): Sent {
  const list = (name: string): string[] =>
    Object.entries(params).flatMap(([key, value]) =>
      new RegExp(`^${name}\\.member\\.\\d+(\\.arn)?$`).test(key) ? [value ?? ''] : [],
    );
  const sentTags = Object.entries(params).flatMap(([key, value]): [string, string][] => {
    const [, index] = /^Tags\.member\.(\d+)\.Key$/.exec(key) ?? [];
    if (index === undefined || value === undefined) return [];
    const text = params[`Tags.member.${index}.Value`] ?? '';
    // The two actions have different names.
    return [[value, value === 'Action' ? tags.Action : text]];
  });
  const seconds = Number(params['DurationSeconds'] ?? 3600);
  const [transitive, policyArns] = [list('TransitiveTagKeys'), list('PolicyArns')];
  return {
    action: action as Sent['action'],
    role: params['RoleArn'] ?? '',
    ...(params['RoleSessionName'] === 'GitHubActions' ? {} : { session: params['RoleSessionName'] ?? '' }),
    ...(seconds === 3600 ? {} : { seconds }),
    ...(params['ExternalId'] === undefined ? {} : { externalId: params['ExternalId'] }),
    ...(sentTags.length === 0 ? {} : { tags: Object.fromEntries(sentTags) }),
    ...(transitive.length === 0 ? {} : { transitive }),
    ...(policyArns.length === 0 ? {} : { policyArns }),
  };
}

/** A wrapper as many repositories have it: everything but the role may be left out. */
const wrapper = `name: Configure
inputs:
  role: { required: true }
  external-id: {}
  session-name: { default: '' }
  key: {}
  secret: {}
  allowed: {}
outputs:
  account: { value: "\${{ steps.aws.outputs.aws-account-id }}" }
runs:
  using: composite
  steps:
    - id: aws
      uses: aws-actions/configure-aws-credentials@v5
      with:
        role-to-assume: \${{ inputs.role }}
        aws-region: us-east-1
        role-external-id: \${{ inputs.external-id }}
        role-session-name: \${{ inputs.session-name }}
        aws-access-key-id: \${{ inputs.key }}
        aws-secret-access-key: \${{ inputs.secret }}
        allowed-account-ids: \${{ inputs.allowed }}
`;

test.each<[string, Record<string, string>, Sent]>([
  ['nothing', {}, byToken],
  [
    'what a token can use',
    { 'session-name': 'wrapped', allowed: '111111111111' },
    { ...byToken, session: 'wrapped' },
  ],
  [
    'keys and an external id',
    { key: user.accessKeyId, secret: user.secretAccessKey, 'external-id': 'acme-7' },
    { ...byKeys, externalId: 'acme-7', tags },
  ],
])('a composite action goes on working, given %s', async (_, given, sent) => {
  const root = mkdtempSync(join(tmpdir(), 'wrapper-'));
  const services = await startLocalServices();
  try {
    const options = { action: ownAction(), modern: false, merge: false, fromVersion: undefined };
    writeFileSync(join(root, 'action.yml'), migrate(wrapper, options).text);
    const steps = [
      { id: 'aws', uses: './wrapper', with: { role: hubRole, ...given } },
      { run: 'echo "${{ steps.aws.outputs.account }}"' },
    ];
    const workflow = { name: 'Deploy', permissions: { 'id-token': 'write' }, jobs: { deploy: { steps } } };
    const result = await services.run({ workflow, actions: { './wrapper': root } });
    result.cleanUp();
    expect(result.log.filter((line) => line.startsWith('##[error]'))).toEqual([]);
    const requests = services.aws.requests.filter(({ action }) => action.startsWith('AssumeRole'));
    expect(requests.map(({ params, action }) => sentBy(params, action))).toEqual([sent]);
    expect(shown(stepOf(result, 1))).toContain('111111111111');
  } finally {
    rmSync(root, { recursive: true });
    await services.close();
  }
});

test.each(cases)('$name', async ({ steps, head = token, merge = false, run, ...expected }) => {
  const named = head.startsWith('name:') ? head : `name: Deploy\n${head}`;
  const before = `${named}jobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n${steps}`;
  const { text } = migrate(before, { action: ownAction(), modern: false, merge, fromVersion: undefined });
  expect(parse(text)).toBeTruthy();
  const accounts = defaultAccounts().map((account) => ({
    ...account,
    roles: (account.roles ?? []).map((one) => ({ ...one, maxSessionSeconds: 43_200 })),
  }));
  const services = await startLocalServices({ spec: { accounts } });
  try {
    const result = await services.run({ workflow: text, ...run });
    result.cleanUp();
    expect(result.log.filter((line) => line.startsWith('##[error]'))).toEqual([]);
    expect(result.conclusion).toBe('success');
    const requests = services.aws.requests.filter(({ action }) => action.startsWith('AssumeRole'));
    expect(requests.map(({ params, action }) => sentBy(params, action))).toEqual(expected.requests);
    const env = result.envAfterSteps;
    const issued = services.aws.issued.find(({ accessKeyId }) => accessKeyId === env['AWS_ACCESS_KEY_ID']);
    expect(issued?.arn).toBe(expected.identity);
    const region = expected.identity === undefined ? undefined : (expected.region ?? 'us-east-1');
    expect([env['AWS_REGION'], env['AWS_DEFAULT_REGION']]).toEqual([region, region]);
    expect(result.masks.includes('111111111111')).toBe(expected.masked === true);
    if (expected.printed !== undefined)
      expect(shown(stepOf(result, result.steps.length - 1))).toContain(expected.printed);
  } finally {
    await services.close();
  }
});

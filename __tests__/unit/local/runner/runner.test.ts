import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { runWorkflow } from '../../../../local/runner/runner.ts';
import type { StepSpec } from '../../../../local/runner/workflow.ts';
import { printed, runSteps, trialAction, uses } from './trial-action.ts';

const show = (...names: string[]): string =>
  names.map((name) => `console.log('${name}=' + process.env['${name}']);`).join('\n');
const failing: StepSpec = { run: 'exit 3' };

describe('the environment of a step', () => {
  test('later layers win: machine, workflow and job, GITHUB_ENV, step, inputs, the runner', async () => {
    const names = ['A', 'B', 'C', 'D', 'E', 'INPUT_REGION', 'GITHUB_REPOSITORY', 'RUNNER_OS', 'CI', 'LANG'];
    const steps: StepSpec[] = [
      { run: 'printf "C=file\\nD=file\\nGITHUB_REPOSITORY=evil\\nINPUT_REGION=evil\\n" >> $GITHUB_ENV' },
      { ...uses, env: { D: 'step', RUNNER_OS: 'evil', E: '${{ env.C }}' }, with: { region: 'x' } },
    ];
    const result = await runWorkflow({
      workflow: {
        env: { A: 'workflow', B: 'workflow' },
        jobs: { one: { env: { B: 'job', C: 'job' }, steps } },
      },
      actionRoot: trialAction({ inputs: '  region: {}', main: show(...names) }),
      machineEnv: { A: 'machine', D: 'machine', CI: 'no' },
      os: 'Linux',
    });
    result.cleanUp();
    expect(printed(result, 1)).toEqual([
      ...[
        'A=workflow',
        'B=job',
        'C=file',
        'D=step',
        'E=file',
        'INPUT_REGION=x',
        'GITHUB_REPOSITORY=acme/shop',
      ],
      ...['RUNNER_OS=Linux', 'CI=no', 'LANG=C.UTF-8'],
    ]);
    expect(result.env).toMatchObject({ C: 'file', D: 'file', GITHUB_REPOSITORY: 'evil' });
  });

  test('has nothing of this process but the path', async () => {
    process.env['OF_THIS_PROCESS'] = 'x';
    const result = await runSteps([uses], { action: { main: show('OF_THIS_PROCESS', 'HOME') } });
    delete process.env['OF_THIS_PROCESS'];
    const [foreign, home] = printed(result);
    expect(foreign).toBe('OF_THIS_PROCESS=undefined');
    expect(home).not.toBe(`HOME=${process.env['HOME'] ?? ''}`);
  });

  test('paths of GITHUB_PATH come first, the last one before all', async () => {
    const steps = [
      { run: 'printf "/one\\n/two\\n" >> $GITHUB_PATH' },
      { run: 'echo /one >> $GITHUB_PATH; echo PATH=/mine:$PATH >> $GITHUB_ENV' },
      { run: 'echo ${PATH%%:/usr*}' },
    ];
    const result = await runSteps(steps, { machineEnv: { PATH: '/usr/bin:/bin' } });
    // The runner puts its list before whatever PATH is by then, once more.
    expect(printed(result, 2)).toEqual(['/one:/two:/mine:/two:/one']);
  });

  test('names its action', async () => {
    const named = 'anyone/assume-role-chain@v1';
    const run = 'echo $GITHUB_ACTION $GITHUB_ACTION_REPOSITORY $GITHUB_ACTION_REF';
    const main = show('GITHUB_ACTION', 'GITHUB_ACTION_REPOSITORY', 'GITHUB_ACTION_REF');
    const result = await runSteps([{ run }, { run }, { id: 'mine', run }, { uses: named }, uses], {
      action: { main },
    });
    expect([0, 1, 2].map((index) => printed(result, index))).toEqual([['__run'], ['__run_2'], ['mine']]);
    expect(printed(result, 3)).toEqual([
      ...['GITHUB_ACTION=__anyone_assume-role-chain', 'GITHUB_ACTION_REPOSITORY=anyone/assume-role-chain'],
      'GITHUB_ACTION_REF=v1',
    ]);
    expect(printed(result, 4)[0]).toBe('GITHUB_ACTION=__self');
  });

  test.each([
    [{ 'id-token': 'write' }, 'x'],
    [{ contents: 'write' }, 'forged'],
  ])('has the ID token request with %j: %s', async (permissions, url) => {
    const run = 'echo $ACTIONS_ID_TOKEN_REQUEST_URL';
    const result = await runSteps([{ run, env: { ACTIONS_ID_TOKEN_REQUEST_URL: 'forged' } }], {
      workflow: {
        permissions,
        jobs: { one: { steps: [{ run, env: { ACTIONS_ID_TOKEN_REQUEST_URL: 'forged' } }] } },
      },
      idToken: { requestUrl: 'x', requestToken: 'y' },
    });
    expect(printed(result)).toEqual([url]);
  });
});

test('NODE_OPTIONS cannot be set through GITHUB_ENV', async () => {
  const result = await runSteps([{ run: 'echo NODE_OPTIONS=--title=evil >> $GITHUB_ENV' }, uses], {
    action: { main: show('NODE_OPTIONS') },
  });
  expect(printed(result, 1)).toEqual(['NODE_OPTIONS=undefined']);
  expect(result.steps[0]?.annotations[0]?.message).toContain("Can't store NODE_OPTIONS");
  expect(result.conclusion).toBe('success');
});

test('a program in a folder of GITHUB_PATH is found by later steps, and by the post', async () => {
  const install =
    'mkdir bin; printf "#!/bin/sh\\necho mine" > bin/own-program; chmod +x bin/own-program; echo "$PWD/bin" >> $GITHUB_PATH';
  const call = `import { execFileSync } from 'node:child_process'; console.log(String(execFileSync('own-program')).trim());`;
  const result = await runSteps([{ run: install }, { run: 'own-program' }, uses], {
    action: { main: call, post: call },
  });
  expect(result.steps[0]?.paths).toHaveLength(1);
  expect([printed(result, 1), printed(result, 2)]).toEqual([['mine'], ['mine']]);
  expect(result.posts[0]?.stdout).toBe('mine\n');
});

test('a mask of one character mangles everything', async () => {
  const { steps } = await runSteps([{ run: 'echo ::add-mask::1; echo 2111 of 1' }]);
  expect(steps[0]?.lines.at(-1)).toBe('2*** of ***');
});

describe('a script', () => {
  test('runs in the workspace, or where it wants to, by the shell of its defaults', async () => {
    const run = 'false | true; basename "$PWD"';
    const strict = { run: { shell: 'bash', 'working-directory': 'sub' } };
    const steps = [
      { run: 'mkdir sub', 'working-directory': '.', shell: 'sh' },
      { run },
      { run: `cd ..; ${run}`, shell: '' },
    ];
    const result = await runSteps([], { workflow: { defaults: strict, jobs: { one: { steps } } } });
    expect(result.steps.map(({ outcome }) => outcome)).toEqual(['success', 'failure', 'skipped']);
    expect((await runSteps([{ run }])).steps[0]?.stdout).toBe('work\n');
  });

  test('that fails says its exit code', async () => {
    const { conclusion, steps } = await runSteps([failing]);
    expect([conclusion, steps[0]?.exitCode]).toEqual(['failure', 3]);
    expect(steps[0]?.annotations).toEqual([
      { level: 'error', title: undefined, message: 'Process completed with exit code 3.' },
    ]);
  });

  test('without its folder fails', async () => {
    const { steps } = await runSteps([{ run: 'true', 'working-directory': 'nowhere' }]);
    expect(steps[0]?.outcome).toBe('failure');
    expect(steps[0]?.annotations[0]?.message).toContain('An error occurred trying to start process');
  });

  test('shows itself with its expressions evaluated, masked', async () => {
    const run = 'echo ${{ secrets.KEY }} ${{ vars.STAGE }} ${{ inputs.n }} ${{ matrix.os }}';
    const { steps } = await runSteps([{ run, name: 'On ${{ matrix.os }}' }], {
      ...{ secrets: { KEY: 's3cr3t' }, vars: { STAGE: 'prod' }, inputs: { n: 1 }, matrix: { os: 'linux' } },
    });
    expect(steps[0]?.name).toBe('On linux');
    expect(steps[0]?.lines).toEqual([
      ...[
        '##[group]Run echo *** prod 1 linux',
        'echo *** prod 1 linux',
        'shell: bash -e {0}',
        '##[endgroup]',
      ],
      '*** prod 1 linux',
    ]);
  });
});

describe('what comes of steps', () => {
  test('conditions, outcomes and outputs', async () => {
    const { steps, conclusion } = await runSteps([
      { id: 'one', run: 'echo x=1 >> $GITHUB_OUTPUT; exit 1', 'continue-on-error': true },
      {
        id: 'two',
        run: 'echo ${{ steps.one.outputs.x }} ${{ steps.one.outcome }} ${{ steps.one.conclusion }}',
      },
      { id: 'three', if: "env.OWN == 'x'", run: 'exit 1', env: { OWN: 'x' } },
      { run: 'true' },
      { if: 'failure()', run: 'echo ${{ steps.three.outcome }}${{ steps.four.outcome }}' },
      { if: '${{ always() }}', run: 'true' },
    ]);
    const outcomes = ['failure', 'success', 'failure', 'skipped', 'success', 'success'];
    expect(steps.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect(steps[0]?.conclusion).toBe('success');
    expect(steps[1]?.stdout).toBe('1 failure success\n');
    expect(steps[4]?.stdout).toBe('failure\n');
    expect(conclusion).toBe('failure');
  });

  test('exports count even of a step that failed', async () => {
    const { env } = await runSteps([{ run: 'echo A=1 >> $GITHUB_ENV; exit 1' }]);
    expect(env).toEqual({ A: '1' });
  });

  test.each([
    ['a file that cannot be read', 'echo nonsense >> $GITHUB_OUTPUT'],
    ['a command that is disabled', 'echo "::set-env name=A::1"'],
  ])('%s fails the step', async (_, run) => {
    expect((await runSteps([{ run }])).conclusion).toBe('failure');
  });

  test('with debugging, what was set is logged, masked', async () => {
    const run =
      'echo ::add-mask::abc; echo A=abc >> $GITHUB_ENV; echo B=2 >> $GITHUB_OUTPUT; echo $RUNNER_DEBUG';
    const result = await runSteps([{ run }], { debug: true });
    const told = ["##[debug]A='***'", '##[debug]Set output B = 2'];
    expect(printed(result)).toEqual(['::add-mask::***', '1', ...told]);
  });

  test('outputs of the job are left out if they contain a secret', async () => {
    const run = 'echo ::add-mask::abc; printf "plain=1\\nsecret=x-abc\\n" >> $GITHUB_OUTPUT';
    const outputs = { plain: '${{ steps.one.outputs.plain }}', secret: '${{ steps.one.outputs.secret }}' };
    const jobs = { one: { outputs, steps: [{ id: 'one', run }] } };
    const result = await runSteps([], { workflow: { jobs } });
    expect(result.outputs).toEqual({ plain: '1' });
    expect(result.log).toContain("##[warning]Skip output 'secret' since it may contain secret.");
  });

  test('a summary is masked by line', async () => {
    const run = 'echo ::add-mask::abc; printf "# abc\\nabc\\n" >> $GITHUB_STEP_SUMMARY';
    expect((await runSteps([{ run }])).steps[0]?.summary).toBe('# ***\n***\n');
  });

  test('a checkout has nothing to do', async () => {
    const { steps } = await runSteps([
      { id: 'one', uses: 'actions/checkout@v5' },
      { run: 'echo ${{ steps.one.outcome }}' },
    ]);
    expect(steps[1]?.stdout).toBe('success\n');
  });

  test('it is reported while it happens', async () => {
    const told: string[] = [];
    const { log } = await runSteps([{ name: 'one', run: 'echo a' }], {
      onStep: (name) => told.push(`● ${name}`),
      onLine: (line) => told.push(line),
    });
    expect(told.filter((line) => !line.startsWith('●'))).toEqual(log);
    expect([told[0], told.at(-2)]).toEqual(['● one', '● Complete job']);
  });

  test('names of steps are masked in the report', async () => {
    const told: string[] = [];
    const onStep = (name: string): number => told.push(name);
    await runSteps([{ name: 'of ${{ secrets.KEY }}', run: 'true' }], { secrets: { KEY: 's3cr3t' }, onStep });
    expect(told[0]).toBe('of ***');
  });

  test("a step's files are gone when the next one begins", async () => {
    const { steps } = await runSteps([
      { id: 'one', run: 'echo file=$GITHUB_ENV >> $GITHUB_OUTPUT' },
      { run: 'test -e ${{ steps.one.outputs.file }} || echo gone' },
    ]);
    expect(steps[1]?.stdout).toBe('gone\n');
  });
});

test.each([
  [
    { workflow: 'jobs:\n  one: { steps: [{ uses: other/action@v1 }] }\n' },
    'other/action@v1: the local runner',
  ],
  [{ workflow: 'jobs:\n  one: { steps: [{ run: "${{ nonsense }}" }] }\n' }, 'nonsense'],
  [{ workflow: 'jobs:\n  one: { steps: [], services: {} }\n' }, 'The job one: the local runner'],
])('a workflow that cannot be run leaves no folder: %j', async (options, message) => {
  const folderName = `refused-${randomUUID()}-`;
  const refused = runWorkflow({ ...options, actionRoot: trialAction({}), folderName });
  await expect(refused).rejects.toThrow(message);
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith(folderName))).toEqual([]);
});

test('the machine is there until it is cleaned up', async () => {
  const result = await runSteps([{ run: 'echo x > $RUNNER_TEMP/x; chmod 600 $RUNNER_TEMP/x' }]);
  expect(result.steps[0]?.files).toEqual([{ path: `${result.temp}/x`, mode: 0o600 }]);
  result.cleanUp();
  expect(existsSync(result.temp)).toBe(false);
});

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  customerRole,
  externalId,
  hubRole,
  startLocalServices,
  type LocalServices,
} from '../../local/services.ts';
import type { StepSpec } from '../../local/runner/workflow.ts';
import { assume, shown, stepOf, unwritable, workflow } from '../workflows.ts';

/** What `assume-role-chain each` prints if its commands or its disk cause trouble. */

let local: LocalServices;
beforeEach(async () => {
  local = await startLocalServices();
});
afterEach(() => local.close());

const entry = { 'role-arn': customerRole, 'external-id': externalId };
const accounts = assume({ 'role-arn': hubRole, accounts: JSON.stringify({ a: entry, b: entry }) });
const use = (script: string): StepSpec => ({ name: 'use', run: script });

test.each(['', '--parallel 2'])(
  "a command that stops the runner's commands stops them for its own output alone: each %s",
  async (option) => {
    const script = `echo "::stop-commands::token-$AWS_PROFILE"; echo "::error::text of $AWS_PROFILE"; [ "$AWS_PROFILE" = a ]`;
    const result = await local.run({
      workflow: workflow(accounts, use(`assume-role-chain each --keep-going ${option} -- sh -c '${script}'`)),
    });
    const step = stepOf(result, 1);
    // What the command prints is all there.
    for (const name of ['a', 'b'])
      expect(shown(step)).toMatch(
        new RegExp(
          `##\\[group\\]${name}\n::stop-commands::\\S+\n::error::text of ${name}\n::\\S+::\n##\\[endgroup\\]\n`,
        ),
      );
    expect(step.annotations.map(({ title, message }) => [title, message])).toEqual([
      ['The command failed in 1 of 2 accounts', 'b: failed with exit code 1'],
      [undefined, 'Process completed with exit code 1.'],
    ]);
  },
);

test('stdout that cannot be written: one line says so, and the commands that run are stopped', async () => {
  const run = [
    'if [ "$AWS_PROFILE" = a ]; then until [ -e begun ]; do sleep 0.05; done; exit; fi',
    'trap "touch stopped; exit 1" TERM; touch begun; while :; do sleep 0.1; done',
  ];
  const script = [
    'set +e',
    `assume-role-chain each --parallel 2 -- sh -c "$RUN" ${unwritable(1)} 2> said`,
    'echo "exit $?"; cat said; ls stopped',
  ];
  const result = await local.run({
    workflow: workflow(accounts, { name: 'use', run: script.join('\n'), env: { RUN: run.join('\n') } }),
  });
  expect(stepOf(result, 1).stdout).toBe(
    'exit 1\nassume-role-chain: the output cannot be written: EBADF: bad file descriptor, write.\nstopped\n',
  );
});

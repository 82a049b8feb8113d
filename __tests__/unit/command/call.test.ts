import { describe, expect, test } from '@jest/globals';
import { isUsageError, readCall, type Call } from '../../../src/command/call.ts';

test.each<[string[], Call]>([
  [['--help'], { kind: 'help' }],
  [['help'], { kind: 'help' }],
  [['exec', '--help'], { kind: 'help' }],
  [['each', '--parallel', '4', '-h'], { kind: 'help' }],
  [['--version'], { kind: 'version' }],
  [['exec', '--', 'aws', 's3', 'ls'], { kind: 'exec', profile: undefined, command: ['aws', 's3', 'ls'] }],
  [
    ['exec', '--profile', 'a', '--', 'x', '--profile', 'b', '--'],
    { kind: 'exec', profile: 'a', command: ['x', '--profile', 'b', '--'] },
  ],
  [['exec', '--profile=a=b', '--', 'x', ''], { kind: 'exec', profile: 'a=b', command: ['x', ''] }],
  [['env'], { kind: 'env', profile: undefined, format: 'export' }],
  [['env', '--format', 'json', '--profile', 'a'], { kind: 'env', profile: 'a', format: 'json' }],
  [['each', '--', 'x'], { kind: 'each', parallel: 1, keepGoing: false, profiles: undefined, command: ['x'] }],
  [
    ['each', '--profiles', 'a, b,a', '--keep-going', '--parallel=8', '--', 'x'],
    { kind: 'each', parallel: 8, keepGoing: true, profiles: ['a', 'b'], command: ['x'] },
  ],
  [['status'], { kind: 'status', json: false }],
  [['status', '--json'], { kind: 'status', json: true }],
  [['release'], { kind: 'release' }],
])('%j', (words, call) => {
  expect(readCall(words)).toEqual(call);
});

describe('a mistake', () => {
  const mistakeIn = (words: readonly string[]): { message: string; word: string | undefined } => {
    try {
      readCall(words);
    } catch (error) {
      if (isUsageError(error)) return { message: error.message, word: error.unknown?.word };
      throw error;
    }
    throw new Error('no mistake');
  };

  const mistakes: [words: string[], message: string, word?: string][] = [
    [[], 'a subcommand is missing: one of exec, env, each, status, release.'],
    [['exce'], '"exce" is not a subcommand. The subcommands are exec, env, each, status, release.', 'exce'],
    [
      ['exec'],
      'exec: the command is missing or empty. Write "assume-role-chain exec -- COMMAND [ARGUMENTS]".',
    ],
    [
      ['exec', '--', ''],
      'exec: the command is missing or empty. Write "assume-role-chain exec -- COMMAND [ARGUMENTS]".',
    ],
    [['each', 'ls', '-l'], 'each: -- is missing before the command. Write "assume-role-chain each -- ls …".'],
    [['exec', '--profile', '--', 'ls'], 'exec: --profile needs a value.'],
    [['exec', '--profile'], 'exec: --profile needs a value.'],
    [['exec', '--profile=', '--', 'ls'], 'exec: --profile needs a value.'],
    [['exec', '--profile', 'a', '--profile', 'b', '--', 'ls'], 'exec: --profile is given twice.'],
    [
      ['exec', '--porfile', 'a'],
      'exec: "--porfile" is not an option of exec. Its options are --profile.',
      '--porfile',
    ],
    [['env', '--', 'ls'], 'env: "--" is not expected here: env runs no command.'],
    [
      ['env', '--format', 'yaml'],
      'env: --format "yaml" must be one of export, dotenv, json, powershell.',
      'yaml',
    ],
    [
      ['exec', 'toString', 'x', '--', 'ls'],
      'exec: -- is missing before the command. Write "assume-role-chain exec -- toString …".',
    ],
    [['status', 'constructor'], 'status: "constructor" is not expected here: status runs no command.'],
    [['status', '--json=yes'], 'status: --json does not take a value.'],
    [['release', '--all'], 'release: "--all" is not an option of release. It has none.', '--all'],
    [['each', '--parallel', '0', '--', 'x'], 'each: --parallel "0" must be a whole number from 1 to 64.'],
    [['each', '--parallel', '65', '--', 'x'], 'each: --parallel "65" must be a whole number from 1 to 64.'],
    [['each', '--parallel', '1e1', '--', 'x'], 'each: --parallel "1e1" must be a whole number from 1 to 64.'],
    [
      ['each', '--profiles', 'a,,b', '--', 'x'],
      'each: --profiles "a,,b" has an empty name. Separate names with commas, as in a,b.',
    ],
  ];
  test.each(mistakes.map(([words, message, word]) => ({ words, message, word })))(
    '$words',
    ({ words, message, word }) => {
      expect(mistakeIn(words)).toEqual({ message, word });
      // More sentences follow.
      expect(message).toMatch(/\.$/);
    },
  );

  test('a long word does not fill the log', () => {
    expect(mistakeIn(['x'.repeat(5000)]).message.length).toBeLessThan(200);
  });
});

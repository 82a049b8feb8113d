import { describe, expect, test } from '@jest/globals';
import { StepLog } from '../../../../local/runner/log.ts';
import { Masker } from '../../../../local/runner/masker.ts';

function logOf(lines: readonly string[], debug = false): StepLog & { live: string[] } {
  const live: string[] = [];
  const log = new StepLog(new Masker(), debug, (line) => live.push(line));
  lines.forEach((line) => {
    log.read(line);
  });
  return Object.assign(log, { live });
}

test('a mask covers later lines alone', () => {
  const log = logOf(['a secret', '::add-mask::secret', 'a secret', '::error title=secret::a secret']);
  expect(log.lines).toEqual(['a secret', 'a ***', '##[error]a ***']);
  expect(log.live).toEqual(log.lines);
  expect(log.annotations).toEqual([{ level: 'error', title: '***', message: 'a ***' }]);
});

test('a blank mask is refused', () => {
  expect(logOf(['::add-mask:: ']).annotations).toEqual([
    {
      level: 'warning',
      title: undefined,
      message: "Can't add secret mask for empty string in ##[add-mask] command.",
    },
  ]);
});

test('debug lines show when debugging, each line of them', () => {
  expect(logOf(['::debug::a%0Ab']).lines).toEqual([]);
  expect(logOf(['::debug::a%0Ab'], true).lines).toEqual(['##[debug]a', '##[debug]b']);
});

test('groups show as such', () => {
  expect(logOf(['::group::Title', 'x', '::endgroup::']).lines).toEqual([
    '##[group]Title',
    'x',
    '##[endgroup]',
  ]);
});

describe('annotations', () => {
  test.each(['error', 'warning', 'notice'] as const)('%s', (level) => {
    const log = logOf([`::${level} title=Oh::first%0Asecond`]);
    expect(log.lines).toEqual([`##[${level}]first`, 'second']);
    expect(log.annotations).toEqual([{ level, title: 'Oh', message: 'first\nsecond' }]);
  });

  test('are ten of a level at most, of 4096 characters each; the log has them all', () => {
    const log = logOf([...Array.from({ length: 12 }, () => `::error::${'x'.repeat(5000)}`), '::notice::y']);
    expect(log.annotations.map(({ level }) => level)).toEqual([...Array<string>(10).fill('error'), 'notice']);
    expect(log.annotations[0]?.message).toHaveLength(4096);
    expect(log.lines).toHaveLength(13);
    expect(log.lines[11]).toHaveLength('##[error]'.length + 5000);
  });

  test('are masked before they are cut', () => {
    const log = logOf(['::add-mask::secret', `::error::${'x'.repeat(4093)}secret`]);
    expect(log.annotations[0]?.message).toMatch(/x\*\*\*$/);
  });
});

describe('stop-commands', () => {
  test('lets everything be a plain line, until its word comes', () => {
    const log = logOf([
      '::stop-commands::word',
      '::error::no',
      '::stop-commands::x',
      '::word::',
      '::error::yes',
    ]);
    expect(log.annotations.map(({ message }) => message)).toEqual(['yes']);
    expect(log.lines).toContain('::error::no');
    expect(log.refused).toBe(false);
  });

  test('masks a word of more than six characters', () => {
    expect(logOf(['::stop-commands::long-word']).lines).toEqual(['::stop-commands::***']);
  });

  test.each(['', 'add-mask'])('refuses the word "%s"', (word) => {
    const log = logOf([`::stop-commands::${word}`, '::error::still a command']);
    expect(log.refused).toBe(true);
    expect(log.annotations.at(-1)?.message).toBe('still a command');
  });
});

describe('commands of old', () => {
  test.each([
    ['set-env', '::set-env name=PATH::/evil'],
    ['add-path', '##[add-path]/evil'],
  ])('%s is disabled, and fails the step', (name, line) => {
    const log = logOf([line]);
    expect(log.refused).toBe(true);
    expect(log.annotations[0]?.message).toBe(`Unable to process command '${line}' successfully.`);
    expect(log.annotations[1]?.message).toMatch(new RegExp(`^The \`${name}\` command is disabled\\.`));
  });

  test('set-output and save-state work, with a warning', () => {
    const log = logOf(['::set-output name=a::1', '::save-state name=b::2']);
    expect([log.outputs, log.state]).toEqual([{ a: '1' }, { b: '2' }]);
    expect(log.annotations.map(({ level }) => level)).toEqual(['warning', 'warning']);
    expect(log.refused).toBe(false);
  });

  test('they need a name', () => {
    const log = logOf(['::set-output::1']);
    expect(log.refused).toBe(true);
    expect(log.annotations.at(-1)?.message).toBe(
      "Required field 'name' is missing in ##[set-output] command.",
    );
  });

  test('matchers show nothing', () => {
    expect(logOf(['::add-matcher::x.json', '::remove-matcher owner=x::']).lines).toEqual([]);
  });
});

describe('echo', () => {
  const commands = ['::add-mask::secret', '::group::a secret', '::endgroup::x', '::warning::w', '::debug::d'];

  test('is off', () => {
    expect(logOf(commands).lines).toEqual(['##[group]a ***', '##[endgroup]', '##[warning]w']);
  });

  test('shows commands as they came, masks as stars, and nothing twice', () => {
    expect(logOf(['::echo::on', ...commands, '::echo:: OFF ', '::group::b']).lines).toEqual([
      ...['::add-mask::***', '::group::a ***', '##[group]a ***', '::endgroup::x', '##[endgroup]'],
      ...['##[warning]w', '::echo:: OFF ', '##[group]b'],
    ]);
  });

  test('is on from the first when debugging', () => {
    expect(logOf(['::add-mask::secret', '::set-env name=secret::1'], true).lines.slice(0, 2)).toEqual([
      '::add-mask::***',
      '::set-env name=***::1',
    ]);
  });

  test('shows no command while commands are stopped but as a plain line', () => {
    const lines = ['::echo::on', '::stop-commands::word', '::group::a', '::word::'];
    expect(logOf(lines).lines).toEqual(lines.slice(1));
  });

  test.each(['', 'maybe'])('refuses "%s"', (value) => {
    const log = logOf([`::echo::${value}`, '::group::a']);
    expect([log.refused, log.lines.at(-1)]).toEqual([true, '##[group]a']);
    expect(log.annotations.at(-1)?.message).toContain(`Current value is: '${value}'.`);
  });
});

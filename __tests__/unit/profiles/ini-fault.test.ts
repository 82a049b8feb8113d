import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { where } from '../../installed.ts';
import { iniFault } from '../../../src/profiles/ini-fault.ts';

const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

const files: readonly (readonly [string, string | undefined])[] = [
  ['', undefined],
  ['# only this\n; and this\n', undefined],
  ['[a]\nx = 1\r\n[profile b]\ny: 2', undefined],
  ['[a]\nx = 1\n  and more\n\n# of it\n  [b]\n', undefined],
  ['[a]\n  x = 1\n    more\n z = 3\n', undefined],
  ['[default]\ns3 =\n  a = 1\n  a = 2\n', undefined],
  ['[a] # why\nx = 1 ; this\n', undefined],
  ['[profile é]\nx = é\n', undefined],
  ['[a]\nx = 1\n[b]\nx = 1\n', undefined],
  ['[a]]\nx = 1\n[a]\n', undefined],
  ['[DEFAULT]\nx = 1\n[DEFAULT]\ny = 1\n', undefined],
  ['\ufeff[a]\nx = 1\n', 'it begins with a byte order mark'],
  ['[a]\nx = 1\n[a]\n', 'line 3 has the section "a" again'],
  ['[a]\nx = 1\nX : 2\n', 'line 3 has the setting "x" again'],
  ['[a]\r\nx = 1\r\nwords\r\n', 'line 3 is neither a section nor a setting'],
  ['[a]\n= 1\n', 'line 2 is neither a section nor a setting'],
  ['[a]\nx = 1\n[b]\n  words\n', 'line 4 is neither a section nor a setting'],
  ['x = 1\n[a]\n', 'line 1 comes before the first section'],
  ['\n[a\nx = 1\n', 'line 2 comes before the first section'],
  ['[]\n', 'line 1 comes before the first section'],
];

test.each(files)('of %j: %j', (text, fault) => {
  expect(iniFault(bytes(text))?.text).toBe(fault);
});

test('a file in another encoding', () => {
  expect(iniFault('[profile caf\xe9]\n')?.text).toBe('it is not in UTF-8');
  expect(iniFault('\xff\xfe[\0a\0]\0')?.text).toBe('it is in UTF-16');
  expect(iniFault('\xfe\xff\0[\0a\0]')?.text).toBe('it is in UTF-16');
});

/** What Python says of a file: the section, the line. */
const python = `
import configparser, json, sys
def reads(text):
    try:
        configparser.RawConfigParser().read_string(text)
        return True
    except configparser.Error:
        return False
print(json.dumps([reads(text) for text in json.load(sys.stdin)]))`;

const { status, stdout } = spawnSync(process.platform === 'win32' ? 'python' : 'python3', ['-c', python], {
  input: JSON.stringify(files.map(([text]) => text)),
  encoding: 'utf8',
});

where(status === 0, 'Python')('is what Python finds, too', () => {
  expect(JSON.parse(stdout)).toEqual(files.map(([, fault]) => fault === undefined));
});

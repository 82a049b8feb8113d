import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { exportAll } from '../../../src/delivery/environment.ts';
import { commandLine } from '../../../src/profiles/paths.ts';
import { profileNamePattern } from '../../../src/aws/profile-name.ts';
import { foreignProfiles, withProfiles } from '../../../src/profiles/config.ts';
import { decrypt, encrypt, newKey } from '../../../src/profiles/encrypt.ts';
import { readFiles } from '../../../local/runner/file-commands.ts';
import { runs } from './runs.ts';

/** What is written for others to read: they must read what was meant. */

let folder: string;
const before = { ...process.env };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
});
afterEach(() => {
  Object.assign(process.env, before);
  rmSync(folder, { recursive: true });
});

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'a\nb=c',
    'x<<EOF\ny\nEOF',
    'ghadelimiter_',
    '\r\n',
    '::set-env name=A::b',
    ' ',
    '',
    '%0A',
    '\u2028',
  ),
);

test('the runner reads from GITHUB_ENV what was exported, and nothing else', () => {
  const files = Object.fromEntries(
    ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY'].map((name) => [
      name,
      join(folder, name),
    ]),
  );
  Object.assign(process.env, files);
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), (values) => {
      for (const path of Object.values(files)) writeFileSync(path, '');
      // The runner reads line ends in its own way; a lone surrogate has no form in a file.
      const meant = values.map((value) => value.replaceAll(/\r\n?/g, '\n').toWellFormed());
      exportAll(meant.map((value, index) => ({ name: `VALUE_${index}`, value })));
      const { env, unreadable, errors } = readFiles(files);
      expect({ unreadable, errors }).toEqual({ unreadable: false, errors: [] });
      expect(env).toEqual(Object.fromEntries(meant.map((value, index) => [`VALUE_${index}`, value])));
    }),
  );
});

const lines = fc.array(
  fc.oneof(
    fc.constantFrom(
      ...[
        '[default]',
        '[profile a]',
        '[profile "b c"]',
        '[sso-session x]',
        '[ profile  a ]',
        '[profile new]',
      ],
      ...['region = eu-west-1', 's3 =', '  max_concurrent_requests = 20', '# [profile commented]', '; x', ''],
      ...[
        'credential_process = /usr/bin/other',
        'credential_process = node /temp/assume-role-chain/x/plan-0.json',
      ],
    ),
    fc.string({ unit: 'binary-ascii', maxLength: 20 }),
  ),
  { maxLength: 15 },
);

test('a config is copied to the letter, and has the new profile once, however often it is added', () => {
  const own = '/temp/assume-role-chain';
  const profile = {
    name: 'new',
    credentialProcess: `node ${own}/y/plan-0.json credential-process`,
    region: 'eu-west-1',
  };
  fc.assert(
    fc.property(lines, fc.constantFrom('\n', '\r\n'), (some, end) => {
      const text = some.join(end);
      const once = withProfiles(text, [profile], [own]);
      const twice = withProfiles(once, [profile], [own]);
      expect(twice).toBe(once);
      expect(
        once.endsWith(
          `[profile new]\ncredential_process = ${profile.credentialProcess}\nregion = eu-west-1\n`,
        ),
      ).toBe(true);
      if (!some.some((line) => line.includes('assume-role-chain'))) expect(once.startsWith(text)).toBe(true);
      expect(foreignProfiles(once, [own])).toEqual(foreignProfiles(text, [own]));
    }),
  );
});

/** The names that the pattern admits, and `__proto__`: fast-check cannot make texts of a pattern that looks ahead. */
const profileNames = /^[A-Za-z0-9_.@+][A-Za-z0-9_.@+-]{0,63}$/;

test('a valid name needs no quotes in a section, a variable and a command', () => {
  fc.assert(
    fc.property(fc.oneof(fc.stringMatching(profileNames), fc.string({ unit: 'binary' })), (name) => {
      if (!profileNamePattern.test(name)) return;
      expect(foreignProfiles(`[profile ${name}]\n`, ['/own'])).toEqual(new Set([name]));
      expect(name).toMatch(/^[^\s'"\\$`#;[\]=]+$/);
    }),
  );
});

const word = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(
        fc.constantFrom("'", '"', '\\', ' ', '$(id)', '`id`', '~', '*', '#', ';', '&&', '\t', '!', 'ü', '-n'),
        { maxLength: 6 },
      )
      .map((some) => some.join('')),
  )
  // No path holds a NUL, and a lone surrogate has no bytes.
  .map((text) => text.replaceAll('\u0000', '').toWellFormed());

/** Command lines of words that can be carried, with the words. */
function samples(): { words: string[]; line: string }[] {
  return fc.sample(fc.array(word, { minLength: 1, maxLength: 4 }), 200).flatMap((words) => {
    try {
      return [{ words, line: commandLine(words, false) }];
    } catch {
      return [];
    }
  });
}

test('sh splits a command line into its words', () => {
  const some = samples();
  expect(some.length).toBeGreaterThan(50);
  const script = some.map(({ line }) => `printf '%s\\0' ${line}; printf '\\0\\0'`).join('\n');
  const path = join(folder, 'script');
  writeFileSync(path, script);
  const { stdout } = spawnSync('sh', [path], { encoding: 'utf8' });
  const expected = some.map(({ words }) =>
    [...words, 'credential-process'].map((one) => `${one}\0`).join(''),
  );
  expect(stdout).toBe(expected.map((one) => `${one}\0\0`).join(''));
});

/** Python's `shlex.split` in POSIX mode, by which botocore splits a command line (Python Standard Library, shlex). */
function shlex(line: string): string[] {
  const words: string[] = [];
  let current: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (/[ \t\r\n]/.test(character)) {
      if (current !== undefined) words.push(current);
      current = undefined;
    } else if (character === "'") {
      const end = line.indexOf("'", at + 1);
      current = (current ?? '') + line.slice(at + 1, end);
      at = end;
    } else if (character === '\\') current = (current ?? '') + line.charAt(++at);
    else if (character === '"') throw new Error('this action writes none of these outside single quotes');
    else current = (current ?? '') + character;
  }
  return current === undefined ? words : [...words, current];
}

test("botocore's rule splits it into the same", () => {
  for (const { words, line } of samples()) expect(shlex(line)).toEqual([...words, 'credential-process']);
});

test('what the SDKs for JavaScript and Go cut off is not there to be cut', () => {
  for (const { line } of samples()) expect(line).not.toMatch(/\s[#;]|[\r\n]/);
});

test('what is encrypted comes back, and only by its own key', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const [key, other] = [newKey(), newKey()];
      const box = encrypt(text, key);
      expect(decrypt(box, key)).toBe(text);
      expect(decrypt(box, other)).toBeUndefined();
      if (text.length > 4) expect(box + key).not.toContain(text);
    }),
    runs(30),
  );
});

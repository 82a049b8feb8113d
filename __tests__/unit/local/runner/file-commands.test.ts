import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeFiles, pairsIn, readFiles, type FileCommands } from '../../../../local/runner/file-commands.ts';

let temp = '';
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'file commands '));
});
afterEach(() => {
  rmSync(temp, { recursive: true });
});

function said(texts: Readonly<Record<string, string>>): FileCommands {
  const files = makeFiles(temp, 1);
  for (const [variable, text] of Object.entries(texts)) writeFileSync(files[variable] ?? '', text);
  return readFiles(files);
}

describe('pairs', () => {
  test.each([
    ['a line', 'A=1\n', { A: '1' }],
    ['a last line without its end', 'A=1', { A: '1' }],
    ['blank lines between', '\nA=1\n\nB=2\n\n', { A: '1', B: '2' }],
    ['nothing', '', {}],
    ['an empty value', 'A=\n', { A: '' }],
    ['further equal signs', 'A=b=c\n', { A: 'b=c' }],
    ['an equal sign before <<', 'A=b<<c\n', { A: 'b<<c' }],
    ['several lines', 'A<<END\none\ntwo\nEND\nB=2\n', { A: 'one\ntwo', B: '2' }],
    ['an empty text of several lines', 'A<<END\nEND\n', { A: '' }],
    ['a value that looks like a pair', 'A<<END\nB=2\n END\nEND\n', { A: 'B=2\n END' }],
    ['an end without its line end', 'A<<END\none\nEND', { A: 'one' }],
    ['a carriage return, which is part of the value', 'A=1\r\n', { A: '1\r' }],
    ['the later of two', 'A=1\nA=2\n', { A: '2' }],
  ])('%s', (_, text, pairs) => {
    expect(Object.fromEntries(pairsIn(text, false))).toEqual(pairs);
  });

  test('on Windows, lines end in CRLF or LF, and a value of several lines keeps them', () => {
    const text = 'A=1\r\nB<<END\r\none\r\ntwo\nthree\r\nEND\r\nC<<END\nEND\nD=2\n';
    const pairs = { A: '1', B: 'one\r\ntwo\nthree', C: '', D: '2' };
    expect(Object.fromEntries(pairsIn(text, true))).toEqual(pairs);
  });

  test.each([
    ['a line that is no pair', 'nonsense\n', "Invalid format 'nonsense'"],
    ['no name', '=1\n', "Invalid format '=1'. Name must not be empty"],
    [
      'no name before <<',
      '<<END\n',
      "Invalid format '<<END'. Name must not be empty and delimiter must not be empty",
    ],
    ['no end named', 'A<<\n', "Invalid format 'A<<'. Name must not be empty and delimiter must not be empty"],
    ['no end', 'A<<END\none\n', "Invalid value. Matching delimiter not found 'END'"],
    ['a value that breaks off', 'A<<END\none', 'Invalid value. EOF marker missing new line.'],
  ])('%s is an error', (_, text, message) => {
    expect(() => [...pairsIn(text, false)]).toThrow(message);
  });
});

describe('what a step said', () => {
  test('each kind in its own file', () => {
    const texts = {
      GITHUB_ENV: 'A=1\n',
      GITHUB_OUTPUT: 'B=2\n',
      GITHUB_STATE: 'C=3\n',
      GITHUB_PATH: '/one\n\n/two\n',
      GITHUB_STEP_SUMMARY: '# Title\n',
    };
    const expected = { env: { A: '1' }, outputs: { B: '2' }, state: { C: '3' }, paths: ['/one', '/two'] };
    expect(said(texts)).toEqual({ ...expected, summary: '# Title\n', errors: [], unreadable: false });
  });

  test('lines before a wrong line count, and other files do', () => {
    const { env, outputs, errors, unreadable } = said({
      GITHUB_ENV: 'A=1\nwrong\nB=2\n',
      GITHUB_OUTPUT: 'C=3\n',
    });
    expect([env, outputs, unreadable]).toEqual([{ A: '1' }, { C: '3' }, true]);
    expect(errors).toEqual(["Unable to process file command 'env' successfully.", "Invalid format 'wrong'"]);
  });

  test.each(['NODE_OPTIONS', 'node_options'])('%s is not taken, which fails nothing', (name) => {
    const { env, errors, unreadable } = said({ GITHUB_ENV: `${name}=--require evil\nA=1\n` });
    expect([env, unreadable]).toEqual([{ A: '1' }, false]);
    expect(errors).toEqual(["Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command."]);
  });

  test('a summary of more than a mebibyte is not taken, which fails nothing', () => {
    const fits = 'x'.repeat(1024 * 1024);
    expect(said({ GITHUB_STEP_SUMMARY: fits })).toMatchObject({ summary: fits, errors: [] });
    const { summary, errors, unreadable } = said({ GITHUB_STEP_SUMMARY: `${fits}${'y'.repeat(1024)}` });
    expect([summary, unreadable]).toEqual(['', false]);
    expect(errors[0]).toContain('supports content up to a size of 1024k, got 1025k');
  });

  test('files that are gone say nothing', () => {
    const files = makeFiles(temp, 1);
    Object.values(files).forEach(unlinkSync);
    expect(readFiles(files)).toMatchObject({ env: {}, outputs: {}, errors: [], unreadable: false });
  });

  test('each step has its own', () => {
    const [one, other] = [makeFiles(temp, 1), makeFiles(temp, 2)].map((files) => Object.values(files));
    expect(one).toHaveLength(5);
    expect(other?.some((path) => one?.includes(path))).toBe(false);
  });
});

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { deployed } from '../../local/aws/cloudformation.ts';
import { checkSpec } from '../../local/aws/policy-check.ts';
import type { PolicyDocument } from '../../local/aws/spec.ts';
import { anchorOf } from '../../src/failures/troubleshooting-link.ts';
import * as lists from '../../src/request/lists.ts';
import { help } from '../../src/command/help.ts';
import { readRequest } from '../../src/request/request.ts';
import { given, surroundings } from './request/given.ts';

/** Everything that a reader can copy from the pages works, and every link leads somewhere. */

const root = join(import.meta.dirname, '..', '..');
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs')).map((name) => join('docs', name)),
].filter((name) => name.endsWith('.md'));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const { inputs } = parse(read('action.yml')) as { inputs: Record<string, unknown> };

interface Block {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

const blocks: Block[] = pages.flatMap((page) => {
  const text = read(page);
  return [...text.matchAll(/^( *)```(\w*)\n([^]*?)^\1```/gm)].map((match) => {
    const [, indent = '', language = '', code = ''] = match;
    const line = text.slice(0, match.index).split('\n').length;
    return { page, line, language, code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), '') };
  });
});
const of = (...languages: string[]): Block[] => blocks.filter(({ language }) => languages.includes(language));

/** A heading without its markup. */
const plain = (heading: string): string => heading.replaceAll(/[`*]|\[([^\]]*)\]\([^)]*\)/g, '$1');
const withoutCode = (text: string): string => text.replaceAll(/^( *)```[^]*?^\1```/gm, '');
const anchors = (page: string): Set<string> =>
  new Set(
    [...withoutCode(read(page)).matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = '']) =>
      anchorOf(plain(heading)),
    ),
  );

test.each(pages)('%s: every link within the project leads somewhere', (page) => {
  const links = [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  for (const link of links.filter((target) => !/^[a-z]+:/.test(target))) {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : join(dirname(page), path);
    expect([link, existsSync(join(root, target))]).toEqual([link, true]);
    if (anchor !== undefined) expect([...anchors(target)]).toContain(anchor);
  }
});

test('every code block names its language', () => {
  expect(blocks.filter(({ language }) => language === '')).toEqual([]);
});

test("the command's page shows its help", () => {
  expect(
    of('text')
      .filter(({ page }) => page === 'docs/command.md')
      .map(({ code }) => code),
  ).toEqual([help]);
});

test('the page on dependencies lists each package with its version', () => {
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
  const listed = [...read('docs/dependencies.md').matchAll(/^\| `(\S+)` +\| ([\d.]+) /gm)];
  expect(Object.fromEntries(listed.map(([, name, version]) => [name, version]))).toEqual(dependencies);
});

describe('blocks that can be copied', () => {
  /** Steps of this action, at any depth. */
  function stepsIn(value: unknown): { with?: Record<string, unknown> }[] {
    if (Array.isArray(value)) return value.flatMap(stepsIn);
    if (typeof value !== 'object' || value === null) return [];
    const step = value as { uses?: unknown; with?: Record<string, unknown> };
    const own = /assume-role-chain@|^\.\/$/.test(String(step.uses)) ? [step] : [];
    return [...own, ...Object.values(value).flatMap(stepsIn)];
  }

  /** The inputs as texts, with a stand-in for each expression. */
  const filled = (settings: Record<string, unknown> = {}) =>
    given(
      Object.fromEntries(
        Object.entries(settings).map(([name, value]) => {
          const role = 'arn:aws:iam::222222222222:role/x';
          const expression = { accounts: `a: ${role}`, 'role-arn': role }[name] ?? 'filled';
          return [name, String(value).replaceAll(/\$\{\{.*?\}\}/g, expression)];
        }),
      ),
    );
  const profiles = { placeOf: () => undefined, blocker: () => undefined };
  const world = surroundings({ lists, profiles });

  test.each(of('yaml', 'yml'))('$page, line $line: YAML, with inputs that the action accepts', ({ code }) => {
    const documents = parseAllDocuments(code, { logLevel: 'error' });
    for (const document of Array.isArray(documents) ? documents : []) {
      expect(document.errors).toEqual([]);
      for (const step of stepsIn(document.toJS())) {
        for (const name of Object.keys(step.with ?? {})) expect(Object.keys(inputs)).toContain(name);
        expect(() => readRequest(filled(step.with), world)).not.toThrow();
      }
    }
  });

  test('JSON, and trust policies that IAM accepts', () => {
    for (const { page, line, code } of of('json')) {
      const value = JSON.parse(code) as { Statement?: unknown };
      const statements = [value.Statement ?? []].flat() as { Principal?: unknown }[];
      if (!statements.some(({ Principal }) => Principal !== undefined)) continue;
      const filled = JSON.stringify(value)
        .replaceAll(/\$\{\w*Account\w*\}/g, '111111111111')
        .replaceAll(/\$\{\w+\}/g, 'filled');
      const trustPolicy = JSON.parse(filled) as PolicyDocument;
      expect(() => {
        checkSpec({
          accounts: [
            {
              id: '111111111111',
              roles: [{ name: `line-${line}@${page.replaceAll('/', '.')}`, trustPolicy }],
            },
          ],
        });
      }).not.toThrow();
    }
  });

  test.each(of('sh', 'bash'))('$page, line $line: shell syntax, and commands that exist', ({ code }) => {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: code, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const [, name = '', given = ''] of code
      .replaceAll('\\\n', ' ')
      .matchAll(
        /aws cloudformation deploy.*--template-file templates\/cloudformation\/(\w+)\.yaml.*--parameter-overrides (.*)/g,
      )) {
      const parameters = given
        .trim()
        .split(/\s+/)
        .map((one) => one.split(/=(.*)/s, 2) as [string, string])
        // The shell fills these in; the whole page is run by a test of its own.
        .map(
          ([name, value]) =>
            [name, { '"$subject"': 'repo:a/b:c', '"$provider"': '' }[value] ?? value] as const,
        );
      // A stack set creates its roles in other accounts.
      const count = name === 'organization' ? 0 : 1;
      expect(deployed(name, Object.fromEntries(parameters), { id: '111111111111' }).roles).toHaveLength(
        count,
      );
    }
    for (const [, name = ''] of code.matchAll(/npm run (?:--silent )?([\w:-]+)/g))
      expect(Object.keys(scripts)).toContain(name);
  });
});

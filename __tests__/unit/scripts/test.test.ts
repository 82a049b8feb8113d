import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, jest, test } from '@jest/globals';
import { everything, runAll, type Suite } from '../../../scripts/test.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

afterEach(() => {
  jest.restoreAllMocks();
});

test('npm test runs every suite, the unit tests once', () => {
  const named = everything.flat().map(([name]) => name);
  const suites = Object.keys(scripts).filter((name) => /^(?:lint|test):/.test(name));
  // The quick run is a part of all; the unit tests run with coverage.
  const apart = ['test:quick', 'test:unit'];
  expect(named.toSorted()).toEqual(suites.filter((name) => !apart.includes(name)).toSorted());
});

test('npm run lint is every rule that npm test checks', () => {
  const rules = everything.flat().flatMap(([name]) => (name.startsWith('lint:') ? [name] : []));
  for (const name of rules) expect(scripts['lint']).toContain(`npm run --silent ${name}`);
});

test.each(['test:unit', 'test:e2e', 'test:clients'])('%s accepts the pattern of a file after --', (name) => {
  // Jest reads every word after --selectProjects as a project, up to the next option.
  expect(scripts[name]).toMatch(/ --selectProjects \w+ --\w+=\w+$/);
});

test('all suites run, those that fail are named, and what a suite printed stays together', async () => {
  const printed: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed.push(String(chunk));
    return true;
  });
  const suite = (name: string, code: string): Suite => [name, [process.execPath, '-e', code]];
  const failed = await runAll([
    [suite('one', 'console.log(1); process.exit(3)'), suite('two', 'console.log(2)')],
    [suite('three', 'console.error(3)'), ['four', [join(root, 'no such program')]]],
  ]);
  expect(failed).toEqual(['one', 'four']);
  const text = printed.join('').replaceAll(/in \d+ s/g, 'in N s');
  expect(text).toContain('\n== one: failed in N s\n1\n');
  expect(text).toContain('\n== two: passed in N s\n2\n');
  expect(text).toContain('\n== three: passed in N s\n3\n');
  expect(text).toMatch(/\n== four: failed in N s\n.*ENOENT/);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { withTables } from '../../scripts/readme.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');

/** Ignores the formatter's padding of cells. */
const unpadded = (text: string): string => text.replace(/ +\|/g, ' |').replace(/-{3,}/g, '---');

test('the tables of the README are those of action.yml', () => {
  expect(unpadded(withTables(readme, read('action.yml')))).toBe(unpadded(readme));
});

test('each badge is about something that there is', () => {
  const badges = [...readme.matchAll(/^\[!\[([^\]]+)\]\((\S+)\)\]\((\S+)\)$/gm)].map(
    ([, name = '', image = '']) => [name, image] as const,
  );
  expect(badges.map(([name]) => name)).toEqual(['Release', 'CI', 'OpenSSF Scorecard', 'License: MIT']);
  const [, ci] = badges[1] ?? [];
  const workflow = /actions\/workflows\/(\S+)\/badge\.svg\?branch=main$/.exec(ci ?? '')?.[1] ?? '';
  const { on } = parse(read(`.github/workflows/${workflow}`)) as { on: { push: { branches: string[] } } };
  expect(on.push.branches).toContain('main');
  expect(read('.github/workflows/scorecard.yml')).toContain('publish_results: true');
  expect(read('.github/workflows/release.yml')).toContain('gh release create');
  expect(read('LICENSE')).toMatch(/^MIT License/);
});

describe('code blocks', () => {
  const blocks = [...readme.matchAll(/^```(\w+)\n([^]*?)^```/gm)].map(([, language = '', code = '']) => ({
    language,
    code,
  }));
  const of = (language: string): string[] =>
    blocks.filter((block) => block.language === language).map(({ code }) => code);

  test.each([
    [0, 'one-role.yml'],
    [1, 'customer-deployment.yml'],
  ])('the step of workflow %i is the one of examples/%s', (index, file) => {
    const steps = (text: string): { with?: unknown }[] =>
      (parse(text) as { jobs: { deploy: { steps: { with?: unknown }[] } } }).jobs.deploy.steps;
    const code = of('yaml')[index] ?? '';
    const example = steps(read(`examples/${file}`)).find((step) => step.with !== undefined);
    expect(steps(code)[0]?.with).toEqual(example?.with);
  });

  test('every example is in the index, with a sentence', () => {
    const listed = [...readme.matchAll(/^\| \[([\w-]+)\]\(examples\/\1\.yml\) +\| \S.*\. +\|$/gm)].map(
      ([, name]) => name,
    );
    const files = readdirSync(join(root, 'examples')).map((name) => name.replace(/\.yml$/, ''));
    expect(listed.toSorted()).toEqual(files.toSorted());
  });

  test('the commands are scripts of the package', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    expect(of('sh').filter((code) => code.startsWith('npm'))).toEqual([
      'npm ci && npm run demo\n',
      'npm ci && npm test\n',
    ]);
    expect(scripts).toHaveProperty('demo');
    expect(scripts).toHaveProperty('test');
  });
});

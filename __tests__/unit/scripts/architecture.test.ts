import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { architecture, withMap } from '../../../scripts/architecture.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const page = readFileSync(join(root, 'docs', 'architecture.md'), 'utf8');
const source = join(root, 'src');

/** Ignores the formatter's padding of cells. */
const unpadded = (text: string): string => text.replace(/ +\|/g, ' |').replace(/-{3,}/g, '---');

test('the map of docs/architecture.md is that of the imports: run `npm run architecture`', () => {
  expect(unpadded(withMap(page, architecture(source)))).toBe(unpadded(page));
});

test('arrows that follow from others are left out of the drawing, and are in the table', () => {
  const map = architecture(source);
  expect(map).toContain('  request --> aws\n');
  expect(map).toContain('  aws --> text\n');
  expect(map).not.toContain('  request --> text\n');
  expect(map).toMatch(/`request\/`.* aws, text \|/);
});

test('a folder that is not described is an error', () => {
  const folder = mkdtempSync(join(tmpdir(), 'src-'));
  try {
    mkdirSync(join(folder, 'attic'));
    writeFileSync(join(folder, 'attic', 'a.ts'), '');
    expect(() => architecture(folder)).toThrow('attic is either not in src/ or not described');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a page without marks is an error', () => {
  expect(() => withMap('# Page', 'map')).toThrow('no marks');
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Prints the section of CHANGELOG.md for a version, which is given as its tag: `npm run notes -- v1.2.3`. Fails if
 * there is no section.
 */
const version = (process.argv[2] ?? '').replace(/^v/, '');
const text = readFileSync(join(import.meta.dirname, '..', 'CHANGELOG.md'), 'utf8');
const sections = text.split(/^## /m).slice(1);
const notes = sections
  .find((section) => version !== '' && section.split(/\s/)[0] === version)
  ?.split('\n')
  .slice(1)
  .join('\n')
  .trim();
if (notes) console.log(notes);
else {
  console.error(`CHANGELOG.md has no section for ${version || 'no version'}: write what changed first.`);
  process.exitCode = 1;
}

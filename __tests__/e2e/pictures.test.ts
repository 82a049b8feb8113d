import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { chainStep, deniedStep, lasting, untilPolicy } from '../../scripts/pictures/steps.ts';

/** The README's pictures show what the action prints now. If they do not, `npm run pictures -- steps` draws them again. */

const shownBy = (name: string): string =>
  readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'pictures', `${name}.txt`), 'utf8');

test('the log of a step that fails', async () => {
  expect(lasting(`${untilPolicy(await deniedStep()).join('\n')}\n`)).toBe(shownBy('failing-log'));
});

test('the summary of a chain', async () => {
  expect(lasting((await chainStep()).summary)).toBe(shownBy('summary'));
});

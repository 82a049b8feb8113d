import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startLocalServices } from '../local/services.ts';
import { chain, assume, stepOf, workflow } from '../__tests__/workflows.ts';

/**
 * Draws every mermaid diagram of the pages, and the one that a job's summary gets, as GitHub would, into build/pictures:
 * to be looked at. Needs Chromium (Debian: apt-get install chromium; CHROMIUM names another) and, as it is large and of no
 * other use, `npm install --no-save mermaid@12.3.0` before.
 */
const root = join(import.meta.dirname, '..');
const folder = join(root, 'build', 'pictures');
const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const mermaid = join(root, 'node_modules', 'mermaid', 'dist', 'mermaid.min.js');
const library = pathToFileURL(mermaid).href;

/** The diagrams of a text in Markdown. */
const diagramsIn = (text: string): string[] =>
  [...text.matchAll(/^```mermaid\n([^]*?)^```/gm)].map(([, code = '']) => code);

async function summary(): Promise<string> {
  const local = await startLocalServices();
  try {
    const result = await local.run({ workflow: workflow(assume({ ...chain, 'job-summary': 'always' })) });
    return stepOf(result).summary;
  } finally {
    await local.close();
  }
}

/** @throws Error where Chromium draws nothing */
function draw(name: string, code: string, theme: 'default' | 'dark'): void {
  const escaped = code.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const html = `<!doctype html><meta charset="utf-8"><body style="margin:16px;background:${theme === 'dark' ? '#0d1117' : '#fff'}"><pre class="mermaid">${escaped}</pre><script src="${library}"></script><script>mermaid.initialize({ startOnLoad: true, theme: '${theme}' })</script>`;
  const page = join(folder, `${name}.html`);
  const picture = join(folder, `${name}.png`);
  writeFileSync(page, html);
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--hide-scrollbars',
    '--allow-file-access-from-files',
  ];
  const size = ['--window-size=900,600', '--virtual-time-budget=10000'];
  const { status } = spawnSync(chromium, [
    ...flags,
    ...size,
    `--screenshot=${picture}`,
    pathToFileURL(page).href,
  ]);
  if (status !== 0 || !existsSync(picture)) throw new Error(`${chromium} drew nothing of ${name}`);
  console.log(picture);
}

for (const needed of [chromium, mermaid])
  if (!existsSync(needed)) throw new Error(`${needed} is not there: see the head of scripts/pictures.ts`);
mkdirSync(folder, { recursive: true });
const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => join('docs', name))];
const texts = pages
  .filter((name) => name.endsWith('.md'))
  .map((name) => [name, readFileSync(join(root, name), 'utf8')]);
for (const [name = '', text = ''] of [...texts, ['job-summary', await summary()]]) {
  diagramsIn(text).forEach((code, index) => {
    for (const theme of ['default', 'dark'] as const)
      draw(`${name.replaceAll(/[/.]/g, '-')}-${index + 1}-${theme}`, code, theme);
  });
}

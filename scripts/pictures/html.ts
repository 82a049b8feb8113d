import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Pages as GitHub shows them: Markdown with its diagrams, and the log of a step. */

const modules = join(import.meta.dirname, '..', '..', 'node_modules');
const libraries = {
  mermaid: join(modules, 'mermaid', 'dist', 'mermaid.min.js'),
  marked: join(modules, 'marked', 'lib', 'marked.umd.js'),
  style: join(modules, 'github-markdown-css', 'github-markdown-light.css'),
} as const;

/**
 * These packages are large and have no other use, so they are not dependencies of the project. @throws Error where
 * one is not installed
 */
export function checkLibraries(): void {
  for (const path of Object.values(libraries))
    if (!existsSync(path))
      throw new Error(
        `${path} does not exist: npm install --no-save --ignore-scripts mermaid@12.3.0 marked@18.2.1 github-markdown-css@5.9.0`,
      );
}

const url = (path: string): string => pathToFileURL(path).href;
/** For the draw function: the height, once everything is drawn. */
const measure = 'document.title = String(Math.ceil(document.documentElement.scrollHeight))';

/** @param folder of the page, from which its pictures are read */
export function markdownPage(text: string, folder: string): string {
  const script = `
    const box = document.querySelector('article');
    box.innerHTML = marked.parse(${JSON.stringify(text).replaceAll('<', '\\u003c')});
    for (const code of box.querySelectorAll('code.language-mermaid')) {
      const drawing = document.createElement('div');
      drawing.className = 'mermaid';
      drawing.style.textAlign = 'center';
      drawing.textContent = code.textContent;
      code.parentElement.replaceWith(drawing);
    }
    for (const quote of box.querySelectorAll('blockquote')) {
      const [, kind] = /^\\s*\\[!(\\w+)\\]/.exec(quote.textContent) ?? [];
      if (!kind) continue;
      quote.className = 'markdown-alert markdown-alert-' + kind.toLowerCase();
      quote.innerHTML = '<p class="markdown-alert-title">' + kind + '</p>' + quote.innerHTML.replace(/\\[!\\w+\\]/, '');
    }
    mermaid.initialize({ startOnLoad: false });
    mermaid.run().finally(() => { ${measure} });`;
  return `<!doctype html><meta charset="utf-8"><base href="${url(folder)}/"><title></title>
    <link rel="stylesheet" href="${url(libraries.style)}"><style>body { margin: 0; padding: 32px; background: #fff }</style>
    <article class="markdown-body"></article>
    <script src="${url(libraries.marked)}"></script><script src="${url(libraries.mermaid)}"></script><script>${script}</script>`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const colors: Readonly<Record<string, string>> = { error: '#f85149', warning: '#d29922', notice: '#58a6ff' };

/** A line of the log; an annotation's first word is colored, as on GitHub. */
function logLine(line: string, number: number): string {
  const [, kind = '', rest = line] = /^##\[(error|warning|notice)\](.*)$/s.exec(line) ?? [];
  const label =
    kind === ''
      ? ''
      : `<b style="color:${colors[kind] ?? ''}">${kind.charAt(0).toUpperCase()}${kind.slice(1)}: </b>`;
  const group = rest.startsWith('##[group]') ? `▸ ${rest.slice('##[group]'.length)}` : rest;
  return `<div class="line"><span class="number">${number}</span><span>${label}${escaped(group)}</span></div>`;
}

/** The log of a step in GitHub's dark theme. @param name the step's, above its lines */
export function logPage(name: string, lines: readonly string[], failed: boolean): string {
  const mark = failed ? '<span style="color:#f85149">✕</span>' : '<span style="color:#3fb950">✓</span>';
  return `<!doctype html><meta charset="utf-8"><title></title><style>
    body { margin: 0; padding: 16px; background: #0d1117; color: #e6edf3; font: 12px/20px ui-monospace, 'DejaVu Sans Mono', monospace }
    .step { font: 600 14px/24px system-ui, 'DejaVu Sans', sans-serif; margin-bottom: 8px }
    .line { display: flex; white-space: pre-wrap; overflow-wrap: anywhere }
    .number { flex: 0 0 32px; color: #6e7681; text-align: right; margin-right: 16px }</style>
    <div class="step">${mark} ${escaped(name)}</div>${lines.map((line, index) => logLine(line, index + 1)).join('')}
    <script>${measure}</script>`;
}

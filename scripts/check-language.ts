import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { isScalar, parseDocument, visit } from 'yaml';
import { languageProblems, type Text } from './language-rules.ts';

/**
 * Fails if a text is hard to read. It reads the pages, action.yml, the issue forms, the templates and examples, and
 * what src/ and the migration script can print. It also reads comments in code, and names in src/, for words only.
 */

const root = join(import.meta.dirname, '..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const filesOf = (folder: string, ending: RegExp): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name));

/** A page's prose: no code, no table of contents, no links' targets. */
function proseOf(markdown: string): string {
  return markdown
    .replaceAll(/^( *)```[^]*?^\1```/gm, '\n\n')
    .replaceAll(/<!--[^]*?-->/g, '')
    .replaceAll(/^\*\*Contents:\*\*[^]*?\n\n/gm, '')
    .replaceAll(/^> ?(?:\[!\w+\])?/gm, '')
    .replaceAll(/^#{1,6} .*$/gm, (heading) => `${heading.replace(/^#+ /, '')}\n`)
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/`[^`\n]*`/g, 'code')
    .replaceAll(/[*_]{2}/g, '');
}

/** Paragraphs, list items and cells of tables, each on one line. */
const paragraphs = (prose: string): string[] =>
  prose
    .replaceAll(/^\s*(?:[-*]|\d+\.) /gm, '\n')
    .replaceAll(/\|/g, '\n\n')
    .split(/\n\s*\n/)
    .map(oneLine)
    .filter(Boolean);

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
const plain = (text: string): string => oneLine(text.replaceAll(/`[^`]*`/g, 'code'));
const isSentence = (text: string): boolean => (text.match(/ [a-z]/g)?.length ?? 0) > 0;

/** The string literals of a file that hold a sentence, with `…` for what is filled in, and the names it declares. */
function codeTexts(where: string): Text[] {
  const found: Text[] = [];
  const source = ts.createSourceFile(where, read(where), ts.ScriptTarget.ESNext, true);
  const add = (text: string): void => {
    if (isSentence(text)) found.push({ where, text });
  };
  const look = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) add(node.text);
    else if (ts.isTemplateExpression(node))
      add([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…'));
    else if (ts.isIdentifier(node) && 'name' in node.parent && node.parent.name === node)
      found.push({ where, text: node.text, kind: 'name' });
    ts.forEachChild(node, look);
  };
  look(source);
  return found;
}

/** The comments of a file, each on one line, without its asterisks. */
const commentsIn = (where: string): Text[] =>
  [...read(where).matchAll(/\/\*\*?([^]*?)\*\/|(?<=^|\s)\/\/ (.*)$/gm)].map(([, block, line]) => ({
    where,
    text: plain((block ?? line ?? '').replaceAll(/^\s*\* ?/gm, '')),
    kind: 'comment',
  }));

/** Every string of a YAML file under one of these keys, at any depth. */
function stringsUnder(where: string, keys: readonly string[]): Text[] {
  const found: Text[] = [];
  visit(parseDocument(read(where), { logLevel: 'error' }), {
    Pair: (_, { key, value }) => {
      if (!isScalar(key) || !keys.includes(String(key.value))) return;
      if (isScalar(value) && typeof value.value === 'string') found.push({ where, text: plain(value.value) });
    },
  });
  return found;
}

/** Comments of YAML and Terraform: lines that follow each other are one text. */
const hashComments = (where: string): Text[] =>
  [...read(where).matchAll(/(?:^ *# .*\n)+/gm)].map(([lines]) => ({
    where,
    text: plain(lines.replaceAll(/^ *# /gm, '')),
  }));

const terraformTexts = (where: string): Text[] =>
  [...read(where).matchAll(/(?:description|error_message) += "(.*)"$/gm)].map(([, text = '']) => ({
    where,
    text: plain(text),
  }));

/** Every text that is checked, with the file it is in. */
export function textsOfProject(): Text[] {
  const pages = [
    ...readdirSync(root).filter((name) => name.endsWith('.md') && name !== 'CODE_OF_CONDUCT.md'),
    ...filesOf('docs', /\.md$/),
    '.github/pull_request_template.md',
  ];
  const source = filesOf('src', /\.ts$/);
  const described = ['description', 'about', 'label', 'name', 'Description', 'value'];
  return [
    ...pages.flatMap((where) => paragraphs(proseOf(read(where))).map((text) => ({ where, text }))),
    ...[
      'action.yml',
      ...filesOf('.github/ISSUE_TEMPLATE', /\.yml$/),
      ...filesOf('templates', /\.yaml$/),
    ].flatMap((where) => stringsUnder(where, described)),
    ...filesOf('examples', /\.yml$/).flatMap((where) => [
      ...hashComments(where),
      ...stringsUnder(where, ['name', 'description']),
    ]),
    ...filesOf('templates', /\.tf$/).flatMap((where) => [...hashComments(where), ...terraformTexts(where)]),
    ...source.flatMap((where) => [...codeTexts(where), ...commentsIn(where)]),
    ...['local', 'scripts', 'bench', 'soak', '__tests__'].flatMap((folder) =>
      filesOf(folder, /\.c?ts$/).flatMap(commentsIn),
    ),
    ...filesOf('scripts/migrate', /\.ts$/)
      .flatMap(codeTexts)
      .filter(({ kind }) => kind === undefined),
  ];
}

if (import.meta.main) {
  const problems = textsOfProject().flatMap(languageProblems);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) {
    console.error(`${problems.length} texts are hard to read.`);
    process.exitCode = 1;
  }
}

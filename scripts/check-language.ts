import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { parse } from 'yaml';

/**
 * Fails where a text that users read is hard to read: words that a native reader stumbles over, and long sentences. It
 * reads the pages, action.yml, and what src/ can print. Comments and tests are for developers and are not checked.
 */

/** Words of the first version that were read twice, and what to write instead. */
const words: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\b(?:is|are|was|were|be) told\b|\btells\b/i, 'reported, logged, shown'],
  [/\bstands? (?:in|twice|there|beside|below)\b/i, 'is, appears, is listed twice'],
  [/\bcannot go with\b/i, 'cannot be combined with'],
  [/\bis none of\b/i, 'must be one of'],
  [/\bamiss\b|\briddles?\b|\bin (?:its|their) stead\b/i, 'wrong, unclear, instead'],
  [
    /\b(?:values?|settings|credentials|ones) of before\b|\bthe old ones\b|\bg[ai]ve(?:s|n)? back\b/i,
    'previous; restored, removed',
  ],
  [/\bempty text\b/i, 'empty string'],
  [/\bpassed over\b/i, 'skipped'],
  [/\bnobody gets\b|\bsomebody else\b/i, 'not delivered; another identity'],
  [/\bentere?d? (?:other|an|another|the) (?:AWS )?accounts?\b/i, 'assume a role in an account'],
  [/\bwhose credentials (?:the|they|it|each)\b/i, 'which identity the credentials belong to'],
  [
    /\bthe proxy wants\b|\bnot now\b|\bclocks apart\b/i,
    'proxy authentication required; throttled; clock skew',
  ],
  [/\bwhoever\b|\bwhosoever\b/i, 'name who'],
];

/** Sentences that stay as they are, each with its reason. */
export const allowed: readonly { readonly text: string; readonly reason: string }[] = [];

/** In a page or a message, a sentence of more words is read twice. */
const mostWords = 30;

interface Text {
  readonly where: string;
  readonly text: string;
}

/** A page's prose: no code, no tables of settings, no links' targets. */
function proseOf(markdown: string): string {
  return (
    markdown
      .replaceAll(/^( *)```[^]*?^\1```/gm, '\n\n')
      // A table of contents is no sentence.
      .replaceAll(/^\*\*Contents:\*\*[^]*?\n\n/gm, '')
      .replaceAll(/^> ?(?:\[!\w+\])?/gm, '')
      .replaceAll(/<!--[^]*?-->/g, '')
      .replaceAll(/^#{1,6} .*$/gm, (heading) => `${heading.replace(/^#+ /, '')}\n`)
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll(/`[^`\n]*`/g, 'code')
      .replaceAll(/[*_]{2}/g, '')
  );
}

/** Paragraphs, list items and cells of tables, each on one line. */
const paragraphs = (prose: string): string[] =>
  prose
    .replaceAll(/^\s*(?:[-*]|\d+\.) /gm, '\n')
    .replaceAll(/\|/g, '\n\n')
    .split(/\n\s*\n/)
    .map((one) => one.replaceAll(/\s+/g, ' ').trim())
    .filter(Boolean);

const sentences = (paragraph: string): string[] => paragraph.split(/(?<=[.!?][)"]?) (?=[A-Z"(]|code\b)/);

/** The string literals of a file that hold a sentence, with `…` for what is filled in. */
function literals(path: string): string[] {
  const found: string[] = [];
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ESNext, true);
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) found.push(node.text);
    else if (ts.isTemplateExpression(node))
      found.push([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…'));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found.filter((text) => (text.match(/ [a-z]/g)?.length ?? 0) > 1);
}

function textsOf(root: string): Text[] {
  const markdown = [
    ...readdirSync(root).filter((name) => name.endsWith('.md') && name !== 'CODE_OF_CONDUCT.md'),
    ...readdirSync(join(root, 'docs')).map((name) => join('docs', name)),
  ].filter((name) => name.endsWith('.md'));
  const code = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join('src', name));
  const read = (name: string): string => readFileSync(join(root, name), 'utf8');
  const { inputs, outputs, description } = parse(read('action.yml')) as {
    inputs: Record<string, { description: string }>;
    outputs: Record<string, { description: string }>;
    description: string;
  };
  return [
    ...markdown.flatMap((where) => paragraphs(proseOf(read(where))).map((text) => ({ where, text }))),
    ...[description, ...Object.values({ ...inputs, ...outputs }).map((one) => one.description)].map(
      (text) => ({
        where: 'action.yml',
        text: text.replaceAll(/`[^`]*`/g, 'code').replaceAll(/\s+/g, ' '),
      }),
    ),
    ...code.flatMap((where) => literals(join(root, where)).map((text) => ({ where, text }))),
  ];
}

/** @returns what is wrong with a text, one line a problem */
export function languageProblems({ where, text }: Text): string[] {
  return text
    .split('\n')
    .flatMap(sentences)
    .flatMap((sentence) => {
      if (allowed.some((one) => sentence.includes(one.text))) return [];
      const count = sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
      const long = count > mostWords ? [`${where}: ${count} words: ${sentence}`] : [];
      const found = words.flatMap(([pattern, instead]) => {
        const [word] = pattern.exec(sentence) ?? [];
        return word === undefined ? [] : [`${where}: "${word}" (write: ${instead}): ${sentence}`];
      });
      return [...long, ...found];
    });
}

if (import.meta.main) {
  const problems = textsOf(join(import.meta.dirname, '..')).flatMap(languageProblems);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) {
    console.error(`${problems.length} texts are hard to read.`);
    process.exitCode = 1;
  }
}

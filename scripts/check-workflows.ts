import { readdirSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';

/**
 * Fails unless GitHub's own parser accepts every workflow of this repository, its examples and its pages. The
 * workflows that run in this repository must also follow the rules of docs/security.md: every action is pinned by
 * commit with its version in a comment, permissions are minimal, and no script contains a value from outside.
 */
registerHooks({
  // The parser imports its schema as browsers do. Node.js needs the type JSON for it.
  load: (url, context, next) =>
    next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
});
const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } =
  await import('@actions/workflow-parser');

const root = join(import.meta.dirname, '..');
const filesIn = (folder: string): { name: string; path: string }[] =>
  readdirSync(join(root, folder))
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => ({ name: join(folder, name), path: join(root, folder, name) }));

async function grammar(name: string, content: string): Promise<string[]> {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (value) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

function rules(content: string): string[] {
  const problems: string[] = [];
  for (const [, used = '', comment] of content.matchAll(/^\s*(?:- )?uses:\s*(\S+)(?:\s+#\s*(.*))?$/gm)) {
    if (used.startsWith('./')) continue;
    if (!/@[0-9a-f]{40}$/.test(used)) problems.push(`${used} is not pinned by commit`);
    else if (!/^v\d+\.\d+\.\d+$/.test(comment ?? '')) problems.push(`${used} has no version beside it`);
  }
  for (const script of scriptsIn(content))
    if (/\bnpm (?:ci|i|install)\b(?!.*--ignore-scripts)/.test(script))
      problems.push('npm installs packages without --ignore-scripts');
  const checkouts = content.match(/uses: actions\/checkout@/g)?.length ?? 0;
  if (checkouts !== (content.match(/persist-credentials: false/g)?.length ?? 0))
    problems.push('a checkout leaves its token behind: set persist-credentials: false');
  if (!/^permissions:\n {2}contents: read\n/m.test(content))
    problems.push('does not begin with permissions: contents: read');
  for (const script of scriptsIn(content))
    for (const [expression] of script.matchAll(/\$\{\{.*?\}\}/gs))
      problems.push(`${expression} stands within a script: hand it in by env:`);
  return problems;
}

/** The texts of all `run:`, blocks and single lines. */
function scriptsIn(content: string): string[] {
  const scripts: string[] = [];
  for (const match of content.matchAll(/^(\s*(?:- )?)run:\s*(.*)$/gm)) {
    const [line, indent = '', first = ''] = match;
    const rest = content.slice(match.index + line.length + 1).split('\n');
    const depth = indent.length;
    const end = rest.findIndex((one) => one.trim() !== '' && one.search(/\S/) <= depth);
    scripts.push(/^[|>]/.test(first) ? rest.slice(0, end === -1 ? undefined : end).join('\n') : first);
  }
  return scripts;
}

interface Workflow {
  readonly name: string;
  readonly content: string;
}

/** The workflows in a page's blocks. Parts of a workflow are completed. */
function workflowsIn(page: string): Workflow[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```yaml\n([^]*?)^```/gm)].map(({ 1: code = '', index }) => {
    const name = `${page}, line ${text.slice(0, index).split('\n').length}`;
    const steps = code.startsWith('- ') ? code.replaceAll(/^(?=.)/gm, '      ') : '      - run: echo\n';
    const jobs = `jobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n${steps}`;
    const parts = [/^on:/m.test(code) ? '' : 'on: push\n', code.startsWith('- ') ? '' : code];
    return { name, content: [...parts, /^jobs:/m.test(code) ? '' : jobs].join('') };
  });
}

const read = ({ name, path }: { name: string; path: string }): Workflow => ({
  name,
  content: readFileSync(path, 'utf8'),
});
const pagesIn = (folder: string): string[] =>
  readdirSync(join(root, folder)).flatMap((name) => (name.endsWith('.md') ? [join(folder, name)] : []));
const own = filesIn('.github/workflows').map(read);
const pages = ['README.md', ...pagesIn('docs')];
const all = [...own, ...filesIn('examples').map(read), ...pages.flatMap(workflowsIn)];
for (const workflow of all) {
  const { name, content } = workflow;
  for (const problem of [
    ...(await grammar(name, content)),
    ...(own.includes(workflow) ? rules(content) : []),
  ]) {
    console.error(`${name}: ${problem}`);
    process.exitCode = 1;
  }
}
console.log(`${all.length} workflows were looked at.`);

import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';

/**
 * Fails if a module of src/ imports what it must not. Imports between folders go down, only some folders may import
 * some packages, files form no cycle, and no name means two things. ESLint sees one file at a time, so this reads the
 * whole graph, including imports of types and dynamic imports.
 */

/**
 * What the files of each folder may import besides those of their own folder, from the top down: a folder may appear
 * only in rows above its own, so that folders cannot form a cycle. `entry points` are the files of src/ itself.
 */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  'entry points': [
    ...[
      'command',
      'delivery',
      'failures',
      'profiles',
      'chain',
      'sources',
      'sts',
      'request',
      'aws',
      'github',
      'text',
    ],
  ],
  command: [
    'delivery',
    'failures',
    'profiles',
    'chain',
    'sources',
    'sts',
    'request',
    'aws',
    'github',
    'text',
  ],
  delivery: ['failures', 'profiles', 'chain', 'sources', 'sts', 'request', 'aws', 'github', 'text'],
  failures: ['profiles', 'chain', 'sources', 'sts', 'request', 'aws', 'github', 'text'],
  profiles: ['sources', 'sts', 'request', 'aws', 'github', 'text'],
  chain: ['sources', 'sts', 'request', 'aws', 'text'],
  sources: ['sts', 'request', 'aws', 'text'],
  sts: ['aws', 'text'],
  request: ['aws', 'text'],
  github: ['text'],
  aws: ['text'],
  text: [],
};

/** Packages and modules of Node.js that only some places may import. */
const restrictedImports: readonly {
  readonly imports: (name: string) => boolean;
  readonly closedTo: (file: string) => boolean;
  readonly rule: string;
}[] = [
  {
    imports: (name) => name.startsWith('@actions/'),
    closedTo: (file) => !file.startsWith('github/'),
    rule: 'only github/ talks to the runner',
  },
  {
    imports: (name) => /^@(?:aws-sdk|smithy)\//.test(name),
    closedTo: (file) => !file.startsWith('sts/') && file !== 'sources/ambient.ts',
    rule: 'only sts/ and sources/ambient.ts talk to AWS',
  },
  {
    imports: (name) => isBuiltin(name) && !/^(?:node:)?(?:crypto|path|url|util)$/.test(name),
    closedTo: (file) => /^(?:request|aws|text)\//.test(file),
    rule: 'request/, aws/ and text/ do no input or output',
  },
];

/** The imports of each file, by its path below src/: other files by theirs, packages by name. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** @param source the path of src/ */
export function graphOf(source: string): Graph {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return new Map(
    files.sort().map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(join(source, file), 'utf8'), true, true);
      const imports = importedFiles.map(({ fileName }) =>
        fileName.startsWith('.')
          ? slashed(relative(source, join(source, dirname(file), fileName)))
          : fileName,
      );
      return [slashed(file), imports];
    }),
  );
}

const slashed = (path: string): string => path.replaceAll(sep, '/');

/** The folder of a file of src/; those of src/ itself are entry points. */
export const folderOf = (file: string): string => /^([^/]+)\//.exec(file)?.[1] ?? 'entry points';

/**
 * @param source the path of src/
 * @returns a line for each import that is not allowed and for each cycle, naming the files and the rule
 */
export function importProblems(source: string): string[] {
  const graph = graphOf(source);
  const problems = [...graph].flatMap(([file, imports]) =>
    imports.flatMap((imported) => problemsOf(file, imported, graph.has(imported))),
  );
  return [...problems, ...cycles(graph)];
}

function problemsOf(file: string, imported: string, own: boolean): string[] {
  if (!own)
    return restrictedImports
      .filter(({ imports, closedTo }) => imports(imported) && closedTo(file))
      .map(({ rule }) => `src/${file} imports ${imported}: ${rule}`);
  const [from, to] = [folderOf(file), folderOf(imported)];
  const allowed = mayImport[from];
  if (allowed === undefined) return [`src/${file} is in a folder without a row in scripts/check-imports.ts`];
  if (from === to && from !== 'entry points') return [];
  if (allowed.includes(to) || file === 'entry-points.ts') return [];
  const rule = allowed.length === 0 ? 'no other folder' : `${allowed.join(', ')} only`;
  return [`src/${file} imports src/${imported}: ${from} may import ${rule}`];
}

/** One line a cycle: depth first, a file that is met again while it is open closes one. */
function cycles(graph: Graph): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, open: readonly string[]): void => {
    const start = open.indexOf(file);
    if (start >= 0)
      found.push(
        `A cycle of imports: ${[...open.slice(start), file].map((one) => `src/${one}`).join(' -> ')}`,
      );
    if (start >= 0 || done.has(file)) return;
    for (const imported of graph.get(file) ?? []) if (graph.has(imported)) visit(imported, [...open, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

/**
 * @param source the path of src/
 * @returns a line for each file name that two folders have, and for each exported name that another file declares, too
 */
export function nameProblems(source: string): string[] {
  const files = [...graphOf(source).keys()].filter((file) => folderOf(file) !== 'entry points');
  const declared = files.flatMap((file) =>
    declarationsOf(readFileSync(join(source, file), 'utf8')).map((one) => ({ ...one, file })),
  );
  const named = [...files.map((file) => ({ name: basename(file), exported: true, file })), ...declared];
  return [...Map.groupBy(named, ({ name }) => name)]
    .filter(([, all]) => all.length > 1 && all.some(({ exported }) => exported))
    .map(([name, all]) => `${name} is in ${all.map(({ file }) => `src/${file}`).join(' and ')}: rename one`);
}

/** Exports, and the functions and types that a file has for itself. Its values, such as limits, are read beside their use. */
function declarationsOf(text: string): { name: string; exported: boolean }[] {
  const exported = /^export (?:async )?(?:function|const|class|interface|type) (\w+)/gm;
  const own =
    /^(?:async )?(?:function|class|interface|type) (\w+)|^const (\w+) = (?:async )?(?:<[^>]*>)?\(/gm;
  return [
    ...[...text.matchAll(exported)].map(([, name = '']) => ({ name, exported: true })),
    ...[...text.matchAll(own)].map(([, type, name]) => ({ name: type ?? name ?? '', exported: false })),
  ];
}

if (import.meta.main) {
  const source = process.argv[2] ?? join(import.meta.dirname, '..', 'src');
  const problems = [...importProblems(source), ...nameProblems(source)];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}

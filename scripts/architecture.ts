import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderOf, graphOf, type Graph } from './check-imports.ts';

/** Draws the map in docs/architecture.md from the imports of src/: `npm run architecture`. A test checks that it is current. */

/** What each place is for, from the top down. */
const places: Readonly<Record<string, string>> = {
  'main.ts': 'the step: opens its first connection, then runs `delivery/run-step.ts`',
  'post.ts': 'the post step: verifies the identity, reports renewals, restores the environment',
  'credential-process.ts': 'what AWS clients start for a profile: answers from its cache or renews',
  'command.ts': 'the command `assume-role-chain` of later steps',
  command: 'the calls of the command: `exec`, `env`, `each`, `status`, `release`',
  delivery: 'what the job gets, and what is restored: variables, outputs, reuse, verification, restoring',
  failures: 'an error becomes an explanation: the annotation, the log, the summary',
  profiles: 'the files of renewing profiles: config, plan, cache, lock, journal',
  chain: 'assumes the roles of a plan one after the other, and checks each answer',
  sources: 'where the first credentials come from: OIDC, access key, token file, the runner',
  sts: 'requests to STS: endpoints, connections, proxies, retries, and the meaning of errors',
  request: 'the inputs, checked: one `Request`, or all problems at once',
  github: 'the runner: inputs, log, secrets, and the files for variables, outputs and the summary',
  aws: 'facts about AWS: ARNs, partitions, regions, limits, plans',
  text: 'redaction, quoting, Markdown, time',
};

/** From where to where. */
type Edges = ReadonlyMap<string, ReadonlySet<string>>;

/** The imports between places; a file of src/ itself is a place of its own. */
function edgesOf(graph: Graph): Edges {
  const edges = new Map<string, Set<string>>();
  for (const [file, imports] of graph) {
    if (file === 'entry-points.ts') continue;
    const from = placeOf(file);
    const own = edges.get(from) ?? new Set();
    for (const imported of imports) if (graph.has(imported)) own.add(placeOf(imported));
    own.delete(from);
    edges.set(from, own);
  }
  return edges;
}

const placeOf = (file: string): string => (folderOf(file) === 'entry points' ? file : folderOf(file));

/** Without the arrows that follow from others: where a longer way leads to the same place. */
function reduced(edges: Edges): Edges {
  const reaches = (from: string, to: string): boolean =>
    [...(edges.get(from) ?? [])].some((next) => next === to || reaches(next, to));
  return new Map(
    [...edges].map(([from, all]) => [
      from,
      new Set([...all].filter((to) => ![...all].some((other) => other !== to && reaches(other, to)))),
    ]),
  );
}

/**
 * The map as Mermaid, and a table of the places.
 * @param source the path of src/
 * @throws Error for a place without a description, and for a description of no place
 */
export function architecture(source: string): string {
  const graph = graphOf(source);
  const edges = edgesOf(graph);
  for (const place of new Set([...edges.keys(), ...Object.keys(places)]))
    if (!edges.has(place) || places[place] === undefined)
      throw new Error(`${place} is either not in src/ or not described in scripts/architecture.ts`);
  const order = Object.keys(places);
  const isFile = (place: string): boolean => place.endsWith('.ts');
  const id = (place: string): string => place.replaceAll(/[^a-z]/g, '_');
  const shape = (place: string): string => (isFile(place) ? `([${place}])` : `[${place}/]`);
  const inOrder = (list: Iterable<string>): string[] =>
    [...list].toSorted((a, b) => order.indexOf(a) - order.indexOf(b));
  const small = reduced(edges);
  return [
    '```mermaid',
    'flowchart TD',
    ...order.map((place) => `  ${id(place)}${shape(place)}`),
    ...order.flatMap((from) => inOrder(small.get(from) ?? []).map((to) => `  ${id(from)} --> ${id(to)}`)),
    '```',
    '',
    '| place | what it is for | imports |',
    '| --- | --- | --- |',
    ...order.map((place) => {
      const name = isFile(place) ? place : `${place}/`;
      return `| [\`${name}\`](../src/${place}) | ${places[place] ?? ''} | ${inOrder(edges.get(place) ?? []).join(', ')} |`;
    }),
  ].join('\n');
}

const marks = { begin: '<!-- map -->', end: '<!-- /map -->' } as const;

/** A page with what is between its two marks replaced. @throws Error for a page without them */
export function withMap(page: string, map: string): string {
  const [before, rest] = page.split(marks.begin);
  const [, after] = rest?.split(marks.end) ?? [];
  if (before === undefined || after === undefined) throw new Error('The page has no marks for the map.');
  return `${before}${marks.begin}\n\n${map}\n\n${marks.end}${after}`;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const path = join(root, 'docs', 'architecture.md');
  writeFileSync(path, withMap(readFileSync(path, 'utf8'), architecture(join(root, 'src'))));
}

/** The files that the bundler makes of src/: programs, and chunks that they load when they need them. By name, before they are minified. */
type Files = ReadonlyMap<string, string>;

/** The ids of a chunk: its own first, then those of the chunks whose modules it has too. */
const idsLine = /^export const ids = \[([\d,]+)\];$/m;
const idsOf = (text: string): string[] => idsLine.exec(text)?.[1]?.split(',') ?? [];

/** The id of a chunk where it is loaded. */
const loads = /(?<=__(?:webpack|nccwpck)_require__\.e\((?:\/\*[^*]*\*\/ )?)\d+(?=\))/g;

/**
 * Leaves out each chunk whose modules are all in another one too: the smallest of these is loaded in its place. The bundler
 * writes the ids of such chunks into the other: `export const ids = [548,167];`.
 */
export function withoutIncluded(files: Files): Map<string, string> {
  const chunks = [...files].sort(([, a], [, b]) => a.length - b.length);
  const places = new Map<string, string>();
  for (const [, text] of chunks) {
    const [own = '', ...included] = idsOf(text);
    for (const id of included) if (!places.has(id)) places.set(id, own);
  }
  const placeOf = (id: string): string => (places.has(id) ? placeOf(places.get(id) ?? id) : id);
  const left = [...files].filter(([name]) => !places.has(name.replace('.chunk.js', '')));
  return new Map(left.map(([name, text]) => [name, text.replaceAll(loads, placeOf)]));
}

/** Imports, by `webpackChunkName`, that each step or each post step makes. */
const always = ['start', 'step', 'sts', 'post', 'verify'];

/**
 * The bundler puts what several imports share into chunks of their own. Loading a file takes Node.js half a millisecond, so where
 * every job would load several, the largest of them gets the modules of the others, and is loaded alone. Chunks that nothing
 * loads any more are left out.
 * @throws Error where an import does not load several chunks, or the same import loads others elsewhere
 */
export function inOneFile(files: Files): Map<string, string> {
  const result = new Map(files);
  const hosts = always.map((name) => {
    const site = importsOf(name);
    const host = mergeAt(site, files, result);
    if (host === undefined) throw new Error(`The bundle does not import ${name} from several chunks.`);
    return { site, host };
  });
  // When all are merged: what was copied has such imports too.
  for (const { site, host } of hosts) {
    const load = (_: string, list: string): string => `${list.slice(0, list.indexOf('('))}(${host})`;
    for (const [file, text] of result) result.set(file, text.replaceAll(site, load));
  }
  const loaded = new Set([...result.values()].flatMap((text) => [...text.matchAll(loads)].map(([id]) => id)));
  return new Map(
    [...result].filter(([file]) => !file.endsWith('.chunk.js') || loaded.has(file.replace('.chunk.js', ''))),
  );
}

/** Imports of this name from several chunks; their list is captured. */
const importsOf = (name: string): RegExp =>
  new RegExp(`Promise\\.all\\(/\\* import\\(\\) \\| ${name} \\*/\\[([^\\]]+)\\]\\)(?=\\.then\\()`, 'g');

/** @returns the id of the chunk that now has all modules that are loaded here; undefined where these are not one list of chunks */
function mergeAt(site: RegExp, files: Files, result: Map<string, string>): string | undefined {
  const lists = [...files.values()].flatMap((text) => [...text.matchAll(site)].map(([, list = '']) => list));
  if (new Set(lists.map((list) => list.replaceAll(/__\w+__/g, ''))).size !== 1) return undefined;
  const textOf = (id: string): string => {
    const text = files.get(`${id}.chunk.js`);
    if (text === undefined) throw new Error(`The bundle has no chunk ${id}.`);
    return text;
  };
  const [host, ...others] = [...(lists[0] ?? '').matchAll(/\d+/g)]
    .map(([id]) => id)
    .sort((a, b) => textOf(b).length - textOf(a).length);
  if (host === undefined) return undefined;
  const file = `${host}.chunk.js`;
  const text = result.get(file) ?? '';
  const missing = others.filter((id) => !idsOf(text).includes(id));
  if (missing.length > 0) result.set(file, merged(text, missing.map(textOf)));
  return host;
}

const modulesLine = 'export const modules = {\n';

/** A chunk with the modules of others, whose ids it gets, so that they count as loaded. */
function merged(host: string, others: readonly string[]): string {
  const ids = [host, ...others].flatMap(idsOf);
  const modules = others.map((text) =>
    text.slice(text.indexOf(modulesLine) + modulesLine.length, text.lastIndexOf('\n};')),
  );
  return host
    .replace(idsLine, `export const ids = [${ids.join(',')}];`)
    .replace(modulesLine, () => `${modulesLine}${modules.join(',\n')},\n`);
}

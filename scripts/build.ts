import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { minify } from '@swc/core';
import { inOneFile, withoutIncluded } from './chunks.ts';

/** The bundler's output: the text of the entry, and all other files by name. */
type Bundler = (
  entry: string,
  options: {
    cache: false;
    quiet: true;
    mainFields: readonly string[];
    filename: string;
    license: string;
  },
) => Promise<{ code: string; assets: Record<string, { source: string | Buffer }> }>;

const root = join(import.meta.dirname, '..');

/** The exports of src/entry-points.ts. */
const entryPoints = ['main', 'post', 'credentialProcess', 'command'];

/**
 * Builds src/ into a folder (dist/, or the one named), the same bytes each time: one bundle, in chunks that are
 * loaded when needed. The bundler removes unused code only from ES modules, so `mainFields` and
 * `bundle.tsconfig.json` name the ES module builds of the AWS SDK. Imports of src/ that name the same
 * `webpackChunkName` share a chunk. Code that is needed together would otherwise be copied into each chunk.
 */
async function build(folder: string): Promise<void> {
  for (const name of ['@actions/core', '@actions/github']) markPure(name);
  // The bundler reads here where packages are. Types are checked with tsconfig.json.
  process.env['TS_NODE_PROJECT'] = join(import.meta.dirname, 'bundle.tsconfig.json');
  const ncc = createRequire(import.meta.url)('@vercel/ncc') as Bundler;
  const entry = join(root, 'src', 'entry-points.ts');
  const { code, assets } = await ncc(entry, {
    ...{ cache: false, quiet: true, mainFields: ['module', 'main'], filename: 'chunk.js' },
    license: 'licenses.txt',
  });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files = Object.entries(assets).map(([name, { source }]) => [name, source.toString()] as const);
  const all = withoutIncluded(new Map([...files, ...programs(code)]));
  for (const [name, text] of inOneFile(all))
    writeFileSync(join(folder, name), name.endsWith('.js') ? await minified(text) : grouped(text));
}

/**
 * Turns the bundle into programs that share its chunks. Each program has the bundler's few lines that load chunks,
 * and ends with a call of one entry point instead of the exports, so that the others are left out. A copy of these lines costs
 * less than loading them from a file.
 * @returns `credential-process.js` for the entry point `credentialProcess`, and so on
 * @throws Error where the bundle does not export each of them in the bundler's way
 */
function programs(bundle: string): Map<string, string> {
  const [, text, exported] =
    /^([^]*\nvar __webpack_exports__ = \{\};\n)[^\n]*__webpack_exports__, \{\n([^{}]*)\}\);\n/.exec(bundle) ??
    [];
  const [, end] = /\n(var __webpack_exports__\w+ = [^]*export \{[^{}]+\};\s*)$/.exec(bundle) ?? [];
  if (text === undefined || exported === undefined || end === undefined)
    throw new Error('The bundle does not begin and end with its exports.');
  const rest = bundle.slice(bundle.indexOf(exported) + exported.length + '});'.length, -end.length);
  const code = withBuiltins(text + rest);
  return new Map(
    entryPoints.map((name) => {
      if (!exported.includes(`(/* binding */ ${name})`))
        throw new Error(`The bundle does not export ${name}.`);
      const file = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      return [`${file}.js`, `${code}await ${name}();\n`];
    }),
  );
}

/**
 * The bundler makes a `require` for each of Node's own modules, which takes 2 ms in each process. Node.js 20.16 and later
 * have a function for it; an older one must get as far as the error that says it is too old. `crypto` takes 10 ms to load,
 * so it is loaded for its first function, when the network is busy.
 * @throws Error where the bundle does not load Node's modules in this way
 */
function withBuiltins(bundle: string): string {
  const [line, name] = /^import \{ createRequire as (\w+) \} from "module";$/m.exec(bundle) ?? [];
  if (line === undefined) throw new Error('The bundle does not import createRequire.');
  return bundle
    .replace(
      line,
      'const builtin = process.getBuiltinModule ?? (await import("module")).createRequire(import.meta.url);' +
        'const later = (name) => new Proxy({}, { get: (_, key) => builtin(name)[key] });',
    )
    .replaceAll(`${name}(import.meta.url)(`, 'builtin(')
    .replaceAll(/builtin\("((?:node:)?crypto)"\)/g, 'later("$1")');
}

/**
 * The bundler does not minify chunks, so they are minified here. The SDK needs the names of its classes. A second run
 * finds what the first has made unused, which more passes of one run do not.
 */
async function minified(text: string): Promise<string> {
  let code = eager(text);
  for (let run = 0; run < 2; run++)
    ({ code } = await minify(code, {
      module: true,
      compress: { defaults: true, passes: 3 },
      mangle: { keep_classnames: true, keep_fnames: false },
    }));
  return code.replaceAll(`${likelyCalled}(`, '(');
}

/** Marks a module's function until the code is minified, which would remove the parentheses. */
const likelyCalled = '__likelyCalled__';

/**
 * Puts the function of each module in parentheses. V8 then expects that it is called at once, and compiles it when it
 * reads the chunk (v8.dev, "Blazingly fast parsing, part 2: lazy parsing"). Otherwise V8 would parse it twice.
 */
function eager(text: string): string {
  return text
    .replaceAll(/^\/\*{3}\/ \(\(([\w, ]*)\) => \{$/gm, `${likelyCalled}(function ($1) {`)
    .replaceAll(/^\/\*{3}\/ \}\)(,?)$/gm, '})$1');
}

/**
 * The bundler lists a license once for each package. Here each license is listed once, below all packages that have
 * it.
 */
function grouped(licences: string): string {
  const entry = /^(?=(?:@[\w-]+\/)?[\w.-]+\n(?:MIT|ISC|0BSD|Apache-2\.0|BSD-\d-Clause)$)/m;
  const packages = new Map<string, string[]>();
  const texts = new Map<string, string>();
  for (const one of licences.split(entry)) {
    const [name = '', ...text] = one.split('\n');
    const key = text.join(' ').replaceAll(/\s+/g, ' ');
    packages.set(key, [...(packages.get(key) ?? []), name]);
    texts.set(key, text.join('\n').trim());
  }
  return [...packages].map(([key, names]) => `${names.join('\n')}\n${texts.get(key)}\n`).join('\n\n');
}

/**
 * Copies a package to where `bundle.tsconfig.json` finds it, and declares that its modules have no side effects when
 * they are loaded. That is true of `@actions/core`, which does not declare it: every step and post step would load
 * the HTTP client and the code that runs programs, for functions that are never called. It is true of
 * `@actions/github` except for its `context`, and leaves out the client for GitHub's API, which is half a megabyte.
 */
function markPure(name: string): void {
  const copy = join(root, 'build', 'packages', name);
  rmSync(copy, { recursive: true, force: true });
  cpSync(join(root, 'node_modules', name), copy, { recursive: true });
  const path = join(copy, 'package.json');
  const description = JSON.parse(readFileSync(path, 'utf8')) as object;
  writeFileSync(path, JSON.stringify({ ...description, sideEffects: false }));
}

try {
  await build(process.argv[2] ?? 'dist');
} catch (error) {
  // Node.js would print the bundler's source with the stack: megabytes on one line.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

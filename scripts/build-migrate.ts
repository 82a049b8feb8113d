import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Builds the migration script as one file that needs nothing but Node.js: `node scripts/build-migrate.ts FILE
 * [VERSION COMMIT]`. A release names its version and commit, so that the script pins steps to that commit. The output
 * has the same bytes each time.
 */

type Bundler = (
  entry: string,
  options: { cache: false; quiet: true; transpileOnly: true; mainFields: readonly string[] },
) => Promise<{ code: string; assets: Record<string, unknown> }>;

const root = join(import.meta.dirname, '..');
const marker = 'RELEASE OF THIS SCRIPT';

async function build(file: string, version: string, commit: string): Promise<void> {
  process.env['TS_NODE_PROJECT'] = join(import.meta.dirname, 'bundle.tsconfig.json');
  const ncc = createRequire(import.meta.url)('@vercel/ncc') as Bundler;
  const { code, assets } = await ncc(join(root, 'scripts', 'migrate.ts'), {
    // Types are checked by npm run lint.
    ...{ cache: false, quiet: true, transpileOnly: true, mainFields: ['module', 'main'] },
  });
  const others = Object.keys(assets).filter((name) => name !== 'package.json');
  if (others.length > 0) throw new Error(`The script must be one file, and has ${others.join(', ')} too.`);
  // What the bundler does not find, it leaves to the runtime.
  if (code.includes('eval("require")')) throw new Error('A package is missing: run npm ci.');
  if (code.split(marker).length !== 2) throw new Error(`"${marker}" must be in the bundle once.`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, version === '' ? code : code.replace(marker, `${version} ${commit}`));
}

const [file = join(root, 'build', 'migrate.mjs'), version = '', commit = ''] = process.argv.slice(2);
if (version !== '' && (!/^v\d+\.\d+\.\d+$/.test(version) || !/^[\da-f]{40}$/.test(commit)))
  throw new Error('A release is a version such as v1.2.3 and a commit of 40 digits.');
try {
  await build(file, version, commit);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

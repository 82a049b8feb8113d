import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Fails unless dist/ is, byte for byte, what src/ builds. Users run dist/, and read src/. */
const root = join(import.meta.dirname, '..');
const fresh = mkdtempSync(join(tmpdir(), 'dist-'));
const { status } = spawnSync(process.execPath, [join(import.meta.dirname, 'build.ts'), fresh], {
  cwd: root,
  stdio: 'inherit',
});
if (status !== 0) throw new Error('the build failed');

const contents = (folder: string): Map<string, string> =>
  new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
const [built, committed] = [contents(fresh), contents(join(root, 'dist'))];
rmSync(fresh, { recursive: true });
const names = [...new Set([...built.keys(), ...committed.keys()])];
const different = names.filter((name) => built.get(name) !== committed.get(name));
/** Bytes. More code makes every job slower. docs/performance.md says how unused code is left out. */
const most = 815_000;
const size = [...committed]
  .filter(([name]) => name.endsWith('.js'))
  .reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
if (size > most) {
  console.error(
    `The code in dist/ has ${size} bytes, more than ${most}: what came along that is not needed?`,
  );
  process.exitCode = 1;
}
/** Chunks that are loaded and not there: the build leaves out those that are contained in another one. */
const missing = [...committed.values()]
  .flatMap((text) => [...text.matchAll(/\.e\((\d+)\)/g)].map(([, id]) => `${id}.chunk.js`))
  .filter((name) => !committed.has(name));
if (missing.length > 0) {
  console.error(`dist/ loads chunks that it does not have: ${missing.join(', ')}.`);
  process.exitCode = 1;
}
/** What a runner downloads for every job that uses this action. It is only known in a Git repository. */
const archive = spawnSync('git', ['archive', 'HEAD'], { cwd: root, maxBuffer: 2 ** 28 });
const download = archive.status === 0 ? gzipSync(archive.stdout).length : 0;
if (download > 600_000) {
  console.error(`A runner downloads ${download} bytes, more than 600000: what could it do without?`);
  process.exitCode = 1;
}
if (different.length > 0) {
  console.error(
    `dist/ is not what src/ builds: ${different.join(', ')} differ. Run npm run build, and commit dist/.`,
  );
  process.exitCode = 1;
} else {
  console.log(`dist/ is what src/ builds (${names.length} files).`);
}

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { minify } from '@swc/core';

/**
 * Builds src/ into a folder (dist/, or the one named), the same bytes each time: one bundle, in chunks that are loaded
 * when needed. The bundler leaves chunks as they are, so they are minified here, names of classes kept for the SDK.
 */
async function build(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const ncc = join(import.meta.dirname, '..', 'node_modules', '@vercel', 'ncc', 'dist', 'ncc', 'cli.js');
  const arguments_ = [ncc, 'build', join('src', 'index.ts'), '--out', folder, '--no-cache', '--quiet'];
  const { status } = spawnSync(process.execPath, arguments_, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`ncc ended with ${status ?? 'a signal'}`);
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.js'))) {
    const path = join(folder, name);
    const { code } = await minify(readFileSync(path, 'utf8'), {
      module: true,
      compress: { defaults: true },
      mangle: { keep_classnames: true, keep_fnames: false },
    });
    writeFileSync(path, code);
  }
}

await build(process.argv[2] ?? 'dist');

import {
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { mayHaveSteps } from './workflow.ts';

/** The files that the script reads and writes: the named files, and the YAML files in named folders. */

/** @throws Error for a path that does not exist, or is a symbolic link */
export function filesOf(path: string): string[] {
  const found = lstatSync(path);
  // Writing through a link would write a file that was not named.
  if (found.isSymbolicLink()) throw new Error('is a symbolic link: name the file that it points to');
  return found.isDirectory() ? filesIn(path).sort() : [path];
}

/** Symbolic links are left out, for the same reason. (`readdirSync` with `recursive` follows those to folders.) */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', '.git'].includes(entry.name) ? [] : filesIn(path);
    return entry.isFile() && /\.ya?ml$/i.test(entry.name) ? [path] : [];
  });
}

/** @returns undefined for a file without the other action's name. @throws Error for one that is not UTF-8 */
export function readWorkflow(path: string): string | undefined {
  const bytes = readFileSync(path);
  // Of UTF-16, every other byte is 0.
  if (!mayHaveSteps(bytes.toString('latin1').replaceAll('\0', ''))) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    // Such a file would not be written as it was read.
    throw new Error('is not UTF-8', { cause: error });
  }
}

/** Writes a file completely or not at all: first beside it, then in its place, with the same permissions. */
export function writeWhole(path: string, text: string): void {
  const mode = statSync(path).mode & 0o7777;
  // Replacing a file does not need permission to write to it.
  if ((mode & 0o200) === 0) throw new Error('is read-only');
  const beside = join(dirname(path), `.migrate-${randomUUID()}`);
  try {
    const file = openSync(beside, 'wx', mode);
    try {
      writeFileSync(file, text);
      fchmodSync(file, mode);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

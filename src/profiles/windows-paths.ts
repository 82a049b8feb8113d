import { lstatSync, readdirSync, readFileSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { privateFolder, writePrivate } from './folder.ts';
import { isPlainWindowsPath } from './paths.ts';

/**
 * Windows: other names for paths that AWS clients can only use with quotes (paths.ts). First the short name that Windows
 * itself has for a file, then a junction, which is a link between folders that needs no privileges.
 */

/** What Windows does; tests have their own. The modules are loaded on Windows alone. */
export interface WindowsSystem {
  /** The 8.3 name of a file or folder that exists; undefined where the drive has none. */
  readonly shortName: (path: string) => string | undefined;
  /** Makes a junction. @throws the system's error, such as EEXIST, and for a folder on a share */
  readonly link: (target: string, path: string) => void;
  /** A folder with a plain path in which every user may make folders of their own. */
  readonly root: string;
}

export const windowsSystem: WindowsSystem = {
  shortName: (path) => {
    // In a variable, cmd.exe takes no character of the path for syntax. `%~sI` is the short name.
    const { spawnSync } = process.getBuiltinModule('node:child_process');
    const { stdout } = spawnSync('cmd.exe', ['/d', '/v:off', '/c', 'for %I in ("%LONG%") do @echo %~sI'], {
      env: { ...process.env, LONG: path },
      encoding: 'latin1',
      windowsVerbatimArguments: true,
      windowsHide: true,
    });
    return stdout.trim() || undefined;
  },
  link: (target, path) => {
    symlinkSync(target, path, 'junction');
  },
  root: process.env['ProgramData'] ?? 'C:\\ProgramData',
};

/** The file in a step's folder that names the step's junction, for the post step. */
const aliasName = 'alias';

/** The folder and the programs of a step, by names that need no quotes. */
export interface PlainNames {
  /** The step's folder. */
  readonly folder: string;
  readonly node: string;
  readonly bundle: string;
}

/**
 * @param folder the step's own private folder, below `temp`
 * @returns plain names for the three; what has none keeps its own, which {@link commandLine} rejects
 * @throws the system's error where a junction cannot be made
 */
export function plainNames(
  { folder, node, bundle }: PlainNames,
  temp: string,
  system: WindowsSystem = windowsSystem,
): PlainNames {
  const base = plainName(temp, system) ?? aliasOf(temp, folder, system);
  const plainFolder = join(base, relative(temp, folder));
  const program = (path: string, link: string): string => {
    const plain = plainName(path, system);
    if (plain !== undefined) return plain;
    system.link(dirname(path), join(folder, link));
    return join(plainFolder, link, basename(path));
  };
  return { folder: plainFolder, node: program(node, 'node'), bundle: program(bundle, 'dist') };
}

/** A plain name that a path has already. */
function plainName(path: string, { shortName }: WindowsSystem): string | undefined {
  if (isPlainWindowsPath(path)) return path;
  const short = shortName(path);
  return short !== undefined && isPlainWindowsPath(short) ? short : undefined;
}

/** A junction of a random name, so that nobody can have made it before. Its target is private; the link itself is not. */
function aliasOf(temp: string, folder: string, { link, root }: WindowsSystem): string {
  const path = join(root, `assume-role-chain-${process.getBuiltinModule('node:crypto').randomUUID()}`);
  link(temp, path);
  writePrivate(folder, aliasName, path);
  return path;
}

/** Whether {@link plainNames} has a way for a path: a share has no junctions. */
export function canBePlain(path: string, system: WindowsSystem = windowsSystem): boolean {
  const local = /^[A-Za-z]:[\\/]/.test(path) && isPlainWindowsPath(system.root);
  return local || plainName(path, system) !== undefined;
}

/** All names under which steps of the job may have written the private folder into a config file. */
export function privateFolderNames(
  temp: string,
  windows = process.platform === 'win32',
  system: WindowsSystem = windowsSystem,
): string[] {
  const own = privateFolder(temp);
  if (!windows || isPlainWindowsPath(temp)) return [own];
  const aliases = namesIn(own).flatMap((step) => aliasIn(join(own, step)) ?? []);
  const short = plainName(temp, system);
  return [temp, ...(short === undefined ? [] : [short]), ...aliases].map((name) => privateFolder(name));
}

/** Removes the junction of a step: the link, if it is still one to this folder, never what it leads to. */
export function removeAlias(folder: string, temp: string): void {
  const path = aliasIn(folder);
  if (path === undefined) return;
  try {
    if (lstatSync(path).isSymbolicLink() && resolve(readlinkSync(path)) === resolve(temp)) unlinkSync(path);
  } catch {
    // It is gone already.
  }
}

function aliasIn(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, aliasName), 'utf8');
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

import { lstatSync, readdirSync, readlinkSync, realpathSync, symlinkSync, unlinkSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { privateFolder, readPrivate, writePrivate } from './folder.ts';
import { isPlainWindowsPath } from './paths.ts';

/**
 * Windows: other names for paths that AWS clients can only use with quotes (paths.ts). First the short name that Windows
 * itself has for a file, then a junction, which is a link between folders that needs no privileges.
 */

/** What Windows does; tests have their own. The modules are loaded on Windows alone. */
export interface WindowsSystem {
  /** The path of a folder by 8.3 names; undefined where its drive has none. */
  readonly shortName: (folder: string) => string | undefined;
  /** Makes a junction. @throws the system's error, such as EEXIST, and for a folder on a share */
  readonly link: (target: string, path: string) => void;
  /** A folder with a plain path in which every user may make folders of their own. */
  readonly root: string;
}

export const windowsSystem: WindowsSystem = {
  shortName: (folder) => {
    const { spawnSync } = process.getBuiltinModule('node:child_process');
    // As the working directory, no character of the path is syntax for cmd.exe. `%~fsI` is the whole path in short names.
    const { stdout } = spawnSync('cmd.exe', ['/d', '/c', 'for %I in (.) do @echo %~fsI'], {
      cwd: folder,
      encoding: 'latin1',
      windowsVerbatimArguments: true,
      windowsHide: true,
    });
    const short = stdout.trim();
    // cmd.exe may have started somewhere else, as it does for a share.
    return isSameFolder(short, folder) ? short : undefined;
  },
  link: (target, path) => {
    symlinkSync(target, path, 'junction');
  },
  root: process.env['ProgramData'] ?? 'C:\\ProgramData',
};

function isSameFolder(one: string, other: string): boolean {
  try {
    return realpathSync.native(one) === realpathSync.native(other);
  } catch {
    return false;
  }
}

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
    const plain = plainName(dirname(path), system);
    if (plain !== undefined) return join(plain, basename(path));
    system.link(dirname(path), join(folder, link));
    return join(plainFolder, link, basename(path));
  };
  return { folder: plainFolder, node: program(node, 'node'), bundle: program(bundle, 'dist') };
}

/** A plain name that a folder has already. */
function plainName(folder: string, { shortName }: WindowsSystem): string | undefined {
  if (isPlainWindowsPath(folder)) return folder;
  const short = shortName(folder);
  return short !== undefined && isPlainWindowsPath(short) ? short : undefined;
}

function aliasOf(temp: string, folder: string, system: WindowsSystem): string {
  const path = newLink(system);
  system.link(temp, path);
  writePrivate(folder, aliasName, path);
  return path;
}

/** A random name, so that nobody can have made the link before. What it leads to is private; the link itself is not. */
const newLink = ({ root }: WindowsSystem): string =>
  join(root, `assume-role-chain-${process.getBuiltinModule('node:crypto').randomUUID()}`);

/** Whether {@link plainNames} can name a folder. A junction is made to find out, and removed. */
export function canBePlain(folder: string, system: WindowsSystem = windowsSystem): boolean {
  if (plainName(folder, system) !== undefined) return true;
  const path = newLink(system);
  try {
    system.link(folder, path);
    unlinkSync(path);
    return isPlainWindowsPath(path);
  } catch {
    return false;
  }
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

const aliasIn = (folder: string): string | undefined => readPrivate(join(folder, aliasName));

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

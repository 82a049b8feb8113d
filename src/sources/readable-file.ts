import { accessSync, constants, statSync } from 'node:fs';

/** Bytes. The config of thousands of profiles has less, and STS accepts a token of 20,000 characters. */
const largest = 4 * 1024 * 1024;

/**
 * Why reading a file would take too long, or undefined where it would not.
 * @throws the system's error where there is no such file
 */
export function endlessness(path: string): string | undefined {
  const stats = statSync(path);
  // Reading a pipe waits for somebody who writes. `/dev/null` is the usual name for no file.
  if (stats.isFIFO() || (stats.isCharacterDevice() && path !== '/dev/null')) return 'it is not a file';
  return stats.size > largest ? `it has ${stats.size} bytes, and at most ${largest} are read` : undefined;
}

/** Why a file cannot be read, or undefined where it can. Only its place is looked at, not its content. */
export function unreadable(path: string): string | undefined {
  try {
    if (!statSync(path).isFile()) return 'it is not a file';
    accessSync(path, constants.R_OK);
    return endlessness(path);
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
      ? 'there is no such file'
      : 'it is not readable for this user';
  }
}

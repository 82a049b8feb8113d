import { accessSync, constants, statSync } from 'node:fs';

/** Why a file cannot be read, or undefined where it can. Only its place is looked at, not its content. */
export function unreadable(path: string): string | undefined {
  try {
    if (!statSync(path).isFile()) return 'it is not a file';
    accessSync(path, constants.R_OK);
    return undefined;
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
      ? 'there is no such file'
      : 'it is not readable for this user';
  }
}

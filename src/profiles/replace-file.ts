import { chmodSync, lchownSync, lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Milliseconds between two tries, and how many. Windows refuses to replace a file that somebody reads (EPERM or EACCES:
 * with six readers, one time in ten); a reader is done within a few milliseconds.
 */
const busy = { pause: 10, tries: 50 } as const;

/**
 * Replaces a private file (0600) in one step: a reader sees the previous content or the new one, never a part. A folder
 * in its place, which this action never makes, is removed. What the superuser writes (`sudo`) belongs to the folder's user.
 * @param rename for tests
 * @throws the system's error, such as ENOSPC; the draft is removed
 */
export function replaceFile(path: string, content: string, rename = renameSync): void {
  const draft = `${path}.${process.pid}`;
  try {
    // Made anew: a link in its place would lead a secret out of the private folder.
    rmSync(draft, { recursive: true, force: true });
    writeFileSync(draft, content, { mode: 0o600, flag: 'wx' });
    // The mode given above passes through the umask.
    chmodSync(draft, 0o600);
    if (process.getuid?.() === 0) giveToOwnerOf(dirname(path), draft);
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) rmSync(path, { recursive: true });
    untilFree(() => {
      rename(draft, path);
    });
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Gives a file to the user of a folder: what the superuser writes must not lock out the job. */
export function giveToOwnerOf(folder: string, path: string): void {
  const { uid, gid } = lstatSync(folder);
  // Never what a link leads to: the folder is the user's, who may have put one there.
  lchownSync(path, uid, gid);
}

function untilFree(rename: () => void): void {
  for (let tries = 1; ; tries++) {
    try {
      rename();
      return;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (!['EPERM', 'EACCES', 'EBUSY'].includes(code) || tries === busy.tries) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busy.pause);
    }
  }
}

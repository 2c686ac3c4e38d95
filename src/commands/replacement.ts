import { randomBytes } from 'node:crypto';
import { copyFile, open, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A file in the making: what its place held stays there until `commit`. */
export interface Replacement {
  write(text: string): Promise<void>;
  /** Puts it in its place, at once. */
  commit(): Promise<void>;
  /** Leaves the place as it is; without effect after `commit`. */
  discard(): Promise<void>;
}

/** Where no other file may take its place: a folder that is closed to us, a file that is mounted by itself. */
const onlyInPlace: readonly unknown[] = ['EACCES', 'EPERM', 'EROFS', 'EBUSY'];

/**
 * Begins to write a file that takes the place of `path` when it is complete; links are followed, permissions kept. A device, a pipe, and
 * a file whose folder takes no other are written where they are.
 */
export async function replacementFor(path: string): Promise<Replacement> {
  const place = await placeOf(path);
  const found = await stat(place).catch(() => null);
  if (found !== null && !found.isFile()) return await straight(place);
  const temporary = join(dirname(place), `.pgseq-${randomBytes(8).toString('hex')}`);
  const file = await open(temporary, 'wx', found?.mode ?? 0o666).catch(async (error: NodeJS.ErrnoException) => {
    if (found !== null && onlyInPlace.includes(error.code)) return null;
    error.message = error.message.replace(temporary, place); // nobody knows the other name
    throw error;
  });
  if (file === null) return await straight(place);
  // What is opened loses what the umask takes away
  if (found !== null) await file.chmod(found.mode & 0o7777).catch(() => undefined);
  let isOver = false;
  const end = async (work: () => Promise<void>): Promise<void> => {
    if (isOver) return;
    isOver = true;
    try {
      await file.close();
      await work();
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
  };
  return {
    write: (text) => file.appendFile(text),
    commit: () => end(() => rename(temporary, place).catch((error: unknown) => moved(error, temporary, place))),
    discard: () => end(() => unlink(temporary)),
  };
}

/** A file that is mounted by itself cannot be replaced: it gets what the other holds. */
async function moved(error: unknown, temporary: string, place: string): Promise<void> {
  try {
    if (!onlyInPlace.includes((error as NodeJS.ErrnoException).code)) throw error;
    await copyFile(temporary, place);
  } finally {
    await unlink(temporary);
  }
}

async function straight(place: string): Promise<Replacement> {
  const file = await open(place, 'w');
  return { write: (text) => file.appendFile(text), commit: () => file.close(), discard: () => file.close() };
}

/** A path without links; of a file that does not exist, with its folder's. */
export async function placeOf(path: string): Promise<string> {
  const inFolder = async (): Promise<string> =>
    join(await realpath(dirname(path)).catch(() => dirname(path)), basename(path));
  return await realpath(path).catch(inFolder);
}

import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { compressionOf, type Packed, readPacked, unpacked } from '../../../pg/archive/bytes.ts';
import { Problem } from '../../../problem.ts';
import { errorMessage } from '../../../pg/sqlstate.ts';

/** A file that is read more than once, and must not change meanwhile. */
export interface SourceFile extends Packed {
  /** Bytes as they lie there. */
  readonly size: number;
  readonly modified: number;
  /** Takes it away where it is a copy of ours. */
  remove(): Promise<void>;
}

/** Looks at a file. Throws a Problem where it cannot be read. */
export async function sourceFile(
  name: string,
  path: string,
  remove = async (): Promise<void> => {},
): Promise<SourceFile> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new Problem(`${name} is a directory`, { hint: 'name a file' });
    if (!found.isFile())
      throw new Problem(`${name} is a pipe or a device, not a file, and a source is read more than once`, {
        hint: `pgseq import - … < ${name}`,
      });
    const { size, mtimeMs: modified } = found;
    return { name, path, size, modified, compression: compressionOf(await firstFour(path)), remove };
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw new Problem(`${name}: ${code === 'ENOENT' ? 'no such file' : errorMessage(cause)}`, { cause });
  }
}

/** The last bytes of a file without compression: `most` of them, or all where it has fewer. */
export async function lastBytes({ path, size }: SourceFile, most: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const length = Math.min(most, size);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function firstFour(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Writes a stream into a file of our own, which only we may read: what comes once, and has to be read more than once. */
export async function spooled(name: string, stream: Readable, signal: AbortSignal | undefined): Promise<SourceFile> {
  const directory = await mkdtemp(join(tmpdir(), 'pgseq-'));
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  const path = join(directory, 'input');
  try {
    const copy = createWriteStream(path, { mode: 0o600 });
    let full: unknown;
    copy.once('error', (error) => (full = error));
    await pipeline(stream, copy, ...(signal === undefined ? [] : [{ signal }])).catch((error: unknown) => {
      // That the copy cannot be written says nothing of what is copied
      if (error !== full || signal?.aborted === true || error instanceof Problem) throw error;
      throw new Problem(`${path}, a copy of ${name}: ${errorMessage(error)}`, {
        hint: 'to put it elsewhere: TMPDIR=FOLDER',
        cause: error,
      });
    });
    return await sourceFile(name, path, remove);
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The same without its compression, so that one can jump about in it; itself where it has none. */
export async function plain(file: SourceFile, signal: AbortSignal | undefined): Promise<SourceFile> {
  if (file.compression === null) return file;
  const copy = await spooled(file.name, readPacked(file), signal);
  return {
    ...copy,
    mostInOne: file.mostInOne,
    remove: async () => {
      await copy.remove();
      await file.remove();
    },
  };
}

/** The decompressed bytes. `part`: a range of a file without compression, `to` included. `onRead` is told of bytes as they lie there. */
export function bytesOf(
  file: SourceFile,
  onRead: (bytes: number) => void,
  part?: { readonly from: number; readonly to: number },
): AsyncIterable<Buffer> {
  if (part === undefined) return readPacked(file, onRead);
  const stream = createReadStream(file.path, { start: part.from, end: part.to, highWaterMark: 256 * 1024 });
  stream.on('data', (chunk) => onRead(chunk.length));
  return unpacked(stream, file.name, null);
}

/** Throws a Problem where the file is not what it was: what was read is then nothing that ever was in it. */
export async function proveUnchanged({ name, path, size, modified }: SourceFile): Promise<void> {
  const now = await stat(path).catch(() => null);
  if (now === null || now.size !== size || now.mtimeMs !== modified)
    throw new Problem(`${name} changed while it was being read`, { hint: 'import it again when nobody writes to it' });
}

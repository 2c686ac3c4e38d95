import { Buffer } from 'node:buffer';
import { open, stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { Problem } from '../../../problem.ts';
import { errorMessage } from '../../../pg/sqlstate.ts';

/** A file that begins as SQLite's do. */
export interface SqliteFile {
  /** What SQLite is to open. */
  readonly location: string;
  /** Throws a Problem where the file has changed although it was opened as one that does not. */
  unchanged(): Promise<void>;
}

/**
 * Looks at a file before SQLite does. Throws a Problem where it is none of its.
 *
 * A database in WAL mode that nobody has open has no -wal. SQLite would create one and a -shm beside it, as whoever runs this,
 * and leave both there: a server of another user could not write any more. So it is told that the file does not change
 * (`immutable`), and whether that was true is seen afterwards.
 */
export async function inspect(path: string, name: string): Promise<SqliteFile> {
  const { header, bytes } = await readHeader(path, name);
  if (bytes > 0 && !header.subarray(0, 16).equals(Buffer.from('SQLite format 3\0')))
    throw new Problem(`${name} is not an SQLite database, or is encrypted`, {
      hint: 'decrypt an encrypted one into another file first (SQLCipher: sqlcipher_export)',
    });
  const utf8 = 1;
  if (bytes > 0 && header.readUInt32BE(56) > utf8)
    throw new Problem(`${name} stores text as UTF-16, which is not supported`, {
      hint: 'make a copy in UTF-8: sqlite3 FILE .dump | sqlite3 COPY',
    });
  const wal = header[18] === 2 || header[19] === 2;
  if (!wal || (await exists(`${path}-wal`))) return { location: path, unchanged: async () => {} };
  const before = await stamp(path);
  return {
    location: `${pathToFileURL(path).href}?immutable=1`,
    async unchanged() {
      if ((await stamp(path)) !== before)
        throw new Problem(`${name} was written to while it was being read`, {
          hint: 'nothing of it was kept; run it again, or stop the program that writes to it first',
        });
    },
  };
}

async function readHeader(path: string, name: string): Promise<{ header: Buffer; bytes: number }> {
  const header = Buffer.alloc(100);
  try {
    const file = await open(path);
    try {
      if ((await file.stat()).isDirectory()) throw new Problem(`${name} is a folder, not a file`);
      const { bytesRead } = await file.read(header, 0, header.length, 0);
      return { header, bytes: bytesRead };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(`${name} cannot be read: ${errorMessage(error)}`, { cause: error });
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

async function stamp(path: string): Promise<string> {
  const { mtimeNs, ctimeNs, size, ino } = await stat(path, { bigint: true });
  return [mtimeNs, ctimeNs, size, ino].join(' ');
}

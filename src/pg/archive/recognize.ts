import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../problem.ts';
import type { Program } from '../programs.ts';
import { errorMessage } from '../sqlstate.ts';
import { compressionOf, firstBytes, type Packed } from './bytes.ts';
import { proveMembersWhole } from './members.ts';

type ArchiveKind = 'custom' | 'directory' | 'tar' | 'script';

/** What a dump turned out to be. */
export interface Archive {
  /** As it was named. */
  readonly name: string;
  readonly path: string;
  readonly kind: ArchiveKind;
  /** Of the file as a whole; what pg_dump compresses inside an archive is pg_restore's affair. */
  readonly compression: Packed['compression'];
  /** Bytes of the file; null for a directory. */
  readonly size: number | null;
  /** The version of the archive's format; null for a script. */
  readonly format: { readonly major: number; readonly minor: number } | null;
  /** A script that begins with \restrict: older psql do not know it. */
  readonly restricted: boolean;
}

/** As much of a file as tells what it is: a comment of pg_dump may stand ahead of \restrict. */
const enough = 64 * 1024;

/** Looks at a dump: by what is in it, never by its name. Throws a Problem for what cannot be restored, and says what it is. */
export async function recognizeArchive(name: string, path: string): Promise<Archive> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new Problem(`${name}: ${cause.code === 'ENOENT' ? 'there is no such file' : cause.message}`, { cause });
  });
  if (found.isDirectory()) {
    const toc = join(path, 'toc.dat');
    const isThere = await stat(toc).then(
      () => true,
      () => false,
    );
    if (!isThere)
      throw new Problem(`${name}: a directory without toc.dat, so no archive of pg_dump --format=directory`, {
        hint: 'name the directory that pg_dump was told to write',
      });
    await proveMembersWhole(name, path);
    return { name, path, kind: 'directory', compression: null, size: null, ...customFormat(name, await head(toc)) };
  }
  if (!found.isFile())
    throw new Problem(`${name}: neither a file nor a directory, and a dump is read more than once`, {
      hint: 'write it into a file first',
    });
  const raw = await head(path).catch((cause: unknown) => {
    throw new Problem(`${name}: ${errorMessage(cause)}`, { cause });
  });
  if (raw.length === 0)
    throw new Problem(`${name}: the file is empty`, { hint: 'the dump was not written to its end' });
  const compression = compressionOf(raw);
  const bytes = compression === null ? raw : await firstBytes({ name, path, compression }, enough);
  return { name, path, compression, size: found.size, ...contentOf(name, bytes) };
}

async function head(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(enough), 0, enough, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function contentOf(name: string, bytes: Buffer): Pick<Archive, 'kind' | 'format' | 'restricted'> {
  if (bytes.subarray(0, 5).toString('latin1') === 'PGDMP') return { kind: 'custom', ...customFormat(name, bytes) };
  if (bytes.length >= 512 && bytes.subarray(257, 262).toString('latin1') === 'ustar') {
    const first = bytes.subarray(0, 100).toString('latin1').replace(/\0.*$/s, '');
    if (first !== 'toc.dat')
      throw new Problem(`${name}: a tar file whose first member is ${first}, so no archive of pg_dump --format=tar`, {
        hint: 'unpack it first, and name what is in it',
      });
    return { kind: 'tar', ...customFormat(name, bytes.subarray(512)) };
  }
  const strange = strangers.find(({ is }) => is(bytes));
  if (strange !== undefined) throw new Problem(`${name}: ${strange.what}`, { hint: strange.hint });
  return { kind: 'script', format: null, restricted: /^\\restrict /m.test(bytes.toString('utf8')) };
}

/** What is no dump of PostgreSQL, and what it is instead. */
const strangers: readonly { is: (bytes: Buffer) => boolean; what: string; hint: string }[] = [
  {
    is: (bytes) => bytes.subarray(0, 15).toString('latin1') === 'SQLite format 3',
    what: 'a SQLite database, no dump of PostgreSQL',
    hint: 'its tables are moved by: pgseq import FILE --to CONNECTION',
  },
  {
    is: (bytes) => (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff),
    what: 'a text in UTF-16, as PowerShell writes it behind >',
    hint: 'convert it (iconv -f UTF-16 -t UTF-8), or dump again with pg_dump --file',
  },
  {
    is: (bytes) => /^-- (?:MySQL|MariaDB) dump/m.test(bytes.subarray(0, 4096).toString('latin1')),
    what: 'a dump of MySQL or MariaDB, which PostgreSQL does not understand',
    hint: 'its tables are moved by: pgseq import mysql://… --to CONNECTION',
  },
  {
    is: (bytes) => bytes.includes(0),
    what: 'neither an archive of pg_dump nor a script: it has NUL bytes in it',
    hint: 'custom, directory and tar archives are recognized, and SQL, each also compressed by gzip or zstd',
  },
];

/** PGDMP, then a byte for each part of the format's version: ReadHead in pg_backup_archiver.c. */
function customFormat(name: string, bytes: Buffer): Pick<Archive, 'format' | 'restricted'> {
  if (bytes.subarray(0, 5).toString('latin1') !== 'PGDMP' || bytes.length < 11)
    throw new Problem(`${name}: its table of contents cannot be read`, { hint: 'the dump was not written to its end' });
  return { format: { major: bytes.readUInt8(5), minor: bytes.readUInt8(6) }, restricted: false };
}

/** The oldest pg_restore that reads an archive: K_VERS_… in pg_backup_archiver.h. 1.14 came with 12, 1.15 and 1.16 with 16 and 17. */
export function oldestReader({ format }: Pick<Archive, 'format'>): number {
  if (format === null || format.major < 1 || (format.major === 1 && format.minor < 14)) return 0;
  if (format.major > 1 || format.minor > 16) return 19;
  return [12, 16, 17][format.minor - 14] ?? 17;
}

/** The first minor releases whose psql knows \restrict, by major: those of August 2025. */
const knowRestrict: Readonly<Record<number, number>> = { 13: 22, 14: 19, 15: 14, 16: 10, 17: 6 };

export function knowsRestrict({ major, minor }: Pick<Program, 'major' | 'minor'>): boolean {
  return major >= 18 || minor >= (knowRestrict[major] ?? Number.POSITIVE_INFINITY);
}

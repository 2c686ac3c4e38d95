import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../../problem.ts';
import type { Program } from '../programs.ts';
import { shellWord } from '../shell.ts';
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
  /** As for a packed file: bytes that one line or statement may have. */
  readonly mostInOne?: number | undefined;
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
    throw new Problem(`${name}: ${cause.code === 'ENOENT' ? 'no such file' : cause.message}`, { cause });
  });
  if (found.isDirectory()) {
    const toc = join(path, 'toc.dat');
    const isThere = await stat(toc).then(
      () => true,
      () => false,
    );
    if (!isThere) throw await noArchive(name, path);
    await proveMembersWhole(name, path);
    return { name, path, kind: 'directory', compression: null, size: null, ...customFormat(name, await head(toc)) };
  }
  if (!found.isFile())
    throw new Problem(`${name}: neither a file nor a directory; a dump has to be read more than once`, {
      hint: 'write it to a file first',
    });
  const raw = await head(path).catch((cause: unknown) => {
    throw new Problem(`${name}: ${errorMessage(cause)}`, { cause });
  });
  if (raw.length === 0)
    throw new Problem(`${name}: the file is empty`, { hint: 'the dump was not written completely' });
  const compression = compressionOf(raw);
  const bytes = compression === null ? raw : await firstBytes({ name, path, compression }, enough);
  return { name, path, compression, size: found.size, ...contentOf(name, bytes) };
}

/** What a directory without a table of contents is. */
async function noArchive(name: string, path: string): Promise<Problem> {
  const within = await readdir(path).catch((): string[] => []);
  if (within.includes('PG_VERSION'))
    return new Problem(`${name}: the data directory of a server, as pg_basebackup copies it, not a dump`, {
      hint: 'start a PostgreSQL of its version on a copy, and dump that',
    });
  if (within.some((one) => /\.bson(?:\.gz)?$/.test(one)))
    return new Problem(`${name}: a dump of mongodump, which only mongorestore reads`, {
      hint: 'restore it there, and load what mongoexport writes: pgseq import FILE.ndjson --to CONNECTION',
    });
  return new Problem(`${name}: a directory without toc.dat, so not an archive of pg_dump --format=directory`, {
    hint: 'name the directory that pg_dump wrote',
  });
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

function hintFor(hint: Hint, name: string): string {
  return typeof hint === 'string' ? hint : hint(shellWord(name));
}

function contentOf(name: string, bytes: Buffer): Pick<Archive, 'kind' | 'format' | 'restricted'> {
  if (bytes.subarray(0, 5).toString('latin1') === 'PGDMP') return { kind: 'custom', ...customFormat(name, bytes) };
  if (bytes.length >= 512 && bytes.subarray(257, 262).toString('latin1') === 'ustar') {
    const first = bytes.subarray(0, 100).toString('latin1').replace(/\0.*$/s, '');
    if (first !== 'toc.dat')
      throw new Problem(
        `${name}: a tar file whose first member is ${first}, so not an archive of pg_dump --format=tar`,
        {
          hint: `unpack it first (tar -xf ${shellWord(name)}), and name what it contains; for an archive of pg_dump --format=directory, the directory`,
        },
      );
    return { kind: 'tar', ...customFormat(name, bytes.subarray(512)) };
  }
  const strange = strangers.find(({ is }) => is(bytes));
  if (strange !== undefined) throw new Problem(`${name}: ${strange.what}`, { hint: hintFor(strange.hint, name) });
  return { kind: 'script', format: null, restricted: /^\\restrict /m.test(bytes.toString('utf8')) };
}

/** What a script of PostgreSQL begins with: whatever its rows hold, it is one. */
const ours = /^-- PostgreSQL database (?:cluster )?dump/m;

const begins = (bytes: Buffer, hex: string): boolean => bytes.toString('hex', 0, hex.length / 2) === hex;
const says = (bytes: Buffer, what: RegExp): boolean => {
  const text = bytes.toString('latin1', 0, 16 * 1024);
  return !ours.test(text) && what.test(text);
};

/** A way to say what to do with a file of that name. */
type Hint = string | ((file: string) => string);

const packed =
  (program: string): Hint =>
  (file) =>
    `unpack it first (${program} ${file}), and restore what is in it`;
const mysql: Hint = 'PostgreSQL does not understand it; to move its tables: pgseq import mysql://… --to CONNECTION';

/** What is no dump of PostgreSQL, and what it is instead. */
const strangers: readonly { is: (bytes: Buffer) => boolean; what: string; hint: Hint }[] = [
  {
    is: (bytes) => bytes.subarray(0, 15).toString('latin1') === 'SQLite format 3',
    what: 'an SQLite database, not a PostgreSQL dump',
    hint: (file) => `to move its tables: pgseq import ${file} --to CONNECTION`,
  },
  {
    is: (bytes) => begins(bytes, 'fd377a585a00'),
    what: 'compressed with xz, which pgseq does not read',
    hint: packed('unxz'),
  },
  {
    is: (bytes) => /^BZh[1-9]1AY/.test(bytes.toString('latin1', 0, 7)),
    what: 'compressed with bzip2, which pgseq does not read',
    hint: packed('bunzip2'),
  },
  {
    is: (bytes) => begins(bytes, '04224d18'),
    what: 'compressed with lz4, which pgseq does not read',
    hint: packed('unlz4'),
  },
  {
    is: (bytes) => begins(bytes, '1f9d'),
    what: 'compressed with compress, which pgseq does not read',
    hint: packed('uncompress'),
  },
  { is: (bytes) => begins(bytes, '504b0304'), what: 'a zip file', hint: packed('unzip') },
  { is: (bytes) => begins(bytes, '377abcaf271c'), what: 'a 7z file', hint: packed('7z x') },
  { is: (bytes) => begins(bytes, '526172211a07'), what: 'a rar file', hint: packed('unrar x') },
  {
    is: (bytes) => begins(bytes, 'fffe') || begins(bytes, 'feff'),
    what: "a text in UTF-16, as PowerShell's > writes it",
    hint: 'convert it (iconv -f UTF-16 -t UTF-8), or dump again with pg_dump --file',
  },
  {
    is: (bytes) => begins(bytes, '54415045'),
    what: 'a backup of Microsoft SQL Server, which only that restores',
    hint: 'restore it there, export its tables as CSV, and load them: pgseq import FILE.csv --to CONNECTION',
  },
  {
    is: (bytes) => begins(bytes, '6de29981'),
    what: 'an archive of mongodump, which only mongorestore reads',
    hint: 'restore it there, and load what mongoexport writes: pgseq import FILE.ndjson --to CONNECTION',
  },
  {
    is: (bytes) => /^.{0,3}EXPORT:V/s.test(bytes.toString('latin1', 0, 16)),
    what: "a dump of Oracle's exp, which PostgreSQL does not understand",
    hint: 'load its tables as CSV: pgseq import FILE.csv --to CONNECTION',
  },
  { is: (bytes) => says(bytes, /^-- (?:MySQL|MariaDB) dump/m), what: 'a dump of MySQL or MariaDB', hint: mysql },
  {
    is: (bytes) => says(bytes, /^-- phpMyAdmin SQL Dump/m),
    what: 'an export of phpMyAdmin, so of MySQL or MariaDB',
    hint: mysql,
  },
  {
    is: (bytes) => says(bytes, /^-- HeidiSQL Version/im),
    what: 'an export of HeidiSQL, with the SQL of MySQL',
    hint: mysql,
  },
  { is: (bytes) => says(bytes, /^-- Adminer [\d.]+ MySQL/m), what: 'an export of Adminer, of MySQL', hint: mysql },
  {
    is: (bytes) => says(bytes, /^\/\*![4-9]\d{4} |^(?:CREATE TABLE|INSERT INTO|DROP TABLE|LOCK TABLES)[ \w]* `/m),
    what: 'a script for MySQL or MariaDB: it has names in backquotes, or comments that are statements there',
    hint: mysql,
  },
  {
    is: (bytes) => says(bytes, /^\s*(?:--[^\n]*\n\s*)*PRAGMA\s+\w+\s*[=;(]/i),
    what: 'a dump of SQLite (.dump), which PostgreSQL does not understand',
    hint: (file) =>
      `recreate the database (sqlite3 new.sqlite3 < ${file}), then move its tables: pgseq import new.sqlite3 --to CONNECTION`,
  },
  {
    is: (bytes) => says(bytes, /^(?:USE \[|SET ANSI_NULLS ON|SET IDENTITY_INSERT \[?)[^]*^GO\r?$/m),
    what: 'a script of Microsoft SQL Server, which PostgreSQL does not understand',
    hint: 'export its tables as CSV, and load them: pgseq import FILE.csv --to CONNECTION',
  },
  {
    is: (bytes) => says(bytes, /^\s*(?:<!doctype html|<html|<\?xml)/i),
    what: 'a page of HTML or XML, not a dump, as left by a failed download',
    hint: 'look at what it says, and fetch the dump again',
  },
  {
    is: (bytes) => says(bytes, /^version https:\/\/git-lfs/),
    what: 'a Git LFS pointer, not the file itself',
    hint: 'fetch the file itself: git lfs pull',
  },
  {
    is: (bytes) => says(bytes, /^(?:\xef\xbb\xbf)?\s*[[{]\s*[{"\]}]/),
    what: 'JSON, not a PostgreSQL dump',
    hint: (file) => `to load its rows: pgseq import ${file} --to CONNECTION`,
  },
  {
    is: (bytes) => bytes.includes(0),
    what: 'neither a pg_dump archive nor a script: it has NUL bytes in it',
    hint: 'pgseq reads custom, directory and tar archives and SQL, each also compressed with gzip or zstd',
  },
];

/** PGDMP, then a byte for each part of the format's version: ReadHead in pg_backup_archiver.c. */
function customFormat(name: string, bytes: Buffer): Pick<Archive, 'format' | 'restricted'> {
  if (bytes.subarray(0, 5).toString('latin1') !== 'PGDMP' || bytes.length < 11)
    throw new Problem(`${name}: its table of contents cannot be read`, { hint: 'the dump was not written completely' });
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

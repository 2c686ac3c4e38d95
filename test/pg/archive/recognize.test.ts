import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readPacked } from '../../../src/pg/archive/bytes.ts';
import { knowsRestrict, oldestReader, recognizeArchive } from '../../../src/pg/archive/recognize.ts';
import { type Clients, clientsFor, dump, withoutClients } from '../../support/clients.ts';
import { databaseTest } from '../../support/database.ts';
import { newest } from '../../support/servers.ts';

// Runs on every Node: streams, zlib.

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'pgseq-archive-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

const zstd = (path: string): Buffer => execFileSync('zstd', ['-qc', path]);

databaseTest(
  'every form of a dump is recognized, by what is in it, also compressed as a whole',
  newest,
  'create table t (id serial)',
  async (db, t) => {
    const clients = clientsFor(Math.max(18, db.server.major)) as Clients;
    for (const [form, kind] of Object.entries({ c: 'custom', t: 'tar', d: 'directory', p: 'script' })) {
      const path = join(folder(t), 'x.dat');
      dump(db, clients, [`-F${form}`, '--file', path]);
      const plain = await recognizeArchive('x', path);
      const isScript = kind === 'script';
      assert.deepEqual(
        [plain.kind, plain.compression, plain.format, plain.restricted, plain.size],
        [
          kind,
          null,
          isScript ? null : { major: 1, minor: 16 },
          isScript,
          kind === 'directory' ? null : statSync(path).size,
        ],
      );
      if (kind === 'directory') continue;
      for (const [compression, packed] of [
        ['gzip', gzipSync(readFileSync(path))],
        ['zstd', zstd(path)],
      ] as const) {
        writeFileSync(`${path}.packed`, packed);
        const found = await recognizeArchive('x', `${path}.packed`);
        assert.deepEqual([found.kind, found.compression, found.format], [kind, compression, plain.format]);
        const bytes = Buffer.concat(await readPacked(found).toArray());
        assert.ok(bytes.equals(readFileSync(path)), `${kind}, ${compression}`);
      }
    }
  },
  { skip: withoutClients },
);

test('what other tools write is named, with what to do about it', async (t) => {
  const at = folder(t);
  const made = (program: string, ...args: string[]): Buffer =>
    execFileSync(program, args, { input: 'create table t ();' });
  const tar = Buffer.alloc(1024);
  tar.write('app.dir/', 0);
  tar.write('ustar  ', 257);
  const files: Readonly<Record<string, readonly [content: string | Buffer, what: RegExp, todo: RegExp]>> = {
    xz: [Buffer.from('fd377a585a000004', 'hex'), /compressed with xz/, /unxz xz/],
    bz2: [made('bzip2', '-c'), /compressed with bzip2/, /bunzip2 bz2/],
    zip: [Buffer.from('504b030414000000', 'hex'), /a zip file/, /unzip zip/],
    '7z': [Buffer.from('377abcaf271c0004', 'hex'), /a 7z file/, /7z x 7z/],
    lz4: [Buffer.from('04224d186440a7', 'hex'), /compressed with lz4/, /unlz4 lz4/],
    'of a directory.tgz': [
      gzipSync(tar),
      /a tar file whose first member is app\.dir\//,
      /tar -xf 'of a directory\.tgz'.* the directory$/,
    ],
    bak: ['TAPE\0\0\x03\0', /a backup of Microsoft SQL Server/, /CSV/],
    mongo: [Buffer.from('6de299816600000010', 'hex'), /an archive of mongodump/, /mongoexport/],
    oracle: ['\x03\0\x1fEXPORT:V11.02.00', /a dump of Oracle's exp/, /CSV/],
    'lite.sql': [
      'PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE users (id INTEGER PRIMARY KEY);\nCOMMIT;\n',
      /a dump of SQLite/,
      /sqlite3 new\.sqlite3 < lite\.sql\), .*pgseq import new\.sqlite3/,
    ],
    'lite.gz': [gzipSync('-- made by me\nPRAGMA foreign_keys=OFF;\n'), /a dump of SQLite/, /import/],
    phpmyadmin: ['-- phpMyAdmin SQL Dump\n-- version 5.2.1\n', /an export of phpMyAdmin/, /pgseq import mysql:/],
    heidi: ['-- --------\n-- HeidiSQL Version:             12.6\n', /an export of HeidiSQL/, /pgseq import mysql:/],
    adminer: ['-- Adminer 4.8.1 MySQL 8.0.35 dump\n', /an export of Adminer/, /pgseq import mysql:/],
    'mysqldump --compact': [
      '/*!40101 SET @saved_cs_client     = @@character_set_client */;\nCREATE TABLE `users` (\n',
      /a script for MySQL or MariaDB/,
      /pgseq import mysql:/,
    ],
    rows: ['INSERT INTO `users` VALUES (1);\n', /a script for MySQL or MariaDB/, /pgseq import mysql:/],
    ssms: [
      'USE [shop]\r\nGO\r\nCREATE TABLE [dbo].[users]([id] [int])\r\nGO\r\n',
      /a script of Microsoft SQL Server/,
      /CSV/,
    ],
    html: ['<!DOCTYPE html>\n<title>403</title>', /a page of HTML or XML/, /fetch the dump again/],
    lfs: ['version https://git-lfs.github.com/spec/v1\noid sha256:00\n', /Git LFS/, /git lfs pull/],
    json: ['[{"id": 1}]', /JSON/, /pgseq import json/],
  };
  for (const [name, [content, what, todo]] of Object.entries(files)) {
    writeFileSync(join(at, name), content);
    await assert.rejects(recognizeArchive(name, join(at, name)), (error) => {
      const { message, hint = '' } = error as { message: string; hint?: string };
      assert.match(message, what);
      assert.match(hint, todo);
      return true;
    });
  }
  for (const [name, file] of [
    ['base', 'PG_VERSION'],
    ['mongo.dir', 'users.bson'],
  ] as const) {
    mkdirSync(join(at, name));
    writeFileSync(join(at, name, file), '');
    await assert.rejects(recognizeArchive(name, join(at, name)), /pg_basebackup|mongodump/);
  }
  // What a dump of PostgreSQL has in its rows does not matter
  const own =
    '--\n-- PostgreSQL database dump\n--\nCOPY t FROM stdin;\nCREATE TABLE `x`\n-- phpMyAdmin SQL Dump\n\\.\n';
  writeFileSync(join(at, 'own'), own);
  assert.equal((await recognizeArchive('own', join(at, 'own'))).kind, 'script');
});

test('what is no dump is called what it is', async (t) => {
  const at = folder(t);
  const tar = Buffer.alloc(1024);
  tar.write('notes.txt', 0);
  tar.write('ustar', 257);
  mkdirSync(join(at, 'directory'));
  symlinkSync('/dev/null', join(at, 'device'));
  const files: Record<string, string | Buffer> = {
    empty: '',
    short: 'PGDMP\x01',
    utf16: Buffer.from('\uFEFF-- PostgreSQL', 'utf16le'),
    sqlite: 'SQLite format 3\0 and more',
    mysql: '-- MySQL dump 10.13  Distrib 8.0\n',
    mariadb: '/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19\n',
    nul: 'abc\0def',
    tar,
    cut: gzipSync(Buffer.from('create table t ();')).subarray(0, 20),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(at, name), content);
  for (const [name, message] of Object.entries({
    nowhere: /no such file/,
    'empty/within': /ENOTDIR/,
    directory: /without toc\.dat/,
    device: /neither a file nor a directory/,
    empty: /is empty/,
    short: /table of contents cannot be read/,
    utf16: /UTF-16/,
    sqlite: /SQLite/,
    mysql: /MySQL or MariaDB/,
    mariadb: /MySQL or MariaDB/,
    nul: /NUL bytes/,
    tar: /first member is notes\.txt/,
    cut: /is truncated/,
  }))
    await assert.rejects(recognizeArchive(name, join(at, name)), (error: Error) => {
      assert.equal(error.name, 'Problem', `${name}: ${error.stack}`);
      assert.match(error.message, message);
      assert.ok(error.message.startsWith(`${name}: `));
      return true;
    });
});

test('a compressed file that was cut or damaged ends with a problem that names it', async (t) => {
  const path = join(folder(t), 'x.sql');
  writeFileSync(path, Array.from({ length: 100_000 }, (_, n) => `insert into t values (${n * 7919});\n`).join(''));
  const damaged = gzipSync(readFileSync(path));
  damaged.fill(0xaa, 1000, 1064);
  for (const [compression, bytes] of [
    ['gzip', gzipSync(readFileSync(path)).subarray(0, -100)],
    ['gzip', damaged],
    ['zstd', zstd(path).subarray(0, -100)],
  ] as const) {
    writeFileSync(`${path}.cut`, bytes);
    await assert.rejects(readPacked({ name: 'x.sql', path: `${path}.cut`, compression }).toArray(), {
      name: 'Problem',
      message: /^x\.sql: ./,
    });
  }
});

test('which programs read what', () => {
  const reader = (minor: number, major = 1): number => oldestReader({ format: { major, minor } });
  assert.deepEqual([reader(13), reader(14), reader(15), reader(16)], [0, 12, 16, 17]);
  assert.ok(reader(17) > 18 && reader(0, 2) > 18);
  const knows = (version: string): boolean => {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    return knowsRestrict({ major, minor });
  };
  assert.deepEqual(['13.22', '14.19', '15.14', '16.10', '17.6', '18.0', '19.0'].filter(knows).length, 7);
  assert.deepEqual(['12.22', '13.21', '14.18', '15.13', '16.9', '17.5'].filter(knows), []);
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseToc } from '../../../src/pg/archive/toc.ts';
import { type Clients, clientsFor, dump, withoutClients } from '../../support/clients.ts';
import { databaseTest } from '../../support/database.ts';
import { servers } from '../../support/servers.ts';

databaseTest(
  'the table of contents of an archive, whatever tables are called',
  servers,
  `create table "TABLE DATA" (id serial); create schema "s;x"; create table "s;x"."a b - c;" (id int generated always as identity);
   create sequence "new
line"; create table "50%
off" (id int) partition by list (id); create table part partition of "50%
off" for values in (1);`,
  async (db, t) => {
    const clients = clientsFor(db.server.major) as Clients;
    const at = mkdtempSync(join(tmpdir(), 'pgseq-toc-'));
    t.after(() => rmSync(at, { recursive: true }));
    dump(db, clients, ['-Fc', '--file', join(at, 'dump')]);
    const { database, dumpedFrom, dumpedBy, entries } = parseToc(
      clients.run('pg_restore', ['--list', join(at, 'dump')]),
    );
    assert.equal(database, decodeURIComponent(new URL(db.url).pathname.slice(1)));
    assert.match(dumpedFrom ?? '', new RegExp(`^${db.server.major}(?:\\.|rc|beta)`));
    assert.match(dumpedBy ?? '', new RegExp(`^${clients.major}(?:\\.|rc|beta)`));
    assert.deepEqual(
      entries.map(({ type, schema, name }) => `${type}|${schema}|${name}`).toSorted(),
      [
        'DEFAULT|public|TABLE DATA id',
        'SEQUENCE OWNED BY|public|TABLE DATA_id_seq',
        'SEQUENCE SET|public|TABLE DATA_id_seq',
        'SEQUENCE SET|public|new line',
        'SEQUENCE SET|s;x|a b - c;_id_seq',
        'SEQUENCE|public|TABLE DATA_id_seq',
        'SEQUENCE|public|new line',
        'SEQUENCE|s;x|a b - c;_id_seq',
        'TABLE ATTACH|public|part',
        'TABLE DATA|public|TABLE DATA',
        'TABLE DATA|public|part',
        'TABLE DATA|s;x|a b - c;',
        'TABLE|public|50% off',
        'TABLE|public|TABLE DATA',
        'TABLE|public|part',
        'TABLE|s;x|a b - c;',
      ].toSorted(),
    );
  },
  { skip: withoutClients },
);

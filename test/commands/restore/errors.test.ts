import assert from 'node:assert/strict';
import { databaseTest } from '../../support/database.ts';
import { newest } from '../../support/servers.ts';
import { dumped, file, next, restore, skip, users } from './support.ts';
import type { JsonReport } from '../support.ts';

// Errors that do not stop a restore: listed, and the sequences of what did arrive are in step.

databaseTest(
  'errors that pg_restore ignored: listed, and its code passed on when the sequences are in step',
  newest,
  users,
  async (db, t) => {
    await db.query('create table other (id serial primary key); insert into other values (7)');
    const archive = dumped(t, db, '-Fc', '--exclude-table-data=other_id_seq');
    await db.query('drop table other');
    const { code, stdout, stderr } = await restore(['-q', '--into-existing', '--format', 'json', archive, db.url]);
    const report = JSON.parse(stdout) as JsonReport & { errors: string[]; exitCode: number };
    assert.deepEqual([code, report.exitCode], [1, 1]);
    assert.ok(
      report.errors.some((line) => /TABLE users.*relation "users" already exists/.test(line)),
      stdout,
    );
    assert.match(
      stderr,
      /pg_restore: error: could not execute query: ERROR: {2}relation "users" already exists\nCommand was: CREATE TABLE/,
    );
    assert.deepEqual(
      report.sequences.filter(({ action }) => action === 'moved').map(({ name }) => name),
      ['public.other_id_seq'],
    );
  },
  skip,
);

databaseTest(
  'errors of a script: psql ends with 0, and pgseq does not',
  newest,
  users,
  async (db, t) => {
    const script = file(
      t,
      'a.sql',
      'insert into users values (40);\nselect nonsense;\nselect 1 / 0;\n\\nonsense\ninsert into users values (41);\n',
    );
    const { code, stdout } = await restore(['-q', '--into-existing', '--format', 'json', script, db.url]);
    const report = JSON.parse(stdout) as JsonReport & { errors: string[]; exitCode: number };
    assert.deepEqual([code, report.exitCode], [2, 0]);
    assert.deepEqual(report.errors, [
      'line 2: column "nonsense" does not exist',
      'line 3: division by zero',
      'line 4: invalid command \\nonsense',
    ]);
    assert.equal(await next(db), '42');
    const first = await restore(['-q', '--into-existing', '-e', script, db.url]);
    assert.equal(first.code, 3, first.stdout); // psql's own, after ON_ERROR_STOP
  },
  skip,
);

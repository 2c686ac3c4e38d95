import assert from 'node:assert/strict';
import { databaseTest } from '../../support/database.ts';
import { pgseq } from '../../support/pgseq.ts';
import { servers } from '../../support/servers.ts';
import { report } from '../support.ts';

// A database of the encoding SQL_ASCII takes any bytes for names. One that is no UTF-8 costs only itself.

/** Runs SQL that has \xNN in it, on the server. */
const bytes = (sql: string): string =>
  `do $do$ begin execute pg_catalog.convert_from('\\x${Buffer.from(
    sql.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('hex')}'::bytea, 'SQL_ASCII'); end $do$`;

const named = [
  String.raw`create table "caf\xe9" (id serial primary key)`,
  String.raw`create schema "s\xff\xfe"; create table "s\xff\xfe".inner (id serial primary key)`,
  String.raw`create table odd ("c\xc3" serial primary key, name text)`,
  String.raw`comment on table ok is 'gr\xfc\xdf'; comment on sequence ok_id_seq is '\xe9'`,
  String.raw`create function "f\xe9"() returns trigger language plpgsql as $$ begin return new; end $$`,
  String.raw`create trigger "t\xe9" before insert on other for each row execute function "f\xe9"()`,
  String.raw`create table unfed (id int primary key); alter table unfed rename id to "i\xe9"`,
  String.raw`create table "gr\xc3\xbc\xc3\x9fe" (id serial primary key)`,
];

databaseTest('a name that is no UTF-8 costs only itself', servers, '', async (db) => {
  const name = `${db.name}_bytes`;
  const role = `stray_${process.pid}`;
  await db.query(`create role ${role}`);
  await db.query(`create database ${name} encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C' template template0`);
  const bad = { url: db.server.url(name) };
  const client = await db.connect({ database: name });
  try {
    await client.query('set client_encoding = SQL_ASCII');
    await client.query(`create table ok (id serial primary key); insert into ok values (3);
      create table other (id serial primary key); insert into other default values`);
    for (const sql of named) await client.query(bytes(sql));
    await client.query(bytes(String.raw`alter role ${role} rename to "${role}\xe9"`));
    await client.query(bytes(String.raw`alter table other owner to "${role}\xe9"`));

    const { sequences } = await report(bad, ['check']);
    const judged = sequences.map((one) => `${one.name} ${one.state} ${one.reason ?? ''}`.trim());
    assert.deepEqual(judged, [
      String.raw`public."caf\xe9_id_seq" unknown name`,
      String.raw`public."grüße_id_seq" empty`,
      String.raw`public."odd_c\xc3_seq" unknown name`,
      'public.ok_id_seq behind',
      'public.other_id_seq ok',
      String.raw`"s\xff\xfe".inner_id_seq unknown name`,
    ]);
    const alone = await pgseq(['check', '-t', 'public.ok', bad.url]);
    assert.equal(alone.code, 1);
    assert.match((await pgseq(['check', bad.url])).stdout, /caf\\xe9.*is not UTF-8/);
    assert.match((await pgseq(['explain', 'ok_pkey', '--url', bad.url])).stdout, /ok_id_seq/);
    assert.match((await pgseq(['check', '--all-databases', bad.url])).stdout, /ok_id_seq/);
    for (const command of [['guard', 'status'], ['sql', 'role'], ['inspect']]) {
      const { stderr } = await pgseq([...command, bad.url]);
      assert.doesNotMatch(stderr, /22021|invalid byte/, command.join(' '));
    }
    const { stdout } = await pgseq(['fix', '-t', 'ok', '--wait', '0s', bad.url]);
    assert.match(stdout, /ok_id_seq/);

    const dry = await pgseq(['import', '-', '--table', 'ok', '--to', bad.url, '--dry-run'], { input: 'id\n50\n' });
    assert.equal(dry.code, 1, dry.stderr);
    const loaded = await pgseq(['import', '-', '--table', 'ok', '--to', bad.url], { input: 'id\n50\n' });
    assert.equal(loaded.code, 0, loaded.stderr);
    await db.query('create table ok (id int); create table other (id int); create table "grüße" (id int)');
    const taken = await pgseq(['import', bad.url, '--to', db.url]);
    assert.match(taken.stderr, /public\.caf\\xe9 was left out: its name, or a column's, is not UTF-8/);
    assert.equal(taken.code, 0, taken.stderr);
    assert.deepEqual(await db.query('select * from ok'), [['3'], ['50']]);
  } finally {
    await client.query(bytes(String.raw`reassign owned by "${role}\xe9" to postgres`)).catch(() => undefined);
    await client.query(bytes(String.raw`alter role "${role}\xe9" rename to ${role}`)).catch(() => undefined);
    await client.end();
    await db.query(`drop database ${name}`);
    await db.query(`drop role ${role}`);
  }
});

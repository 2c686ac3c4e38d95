import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QueryConfig } from 'pg';
import { databaseTest } from '../../support/database.ts';
import { pgseq } from '../../support/pgseq.ts';
import { newest } from '../../support/servers.ts';

// What the SQL that pgseq prints must be, so that every tool takes it that people put it into.

/** A table for each cure that a finding may have. */
const setup = `
  create table behind (id serial primary key); insert into behind values (9);
  create table cached (id serial primary key); alter sequence cached_id_seq cache 10; insert into cached values (9);
  create table narrow (id serial primary key); select setval('narrow_id_seq', 2147483647);
  create table small (id int generated always as identity (maxvalue 3) primary key);
  insert into small overriding system value values (1); select setval('small_id_seq', 3);
  create table stepped (id serial primary key); alter sequence stepped_id_seq increment 5 start 3;
  create sequence unowned_seq; create table unowned (id int default nextval('unowned_seq'));
  create table texts (id text default nextval('unowned_seq'::text));`;

/** SQL for a migration or a schema file, and scripts for psql. */
async function printed(url: string): Promise<Map<string, string>> {
  const commands = {
    migration: [
      ['sql', 'guard', '--updates', '--max-jump', '90%', '-T', 'x:y*'],
      ['sql', 'migration', '-q', '-t', '*', url],
    ],
    script: [
      ['sql', 'role', '-q', url],
      ['sql', 'check'],
      ['sql', 'fix'],
      ['sql', 'columns'],
      ['fix', '--dry-run', '-q', url],
      ['fix', '--dry-run', '--method', 'lock', '-q', url],
      ['guard', 'install', '--all-tables', '--dry-run', '-q', url],
    ],
  };
  const texts = new Map<string, string>();
  for (const [kind, all] of Object.entries(commands))
    for (const args of all) {
      const { stdout } = await pgseq(args);
      assert.notEqual(stdout, '', args.join(' '));
      texts.set(`${kind} ${args.join(' ')}`, stdout);
    }
  const { findings } = JSON.parse((await pgseq(['check', '--format', 'json', '-q', url])).stdout) as {
    findings: { key: string; fix: string | null }[];
  };
  for (const { key, fix } of findings) if (fix !== null) texts.set(`cure ${key}`, fix);
  return texts;
}

databaseTest('no SQL holds what a tool takes for a parameter of its own', newest, setup, async (db) => {
  const texts = await printed(db.url);
  assert.ok(texts.size > 12);
  for (const [of, sql] of texts) {
    // SQLAlchemy's text(), psql's variables, Perl; `::` is a cast, `:=` an assignment
    assert.deepEqual(sql.match(/(?<!:):[A-Za-z_]\w*/g), null, of);
    // Flyway, Liquibase, psql -v in shells, node-pg-migrate
    assert.doesNotMatch(sql, /\$\{|\{\{|<%/, of);
    // Knex writes $1 in place of each ?, in strings too; % is the one thing that a guard's format() and raise cannot do without
    if (of.startsWith('migration')) assert.doesNotMatch(sql, /\?/, of);
    if (of.startsWith('migration sql migration')) assert.doesNotMatch(sql, /%/, of);
  }
});

databaseTest("what a migration takes is single statements that end nobody's transaction", newest, setup, async (db) => {
  for (const [of, sql] of await printed(db.url)) {
    if (!of.startsWith('migration')) continue;
    assert.doesNotMatch(sql, /^\s*(?:begin|start transaction|commit|rollback|set|reset)\b[^\n]*;\s*$/im, of);
    const client = await db.connect();
    await client.query('do $$ begin end $$; begin'); // plpgsql brings settings of its own when it is first used
    const before = await settings(client);
    for (const statement of of.includes('sql guard') ? [sql] : sql.split(/;\n/).filter((one) => one.trim() !== ''))
      await client.query(extended(statement));
    assert.deepEqual(await settings(client), before, 'no setting is left behind');
    const { rows } = await client.query('select pg_current_xact_id_if_assigned() is not null as open');
    assert.deepEqual(rows, [{ open: true }], 'the transaction is still that of whoever began it');
    await client.query('rollback');
    assert.deepEqual(await settings(client), before);
  }
  assert.deepEqual(await db.query("select from pg_namespace where nspname = 'pgseq'"), [], 'all of it was rolled back');
});

async function settings(client: { query(sql: string): Promise<{ rows: unknown[] }> }): Promise<unknown[]> {
  const { rows } = await client.query(
    'select name, setting from pg_settings where setting is distinct from $$x$$ order by 1',
  );
  return rows;
}

/** To be sent as a prepared statement, which takes no more than one; the driver's types do not know of it. */
function extended(text: string): QueryConfig {
  return { text, queryMode: 'extended' } as QueryConfig;
}

test('a pattern cannot end the statement', async () => {
  const { stdout } = await pgseq(['sql', 'guard', '-t', '"$pgseq_guard$"', '-t', '"$pgseq_guard_$"']);
  const [tag = ''] = /\$\w+\$/.exec(stdout) ?? [];
  assert.equal(stdout.split(tag).length, 3);
  assert.ok(stdout.endsWith(`\n${tag};\n`));
});

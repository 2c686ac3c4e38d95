import assert from 'node:assert/strict';
import { type Database, databaseTest } from '../../support/database.ts';
import { pgseq } from '../../support/pgseq.ts';
import { mayEscape, servers } from '../../support/servers.ts';
import { type JsonReport, report } from '../../commands/support.ts';
import { mallory } from './mallory.ts';
import { plantAll } from './planted.ts';

// What another role has planted in a database does not run with our rights. Each attack succeeds against what people paste,
// in the same database of the same run; then everything that pgseq does and prints is let loose on it.

databaseTest('what a naive query falls for, pgseq does not', servers, '', async (db, t) => {
  const { role, reader, loot } = await plantAll(db, t);

  for (const [user, login] of [
    ['postgres', { url: db.url }],
    [reader, { url: db.server.url(db.name, reader) }],
  ] as const) {
    const lookedAt = await everything(db, user, login);
    assert.deepEqual(loot(), [], `ran with the rights of ${user}`);
    assert.deepEqual(
      lookedAt.sequences.filter(({ name }) => name === 'public.control_id_seq').map(({ state }) => state),
      ['ok'],
      'what nobody has tampered with is read and moved all the same',
    );
  }
  await report(db, ['check', '--role', role]);
  assert.deepEqual(loot(), [], 'a role that was set');
});

/** All that pgseq does in a database and all the SQL that it prints, run as it was printed. Returns what it says in the end. */
async function everything(db: Database, user: string, login: Pick<Database, 'url'>): Promise<JsonReport> {
  const behind = (): Promise<unknown> => db.query("select pg_catalog.setval('public.control_id_seq', 3)");
  const client = await db.connect({ user });
  const run = async (sql: string): Promise<void> => {
    assert.notEqual(sql, '');
    await client.query(sql);
  };
  await behind();
  await report(login, ['check']);
  const { findings } = await report(login, ['check', '--read-foreign']);
  const printed = findings.flatMap(({ rule, fix }) => (rule === 'behind' && fix !== null ? [fix] : []));
  assert.ok(printed.length > 0);
  for (const sql of printed) await run(sql);
  for (const method of ['step', ...(user === 'postgres' ? ['lock'] : [])]) {
    await behind();
    const { stdout } = await pgseq(['fix', '--dry-run', '--quiet', '--method', method, login.url]);
    await run(stdout);
    await behind();
    await report(login, ['fix', '--wait', '0s', '--method', method]);
    await behind();
    await report(login, ['fix', '--wait', '0s', '--method', method, '--read-foreign']);
  }
  if (user === 'postgres') {
    const { stdout } = await pgseq(['sql', 'role', '--name', db.role('fixer'), login.url]);
    await run(stdout);
  }
  return report(login, ['check']);
}

/** Settings that anybody may change for the sessions of a database of their own, each to what would hurt most. */
const settings: Readonly<Record<string, string>> = {
  search_path: 'shop, pg_catalog, public',
  default_transaction_isolation: "'serializable'",
  default_transaction_deferrable: 'on',
  standard_conforming_strings: 'off',
  backslash_quote: 'on',
  quote_all_identifiers: 'on',
  transform_null_equals: 'on',
  array_nulls: 'off',
  bytea_output: "'escape'",
  datestyle: "'German, DMY'",
  intervalstyle: "'sql_standard'",
  timezone: "'Pacific/Chatham'",
  extra_float_digits: '-15',
  lc_numeric: "'C'",
  client_min_messages: "'error'",
  check_function_bodies: 'off',
  row_security: 'on',
  constraint_exclusion: 'on',
  plan_cache_mode: "'force_generic_plan'",
  join_collapse_limit: '1',
  from_collapse_limit: '1',
  enable_indexscan: 'off',
  enable_hashagg: 'off',
  work_mem: "'64kB'",
  xmloption: "'document'",
  'pgseq.relations': "'[1]'",
  'pgseq.sequences': "'[]'",
  'pgseq.links': "'nonsense'",
  'pgseq.search_path': "'nonsense'",
  'pgseq.own_schemas': "'nonsense'",
};

databaseTest(
  'the owner of the database changes its settings, and what is found stays the same',
  servers,
  '',
  async (db, t) => {
    const { role, loot, session } = await mallory(db, t);
    await db.query(`
    create table public.control (id serial primary key, v int); insert into public.control values (7);
    create sequence "ba\\ck'sl""ash"; create table public.odd (id numeric default nextval('"ba\\ck''sl""ash"') unique); insert into public.odd values (5.5)`);
    const unchanged = await report(db, ['check']);
    // Ahead of pg_catalog in the search_path, the very signatures of PostgreSQL's own
    await session.query(`
    create function shop.larger(int, int) returns int language plpgsql as $$ begin perform shop.mark('max'); return $2; end $$;
    create aggregate shop.max (int) (sfunc = shop.larger, stype = int);
    create function shop.set_config(text, text, boolean) returns text language plpgsql as $$ begin perform shop.mark('set_config'); return $2; end $$;
    create function shop.current_setting(text) returns text language plpgsql as $$ begin perform shop.mark('current_setting'); return $1; end $$;
    create function shop.same(name, name) returns boolean language plpgsql as $$ begin perform shop.mark('='); return true; end $$;
    create operator shop.= (function = shop.same, leftarg = name, rightarg = name);
    create function shop.nextval(regclass) returns bigint language plpgsql as $$ begin perform shop.mark('nextval'); return 1; end $$;
    create table shop.pg_class (relname name)`);
    await db.query(`alter database ${db.name} owner to ${role}`);
    // Settings that no extension defines were anybody's until 15
    for (const [name, value] of Object.entries(settings)) {
      if (name === 'standard_conforming_strings' && !mayEscape(db.server)) continue;
      await (name.includes('.') ? db : session).query(`alter database ${db.name} set ${name} = ${value}`);
    }
    const naive = await db.connect();
    await naive.query('select max(id) from public.control');
    assert.deepEqual(loot(), ['max as postgres']);

    const changed = await report(db, ['check']);
    assert.deepEqual(changed.sequences, unchanged.sequences);
    assert.deepEqual(changed.findings, unchanged.findings);
    const pasted = await db.connect();
    for (const { fix } of changed.findings) if (fix !== null) await pasted.query(fix);
    await db.query("select pg_catalog.setval('public.control_id_seq', 3)");
    const { stdout } = await pgseq(['fix', '--dry-run', '--quiet', db.url]);
    await pasted.query(stdout);
    await db.query("select pg_catalog.setval('public.control_id_seq', 3)");
    const fixed = await report(db, ['fix', '--wait', '0s']);
    assert.deepEqual(
      fixed.sequences.map(({ state }) => state),
      ['ok', 'ok'],
    );
    assert.deepEqual(loot(), []);
  },
);

import assert from 'node:assert/strict';
import { databaseTest } from '../../support/database.ts';
import { pgseq } from '../../support/pgseq.ts';
import { newest } from '../../support/servers.ts';

// More partitions than one statement may lock: they are read in parts.

const setup = `
  create table logs (id bigserial, day int not null, primary key (id, day)) partition by list (day);
  do $$ begin for i in 1..260 loop execute format('create table logs_%s partition of logs for values in (%s)', i, i); end loop; end $$;
  insert into logs (id, day) select i, i from generate_series(1, 260) i`;

databaseTest(
  'a tree read in parts is judged by all of them, and moved beyond all of them',
  newest,
  setup,
  async (db) => {
    const check = await pgseq(['check', '-q', db.url]);
    assert.equal(check.code, 1);
    assert.match(
      check.stdout,
      /^error: public\.logs\.id: the next id would be 1, but ids up to 260 exist \(sequence public\.logs_id_seq\) \[behind\]/,
    );
    const fix = await pgseq(['fix', '-q', db.url]);
    assert.equal(fix.code, 0, fix.stdout + fix.stderr);
    assert.match(fix.stdout, /next 1 -> 261/);
  },
);

databaseTest('a partition that is locked hides itself, not what the others show', newest, setup, async (db) => {
  const other = await db.connect();
  await other.query('begin; lock table logs_7 in access exclusive mode');
  const { code, stdout } = await pgseq(['check', '-q', db.url]);
  assert.equal(code, 1);
  assert.match(
    stdout,
    /\[behind\]\n {2}The next insert stores an id twice \(1 is taken\)\. Some columns could not be read, so it may be worse\./,
  );
  assert.match(stdout, /^warning: cannot read public\.logs\.id: another session holds a lock on it .*\[unreadable\]/m);
});

import assert from 'node:assert/strict';
import { databaseTest } from '../../support/database.ts';
import { startPgseq } from '../../support/pgseq.ts';
import { servers } from '../../support/servers.ts';
import { behind, goesOn, until } from '../support.ts';

databaseTest('a connection that is lost meanwhile: what was done is reported', servers, behind, async (db) => {
  const writer = await db.connect();
  await writer.query('begin; insert into users values (100)');
  const { result } = startPgseq(['fix', '-q', db.url]);
  await until(async () => (await db.query('select from users_id_seq where last_value = 16')).length === 1);
  await goesOn(db, 3); // others see what is drawn before pgseq knows; then it waits for the writer, for long
  await db.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'pgseq'",
  );
  const { code, stdout, stderr } = await result;
  assert.deepEqual([code, stdout], [2, 'moved       public.users_id_seq  next 4 -> 17  step\n\n1 sequence: 1 ok\n']);
  assert.match(
    stderr,
    /^pgseq: this run ended early: .*\npgseq: the connection to the server was lost: .*\n {2}its log says why; .*\n$/,
  );
  assert.doesNotMatch(stderr, /\n {4}at /);
});

import assert from 'node:assert/strict';
import { databaseTest } from '../../support/database.ts';
import { newest } from '../../support/servers.ts';
import { startPgseq } from '../../support/pgseq.ts';
import { until } from '../../commands/support.ts';
import { file, processes, skip } from '../../commands/restore/support.ts';
import { type Proxy, startProxy } from './proxy.ts';

// The network says nothing any more, and one Ctrl-C or SIGTERM ends restore and run all the same: their own connections have no patience then.

const setup = 'create table users (id serial primary key); insert into users values (70)';

const isGone = (silent: Proxy): Promise<void> => until(() => Promise.resolve(silent.happened));

databaseTest(
  'while psql restores',
  newest,
  setup,
  async (db, t) => {
    const silent = await startProxy(db.server, 'silence', (said) => said.includes('select 4711'));
    t.after(() => silent.close());
    const script = file(t, 'a.sql', 'select 4711;\n');
    const { signal, result } = startPgseq(['restore', '-q', '--into-existing', script, silent.url(db.name)]);
    await isGone(silent);
    signal('SIGTERM');
    const { code, stderr } = await result;
    assert.match(stderr, /^pgseq: cannot connect to .*: no answer within 4 s$/m);
    assert.equal(code, 143);
  },
  skip,
);

databaseTest('while another program runs', newest, setup, async (db, t) => {
  // From the goodbye of the first session on
  const silent = await startProxy(db.server, 'silence', (said) => said.startsWith('X\0\0\0\u0004'));
  t.after(() => silent.close());
  const { signal, result } = startPgseq(['run', '-q', '--url', silent.url(db.name), '--', 'sleep', '120']);
  await isGone(silent);
  await until(() => Promise.resolve(processes(db, 'sleep').length > 0));
  signal('SIGTERM');
  const { code, stderr } = await result;
  assert.match(stderr, /^pgseq: cannot connect to .*: no answer within 4 s$/m);
  assert.equal(code, 143);
});

for (const [phase, word] of [
  ['before', 'users_id_seq'],
  ['afterwards', 'nextval'],
] as const)
  databaseTest(`in a statement of ours, ${phase}`, newest, setup, async (db, t) => {
    const silent = await startProxy(db.server, 'silence', (said) => said.includes(word));
    t.after(() => silent.close());
    const { signal, result } = startPgseq(['run', '-q', '--url', silent.url(db.name), '--', 'true']);
    await isGone(silent);
    signal('SIGINT');
    const { code } = await result;
    assert.equal(code, 130);
    const own =
      "select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state = 'active'";
    await until(async () => (await db.query(own)).length === 0);
  });

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Cluster, startCluster } from '../../support/cluster.ts';
import { databaseTest } from '../../support/database.ts';
import { pgseq } from '../../support/pgseq.ts';
import { newest, servers } from '../../support/servers.ts';
import { rowsAt } from '../../support/session.ts';
import { behind, behindBlock, ends, only, report, run, superuserNote, until } from '../support.ts';

databaseTest('sessions that are read-only by default: check looks, fix refuses', servers, behind, async (db) => {
  await db.query(`alter database ${db.name} set default_transaction_read_only = on`);
  ends(await run(db, ['check', '-q']), { code: 1, stdout: `${behindBlock}\n1 sequence: 1 behind\n` });
  for (const args of [['fix'], ['fix', '--dry-run'], ['fix', '--method', 'lock']])
    ends(await run(db, args), {
      code: 2,
      stderr:
        `${superuserNote}pgseq: sessions of postgres in ${db.name} are read-only (default_transaction_read_only)\n` +
        "  to override that for this run: PGOPTIONS='-c default_transaction_read_only=off'\n",
    });
  assert.deepEqual(await db.query('select last_value from users_id_seq'), [['3']]);
  const fixed = await run(db, ['fix'], { env: { PGOPTIONS: '-c default_transaction_read_only=off' } });
  assert.equal(fixed.code, 0);
});

for (const { major } of servers) {
  let primary: Cluster;
  let standby: Cluster;
  before(async () => {
    primary = await startCluster(major);
    await rowsAt(primary.url('postgres'), `create database app`);
    await rowsAt(primary.url('app'), `${behind} create unlogged table fast (id serial); select 1`);
    standby = await startCluster(major, { standbyOf: primary });
    await until(
      async () => (await rowsAt(standby.url('app'), 'select last_value from users_id_seq'))[0]?.[0] === '3',
    ).catch(() => undefined);
  });
  after(async () => {
    await standby.remove();
    await primary.remove();
  });

  test(`on a standby check looks and warns (${major})`, async () => {
    const found = await report({ url: standby.url('app') }, ['check', '-t', 'users']);
    assert.equal(found.database['standby'], true);
    assert.equal(only(found).state, 'behind');
    assert.deepEqual(
      found.findings.map(({ rule, level, sequence, key }) => [rule, level, sequence, key]),
      [
        ['standby', 'warning', null, 'standby'],
        ['behind', 'error', 'public.users_id_seq', 'behind:public.users_id_seq'],
      ],
    );
    assert.equal(found.code, 1);
    const { stdout } = await pgseq(['check', '-q', standby.url('app'), '-t', 'users']);
    assert.match(
      stdout,
      /^warning: app is on a standby, where sequences read up to 32 calls further than on the primary \[standby\]\n {2}.*\n$/m,
    );
  });

  test(`an unlogged table cannot be read on a standby (${major})`, async () => {
    const found = await report({ url: standby.url('app') }, ['check', '-t', 'fast']);
    assert.deepEqual([only(found).state, only(found).reason, found.code], ['unknown', 'unlogged', 2]);
  });

  test(`on a standby fix refuses (${major})`, async () => {
    for (const args of [['fix'], ['fix', '--dry-run'], ['fix', '--sequence', 'users_id_seq', '--to', '100']])
      ends(await pgseq([...args, '-q', standby.url('app')]), {
        code: 2,
        stderr:
          'pgseq: app is on a standby, where no sequence can be moved\n' +
          '  connect to the primary: target_session_attrs=read-write\n',
      });
    const both = `host=127.0.0.1,127.0.0.1 port=${standby.port},${primary.port} user=postgres dbname=app`;
    const fixed = await report({ url: `${both} target_session_attrs=read-write` }, ['fix', '-t', 'users']);
    assert.deepEqual([fixed.code, fixed.database['port']], [0, primary.port]);
  });
}

test('a server that only looks like one that can be written', async () => {
  ends(await pgseq(['fix', '-q', `${newest.url('postgres')}?target_session_attrs=standby`]), {
    code: 2,
    stderr: `pgseq: cannot connect to ${newest.host}:${newest.port}, database postgres, as postgres: the server is not a standby\n  target_session_attrs standby came from the connection argument\n`,
  });
});

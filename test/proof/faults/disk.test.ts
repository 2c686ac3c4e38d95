import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { folder } from '../../commands/support.ts';
import { asAccount } from '../../support/account.ts';
import { type Cluster, startCluster } from '../../support/cluster.ts';
import { pgseq } from '../../support/pgseq.ts';
import { servers } from '../../support/servers.ts';
import { rowsAt } from '../../support/session.ts';

// The disk is full. Nobody may fill the disk of whoever runs the tests, so the server is held to files so small that it can
// write nothing more: PostgreSQL treats that as it treats a full disk, in the very same places.

const hasLimits = spawnSync('prlimit', ['--version']).error === undefined;

const behind = `drop table if exists a, b; create table a (id serial primary key); insert into a values (5);
  create table b (id serial primary key); insert into b values (5)`;

for (const { major } of servers)
  describe(`the disk is full (${major})`, { skip: hasLimits ? false : 'there is no prlimit here' }, () => {
    let cluster: Cluster;
    let url: string;
    before(async () => {
      // Parallel workers talk through files too, in memory
      const settings = { autovacuum: 'off', wal_writer_delay: '10s', max_parallel_workers_per_gather: '0' };
      cluster = await startCluster(major, { settings });
      url = cluster.url('postgres');
    });
    after(() => cluster.remove());

    /** For sessions that begin from now on: the largest file that they may write to, in bytes. */
    function limit(bytes: string): void {
      const [pid = ''] = readFileSync(join(cluster.socketDirectory, 'data', 'postmaster.pid'), 'utf8').split('\n');
      execFileSync('prlimit', ['--pid', pid, `--fsize=${bytes}:`], asAccount);
    }

    async function finishes(): Promise<void> {
      const { code, stdout, stderr } = await pgseq(['fix', '-q', url]);
      assert.equal(code, 0, stdout + stderr);
      for (const table of ['a', 'b']) {
        const [[id] = []] = await rowsAt(url, `insert into ${table} default values returning id`);
        assert.ok(Number(id) >= 6, `${table} gives ${id}`);
      }
    }

    test('check needs no room', async () => {
      await rowsAt(url, behind);
      limit('0');
      const { code, stderr } = await pgseq(['check', '-q', url]);
      limit('unlimited');
      assert.deepEqual([code, stderr], [1, '']);
    });

    test('a check that sorts more than its memory holds says that there is no room', async () => {
      await rowsAt(url, 'create database large');
      await rowsAt(url, 'alter database large set work_mem = 64');
      const large = cluster.url('large');
      await rowsAt(
        large,
        `${behind}; do $$ begin for i in 1..1500 loop execute format('create table s%s (id serial)', i); end loop; end $$`,
      );
      await rowsAt(large, 'checkpoint'); // so that no page which the server has to put aside is one to be written
      limit('0');
      const { code, stdout, stderr } = await pgseq(['check', '-q', large]);
      limit('unlimited');
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /^pgseq: could not (?:write (?:to file|blocks)|extend file) .*\n(?: {2}.*\n)?$/);
    });

    test('no room for the new file of a sequence: fix --method lock moves nothing and says why', async () => {
      await rowsAt(url, behind);
      limit('4096');
      const { code, stdout } = await pgseq(['fix', '-q', '--method', 'lock', url]);
      limit('unlimited');
      assert.equal(code, 2);
      for (const table of ['a', 'b'])
        assert.match(
          stdout,
          new RegExp(`^public\\.${table}_id_seq: could not (?:extend|write) .*\\n  Check free disk space\\.$`, 'm'),
        );
      assert.match(stdout, /^2 sequences: 2 behind$/m);
      assert.deepEqual(await rowsAt(url, 'select a.last_value, b.last_value from a_id_seq a, b_id_seq b'), [
        ['1', '1'],
      ]);
      await finishes();
    });

    test('no room for the rows of an import: none of them is there, and that is said', async (t) => {
      await rowsAt(url, behind);
      const rows = Array.from({ length: 20_000 }, (_, n) => `${n + 10},${'x'.repeat(100)}\n`).join('');
      await rowsAt(url, 'alter table a add note text');
      const file = join(folder(t, 'a.csv', `id,note\n${rows}`), 'a.csv');
      limit('262144');
      const { code, stdout, stderr } = await pgseq(['import', '-q', file, '--to', url]);
      limit('unlimited');
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /could not (?:extend|write) .*\n {2}nothing was imported/);
      assert.deepEqual(await rowsAt(url, 'select count(*) from a'), [['1']]);
      await finishes();
    });

    test('no room for the log: the server goes down in the middle of fix', async () => {
      await rowsAt(url, behind);
      limit('4096');
      const { code, stdout, stderr } = await pgseq(['fix', '-q', '--method', 'step', url]);
      assert.equal(code, 2);
      assert.doesNotMatch(stdout, /^moved/m);
      assert.match(stderr, /^pgseq: the connection to the server was lost: .*\n {2}its log says why; .*\n$/m);
      await cluster.stop('immediate');
      await cluster.start();
      await finishes();
    });
  });

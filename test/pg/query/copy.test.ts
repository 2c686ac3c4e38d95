import assert from 'node:assert/strict';
import { copyFrom } from '../../../src/pg/query/copy.ts';
import { databaseTest } from '../../support/database.ts';
import { newest } from '../../support/servers.ts';

// Runs on every Node: streams.
// COPY … FROM STDIN: no faster than the server takes it, and a session that can be used again, however it ends.

const table = 'create table t (id int)';
const copy = 'copy t from stdin';

databaseTest('an error of the bytes ends it, and is thrown', newest, table, async (db) => {
  const client = await db.connect();
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('1\n');
    yield await Promise.reject(new RangeError('no more'));
  }
  for (let n = 0; n < 3; n++)
    await assert.rejects(copyFrom(client, copy, broken()), { name: 'RangeError', message: 'no more' });
  async function* fine(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from('1\n2\n'));
  }
  assert.equal(await copyFrom(client, copy, fine()), 2n);
  assert.deepEqual(await db.query('select count(*) from t'), [['2']]);
});

databaseTest("the server's error stops the reading", newest, table, async (db) => {
  const client = await db.connect();
  let read = 0;
  let isClosed = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      yield Buffer.from('x\n');
      for (; ; read++) yield await Promise.resolve(Buffer.alloc(65_536, '1\n'));
    } finally {
      isClosed = true;
    }
  }
  await assert.rejects(copyFrom(client, copy, endless()), { code: '22P02' });
  await assert.rejects(copyFrom(client, 'copy nothing from stdin', endless()), { code: '42P01' });
  assert.ok(isClosed && read < 10_000, `${read} pieces were read`);
  assert.equal((await client.query('select 1 as one')).rowCount, 1);
});

databaseTest('a signal ends it while the bytes are waited for', newest, table, async (db) => {
  const client = await db.connect();
  const stop = new AbortController();
  async function* silent(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('1\n');
    setImmediate(() => stop.abort(new RangeError('enough')));
    await new Promise(() => undefined);
  }
  await assert.rejects(copyFrom(client, copy, silent(), stop.signal), { message: 'enough' });
  await assert.rejects(copyFrom(client, copy, silent(), stop.signal), { message: 'enough' });
  assert.deepEqual((await client.query('select count(*)::int as n from t')).rows, [{ n: 0 }]);
});

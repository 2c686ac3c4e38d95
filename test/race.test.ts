import assert from 'node:assert/strict';
import { fix } from '../src/core/fix.ts';
import type { Method } from '../src/core/move.ts';
import { connect } from '../src/pg/connect.ts';
import { readConninfo } from '../src/pg/conninfo/index.ts';
import { session } from '../src/pg/session.ts';
import { race } from './race/race.ts';
import { databaseTest } from './support/database.ts';
import { newest } from './support/servers.ts';

// What everybody pastes hands ids out twice in the same race in which pgseq does not.

const traffic = { writers: 4, inserts: 1000 };

for (const cache of [1, 20]) {
  databaseTest(`CACHE ${cache}: setval(max(id)) hands ids out twice`, newest, '', async (db, t) => {
    const client = await db.connect();
    const result = await race(db, {
      ...traffic,
      cache,
      fixer: async () => {
        await client.query("select setval('race_id_seq', (select max(id) from race))");
        return true;
      },
    });
    t.diagnostic(JSON.stringify(result));
    assert.ok(result.handedOutTwice > 0, 'the race is too tame: what is wrong does not fail');
  });

  for (const method of ['step', 'lock', 'auto'] satisfies (Method | 'auto')[])
    databaseTest(`CACHE ${cache}: pgseq (${method}) does not`, newest, '', async (db, t) => {
      const connection = await connect(readConninfo({ conninfo: db.url, env: {} }));
      try {
        const pgseq = session(connection);
        const result = await race(db, {
          ...traffic,
          cache,
          fixer: async () => {
            const { sequences } = await fix(pgseq, { method, wait: 0, lockTimeout: 50 });
            return sequences.some(({ action }) => action === 'moved');
          },
        });
        t.diagnostic(JSON.stringify(result));
        assert.equal(result.handedOutTwice, 0);
        assert.ok(result.moves > 0, 'pgseq never moved anything');
      } finally {
        await connection.end();
      }
    });
}

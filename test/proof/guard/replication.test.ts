import assert from 'node:assert/strict';
import { databaseTest } from '../../support/database.ts';
import { newest, servers } from '../../support/servers.ts';
import { guarded, type Node, replicate, tables, write } from './replication.ts';

// Rows are replicated, sequences are not: the subscriber's stay where they were. Guarded ones go with the rows, from the first
// copy on, so that the subscriber can take over in the middle of traffic.

const oldest = servers.filter((server) => server === servers[0] && server !== newest);
const pairs = [
  ...servers.map((server) => [server, server.major] as const),
  ...oldest.map((server) => [server, newest.major] as const),
];

/** Ids 1 to 60, in both partitions where there are two. */
const before = tables
  .map((table) => `insert into ${table} (kind, token) select 1 + i % 2, '${table} ' || i from generate_series(1, 60) i`)
  .join(';\n');

/** The highest id, and then the next one of the sequence. In this order: what comes meanwhile moves the sequence first. */
async function reach({ rows }: Node, table: string): Promise<readonly [furthest: number, next: number]> {
  const [max] = await rows(`select max(id) from ${table}`);
  const [next] = await rows(`select last_value + is_called::int from ${table}_id_seq`);
  return [Number(max?.[0]), Number(next?.[0])];
}

/** Asserts where everything stands when nothing is under way. */
async function assertInStep(node: Node, furthest: number): Promise<void> {
  for (const table of guarded) {
    const [max, next] = await reach(node, table);
    assert.equal(max, furthest);
    // Replication brings row after row: each that reaches the sequence moves it 32 values beyond itself
    assert.ok(next > max && next <= max + 33, `${table} reaches ${max}, and its sequence goes on with ${next}`);
  }
  assert.deepEqual((await reach(node, 'beside'))[1], 1, 'a sequence that is not guarded stays');
}

for (const [from, to] of pairs)
  databaseTest(`its sequences are in step, and a subscriber of ${to} takes over`, from, '', async (db, t) => {
    const { publisher, subscriber, caughtUp } = await replicate(t, db, to, before);
    await assertInStep(subscriber, 60);

    await publisher.rows(before.replaceAll(" ' ||", " again ' ||"));
    await caughtUp();
    await assertInStep(subscriber, 120);

    // Ids change: in place, and so that the row goes to another partition; a way that is drawn, and one that is set
    for (const [id, kind] of [
      [5000, 'kind'],
      [3_000_000, '3 - kind'],
    ] as const) {
      for (const table of guarded)
        await publisher.rows(`update ${table} set id = ${id}, kind = ${kind} where token = '${table} 7'`);
      await caughtUp();
      await assertInStep(subscriber, id);
    }

    // The publisher is not guarded. From here on its writers store the highest ids
    for (const table of guarded) await publisher.rows(`select setval('${table}_id_seq', 3000000)`);
    // Each row that can be seen has moved the sequence before
    const over = new AbortController();
    const watch = async (): Promise<number> => {
      let looks = 0;
      for (; !over.signal.aborted; looks++)
        for (const table of guarded) {
          const [max, next] = await reach(subscriber, table);
          assert.ok(next > max, `${table} reaches ${max}, and its sequence goes on with ${next}`);
        }
      return looks;
    };
    const writing = write(publisher, 'there', 100).finally(() => over.abort());
    const [there, looks] = await Promise.all([writing, watch()]);
    t.diagnostic(`${looks} looks in the middle of traffic`);
    await caughtUp();
    await subscriber.rows('drop subscription s');
    const here = await write(subscriber, 'here', 100);

    for (const table of guarded) {
      const rows = await subscriber.rows(`select id, token from ${table}`);
      assert.equal(new Set(rows.map(([id]) => id)).size, rows.length, 'each id once');
      assert.deepEqual(
        new Set(rows.map(([, token]) => token).filter((token) => /^t?here /.test(token ?? ''))),
        new Set([...there, ...here].filter((token) => token.split(' ')[1] === table)),
        'what was stored there and here, and nothing else',
      );
      assert.equal(rows.length, 120 + 400);
      assert.equal(rows.filter(([id]) => Number(id) > 3_000_000).length, 400, 'all of it above, here as there');
    }
    await assert.rejects(subscriber.rows('insert into beside default values'), { code: '23505' });
  });

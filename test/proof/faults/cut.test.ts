import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { check, fix, Problem, type Queryable } from '../../../src/index.ts';
import { type Database, databaseTest } from '../../support/database.ts';
import { amount, pick, seed } from '../../support/proof.ts';
import { pgseq } from '../../support/pgseq.ts';
import { withQueryable } from '../../support/queryable.ts';
import { newest } from '../../support/servers.ts';
import { type Fault, type Proxy, startProxy } from './proxy.ts';

// The connection is cut when the first message of a run has been sent, when the second has, and so on to the last, in a run
// of its own each, by `npm test` at some of them; before the server has heard the message, and after it has done what it said.

const begin = `drop table if exists a, b;
  create table a (id serial primary key); insert into a values (5);
  create table b (id serial primary key); insert into b values (5);`;

const next = `select (select last_value - 1 + is_called::int from a_id_seq), (select last_value - 1 + is_called::int from b_id_seq)`;

async function withProxy<Result>(
  fault: Fault,
  when: (text: string) => boolean,
  work: (proxy: Proxy) => Promise<Result>,
): Promise<Result> {
  const proxy = await startProxy(newest, fault, when);
  try {
    return await work(proxy);
  } finally {
    await proxy.close();
  }
}

/** The second run, over a connection that is not cut, finishes: what follows a fault of any kind. */
async function secondRun(db: Database): Promise<void> {
  const report = await withQueryable(db.url, (second) => fix(second, { wait: 0 }));
  assert.deepEqual([report.stopped, report.sequences.map(({ state }) => state)], [undefined, ['ok', 'ok']]);
  assert.deepEqual(await db.query('insert into a default values returning id'), [['6']]);
  assert.deepEqual(await db.query('insert into b default values returning id'), [['6']]);
}

function isLoss(error: unknown): void {
  assert.ok(error instanceof Problem, String(error));
  assert.match(error.message, /^the connection to the server was lost: /);
  assert.match(error.hint ?? '', /a second run continues from there/);
}

/** The numbers of the first messages. */
const messages = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1);

/** Looks or fixes, with the fault at the nth message. Returns whether the run came so far. */
async function cutAt(
  db: Database,
  fault: Fault,
  at: number,
  work: (pgseq: Queryable) => Promise<unknown>,
): Promise<boolean> {
  let n = 0;
  return await withProxy(
    fault,
    (text) => text.startsWith('Q') && ++n === at,
    async (proxy) => {
      await withQueryable(proxy.url(db.name), work);
      return proxy.happened;
    },
  );
}

for (const fault of ['reset before', 'reset after'] as const) {
  for (const method of ['step', 'lock'] as const)
    databaseTest(`${fault} each message of fix (${method})`, newest, '', async (db, t) => {
      let runs = 0;
      for (const at of pick(seed(t), messages(amount(10, 100)), 3)) {
        await db.query(begin);
        const isCut = await cutAt(db, fault, at, async (pgseq) => {
          const report = await fix(pgseq, { method, wait: 0 }).catch((error: unknown) => {
            isLoss(error);
            return null;
          });
          const [positions] = await db.query(next);
          assert.ok(
            positions?.every((one) => one === '0' || one === '5'),
            `they stand at ${positions?.join(', ')}`,
          );
          if (report === null) return;
          if (report.stopped !== undefined) isLoss(report.stopped);
          // What is reported as moved is; what is not may be all the same, where the answer was lost
          for (const [i, { action, next: told }] of report.sequences.entries())
            if (action === 'moved') assert.deepEqual([positions?.[i], told], ['5', 6n]);
        });
        await secondRun(db);
        if (!isCut) break; // there was no such message any more
        runs++;
      }
      t.diagnostic(`${runs} runs`);
      assert.ok(runs >= amount(3, 10));
    });

  databaseTest(`${fault} each message of check`, newest, begin, async (db) => {
    let at = 0;
    for (let isCut = true; isCut; )
      isCut = await cutAt(db, fault, ++at, async (pgseq) => {
        const found = await check(pgseq).catch(isLoss);
        if (found !== undefined) assert.equal(found.summary.behind, 2);
      });
    assert.ok(at > 3);
    assert.deepEqual(await db.query(next), [['0', '0']]);
  });

  databaseTest(`${fault} a move: what the program says`, newest, begin, async (db) => {
    await withProxy(
      fault,
      (text) => text.includes('nextval') && text.includes('b_id_seq'),
      async (proxy) => {
        const { code, stdout, stderr } = await pgseq(['fix', '-q', proxy.url(db.name)]);
        assert.equal(code, 2);
        assert.match(stdout, /^moved {7}public\.a_id_seq {2}next 1 -> 6 {2}step\n\n2 sequences: 1 behind, 1 ok\n$/);
        assert.match(
          stderr,
          /^pgseq: this run ended early: .*\npgseq: the connection to the server was lost: .*\n {2}its log says why; .*\n$/,
        );
      },
    );
    await secondRun(db);
  });
}

describe('silence', { concurrency: true }, () => {
  for (const [what, args, when] of [
    ['the start of check', ['check'], ''],
    ['a measurement of check', ['check'], 'max('],
    ['a move of fix', ['fix'], 'nextval('],
  ] as const)
    databaseTest(
      `a server that says nothing any more, from ${what} on: --timeout ends it`,
      newest,
      begin,
      async (db) => {
        await withProxy(
          'silence',
          (text) => text.includes(when),
          async (proxy) => {
            const { code, stderr } = await pgseq([...args, '-q', '--timeout', '2s', proxy.url(db.name)]);
            assert.equal(code, 2);
            assert.match(stderr, /pgseq: timed out after 2s \(--timeout\).*\n {2}to allow more: --timeout 30m\n$/);
            assert.doesNotMatch(stderr, /\n {4}at /);
          },
        );
        await secondRun(db);
      },
    );

  databaseTest('a server that never says anything: connect_timeout ends it', newest, '', async (db) => {
    await withProxy(
      'silence',
      () => true,
      async (proxy) => {
        const { code, stdout, stderr } = await pgseq(['check', '-q', `${proxy.url(db.name)}?connect_timeout=2`]);
        assert.deepEqual([code, stdout], [2, '']);
        assert.match(
          stderr,
          /^pgseq: cannot connect to 127\.0\.0\.1:\d+, database .*: no answer within 2 s\n {2}.*firewall.*\n$/,
        );
      },
    );
  });
});

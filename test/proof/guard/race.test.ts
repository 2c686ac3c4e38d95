import assert from 'node:assert/strict';
import { databaseTest } from '../../support/database.ts';
import { amount } from '../../support/proof.ts';
import { servers } from '../../support/servers.ts';
import { guardRace, kindNames, writers } from './races.ts';

// The trigger that everybody publishes hands ids out twice in the same races in which the guard does not: by
// `npm run proof` a tenth of `npm run bench -- guard-race`, by `npm test` less.

/** Old rows, or those that set the sequence; as many that move it by drawing. */
const rows = amount(6, 30);

for (const cache of [1, 20]) {
  // Its long ways wait for the end of the transaction, which nobody sees before it is over
  databaseTest(`an importer that may only insert, CACHE ${cache}: the guard ends in step`, servers, '', async (db) => {
    const result = await guardRace(db, 'importer', 'guard', cache, { inserts: 2500, rows, writer: db.role('writer') });
    assert.equal(result.handedOutTwice, 0);
    assert.ok(result.inStep);
    assert.equal(result.behind, 0, 'after each transaction that stored a row the sequence is beyond it');
  });

  for (const kind of kindNames) {
    databaseTest(`${kind}, CACHE ${cache}: the published trigger hands ids out twice`, servers, '', async (db, t) => {
      const result = await guardRace(db, kind, 'published trigger', cache, {
        inserts: amount(50, 250),
        rows: amount(3, 10),
      });
      t.diagnostic(JSON.stringify(result));
      assert.ok(result.handedOutTwice > 0);
    });

    databaseTest(`${kind}, CACHE ${cache}: the guard does not, and ends in step`, servers, '', async (db, t) => {
      const result = await guardRace(db, kind, 'guard', cache, { inserts: amount(500, 2500), rows });
      t.diagnostic(JSON.stringify(result));
      assert.equal(result.handedOutTwice, 0);
      assert.ok(result.inStep);
      assert.equal(result.behind, 0, 'after each statement that stored a row the sequence is beyond it');
      if (kind === 'backfill') assert.ok(result.skipped <= (cache - 1) * writers, 'old rows moved the sequence');
    });
  }
}

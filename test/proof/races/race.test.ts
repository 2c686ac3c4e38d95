import assert from 'node:assert/strict';
import { databaseTest } from '../../support/database.ts';
import { amount, isProof, pick, seed } from '../../support/proof.ts';
import { servers } from '../../support/servers.ts';
import { naive, ours, raceNaive, raceOurs, raceScript } from './racers.ts';

// What everybody pastes hands ids out twice in the same race in which pgseq does not. By `npm run proof` a tenth of
// `npm run bench -- race`, by `npm test` a tenth of that, which the naive ways do not survive either.

const least = { inserts: amount(1000, 10_000), moves: amount(5, 30) };
const caches = [1, 20];

/** This one takes a minute to fail now and then; step by step it fails at once, in interleaving.test.ts. */
const slow = 'setval(greatest)';

for (const cache of caches)
  for (const [name, { sql, failsFrom }] of Object.entries(naive))
    if (cache >= failsFrom && (isProof || name !== slow))
      databaseTest(`CACHE ${cache}: ${name} hands ids out twice`, servers, '', async (db, t) => {
        const tally = await raceNaive(db, cache, sql, amount(50, 500));
        t.diagnostic(JSON.stringify(tally));
        assert.ok(tally.handedOutTwice > 0);
      });

const ways = caches.flatMap((cache) => Object.entries(ours).map(([name, options]) => ({ cache, name, options })));
for (const { cache, name, options } of pick(seed(), ways, 3))
  databaseTest(`CACHE ${cache}: pgseq (${name}) does not`, servers, '', async (db, t) => {
    seed(t);
    const tally = await raceOurs(db, cache, options, least);
    t.diagnostic(JSON.stringify(tally));
    assert.equal(tally.handedOutTwice, 0);
  });

for (const cache of pick(seed(), caches, 1))
  databaseTest(`CACHE ${cache}: the script of pgseq sql fix does not`, servers, '', async (db, t) => {
    seed(t);
    const tally = await raceScript(db, cache, { inserts: amount(500, 3000), moves: amount(4, 20) });
    t.diagnostic(JSON.stringify(tally));
    assert.equal(tally.handedOutTwice, 0);
  });

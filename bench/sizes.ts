import { startCluster } from '../test/support/cluster.ts';
import { rowsAt } from '../test/support/session.ts';
import { inTurn, machine, pgseq, psql, ratio, show } from './measure.ts';
import { makeTables, makeTree } from './tables.ts';

// How time and memory grow with the database, on a server as PostgreSQL ships it: npm run bench -- sizes.

const cluster = await startCluster(18, { settings: { shared_buffers: '128MB' } }); // as PostgreSQL ships it
try {
  machine(cluster);
  const [[connections, locks] = []] = await rowsAt(
    cluster.url('postgres'),
    "select current_setting('max_connections'), current_setting('max_locks_per_transaction')",
  );
  console.log(`max_connections ${connections}, max_locks_per_transaction ${locks}\n`);

  const ten = await makeTables(cluster, 'ten', { tables: 10_000, behind: 1000, schemas: 100 });
  const hundred = await makeTables(cluster, 'hundred', { tables: 100_000, behind: 10_000, schemas: 1000 });
  const tables = inTurn(
    { ten: pgseq('check', '-q', ten), hundred: pgseq('check', '-q', hundred), plain: psql(hundred, 'plain.sql') },
    { rounds: 3, warmUp: false },
  );
  show('10,000 sequences', tables.ten);
  show('100,000 sequences', tables.hundred, ratio(tables.hundred, tables.ten, '10,000'));
  show('  plain SQL in psql', tables.plain, ratio(tables.hundred, tables.plain, 'plain for check'));

  const tree = async (partitions: number): Promise<string[]> =>
    pgseq('check', '-q', await makeTree(cluster, `tree${partitions}`, partitions));
  const trees = inTurn({ a: await tree(1500), b: await tree(3000), c: await tree(6000) }, { rounds: 3, warmUp: false });
  show('1,500 partitions', trees.a);
  show('3,000 partitions', trees.b, ratio(trees.b, trees.a, '1,500'));
  show('6,000 partitions', trees.c, ratio(trees.c, trees.a, '1,500'));
} finally {
  await cluster.remove();
}

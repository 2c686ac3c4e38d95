import { rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster } from '../test/support/cluster.ts';
import { fromRoot } from '../test/support/root.ts';
import { inTurn, machine, pgseq, ratio, show } from './measure.ts';
import { makeTables } from './tables.ts';

// The script that `pgseq sql check` prints, run by psql, beside check itself: npm run bench -- sql.

const cluster = await startCluster(18, { settings: { shared_buffers: '128MB' } });
const file = join(tmpdir(), `pgseq-bench-${process.pid}.sql`);
try {
  machine(cluster);
  writeFileSync(file, execFileSync(process.execPath, [fromRoot('dist', 'cli', 'main.js'), 'sql', 'check']));
  for (const tables of [100, 10_000]) {
    const url = await makeTables(cluster, `many_${tables}`, { tables, behind: tables / 10 });
    const times = inTurn(
      { check: pgseq('check', '-q', url), script: ['psql', '-qXAt', '-f', file, url] },
      { rounds: tables > 1000 ? 3 : 7 },
    );
    console.log(`\n${tables} tables, a tenth of them behind`);
    show('check', times.check);
    show('sql check in psql', times.script, ratio(times.script, times.check, 'check'));
  }
} finally {
  rmSync(file, { force: true });
  await cluster.remove();
}

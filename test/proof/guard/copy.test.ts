import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCluster } from '../../support/cluster.ts';
import { withGuard } from '../../support/guard.ts';
import { servers } from '../../support/servers.ts';
import { openSession, rowsOf } from '../../support/session.ts';

// COPY into a plain table writes many rows at a time, and the log tells whether it does: a row at a time takes several times
// as much. A trigger that is fired before each row takes that path away, even where it does nothing.

const setup = `
  create table bare (id bigserial, a int, b text);
  create table guarded (id bigserial, a int, b text);
  create table each_row (id bigserial, a int, b text);
  create function nothing() returns trigger language plpgsql as 'begin return new; end';
  create trigger nothing before insert on each_row for each row when (false) execute function nothing()`;

for (const { major } of servers)
  test(`COPY into a guarded table still writes many rows at a time (${major})`, async () => {
    // A server of its own: the log is everybody's
    const cluster = await startCluster(major, { settings: { autovacuum: 'off', checkpoint_timeout: '1h' } });
    try {
      const client = await openSession({ connectionString: cluster.url('postgres') });
      await client.query(setup);
      await withGuard(client, [['guarded', 'id']]);
      const file = `${cluster.socketDirectory}/rows.txt`;
      await client.query(`copy (select i, i, 'row ' || i from generate_series(1, 20000) i) to '${file}'`);
      const log = async (table: string): Promise<number> => {
        const [[before] = []] = await rowsOf(client, 'select pg_current_wal_insert_lsn()');
        await client.query(`copy ${table} from '${file}'`);
        return Number((await rowsOf(client, `select pg_current_wal_insert_lsn() - '${before}'::pg_lsn`))[0]?.[0]);
      };
      const [bare, guarded, eachRow] = [await log('bare'), await log('guarded'), await log('each_row')];
      assert.ok(eachRow > 2 * bare, `${eachRow} bytes row by row, ${bare} without a trigger`);
      assert.ok(guarded < 1.5 * bare, `${guarded} bytes with a guard, ${bare} without a trigger`);
      await client.end();
    } finally {
      await cluster.remove();
    }
  });

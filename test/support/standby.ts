import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { giveToAccount } from './account.ts';
import { runAsAccount } from './run-as-account.ts';
import type { Server } from './server.ts';

/** Files of a running server may vanish under cp's hands; whether the copy is whole, the standby's start shows. */
const copyAll = 'cp -R -p "$1/." "$2" 2>/dev/null; cd "$2" && rm -rf postmaster.* pg_replslot/* pg_wal/*';
const copyWal = 'cp -R -p "$1/pg_wal/." "$2/pg_wal"';

/**
 * Copies the data of a running primary to `data`, ready to be started as its standby: what pg_basebackup does, which
 * the npm packages do not have. The log comes last, so that it holds all that the copy needs.
 */
export async function copyForStandby(primary: Server, data: string): Promise<void> {
  const source = join(primary.socketDirectory, 'data');
  const [start, stop] =
    primary.major >= 15
      ? [`select pg_backup_start('standby', true)`, 'select labelfile from pg_backup_stop()']
      : [`select pg_start_backup('standby', true, false)`, 'select labelfile from pg_stop_backup(false)'];
  // One session from start to stop: a backup ends with the session that began it.
  const client = new pg.Client({ connectionString: primary.url('postgres') });
  await client.connect();
  try {
    await client.query(start);
    await runAsAccount('/bin/sh', ['-c', copyAll, 'copy', source, data]);
    const { rows } = await client.query<{ labelfile: string }>(stop);
    await runAsAccount('/bin/sh', ['-c', copyWal, 'copy', source, data]);
    write(join(data, 'backup_label'), rows[0]?.labelfile ?? '');
    write(join(data, 'standby.signal'), '');
  } finally {
    await client.end();
  }
}

function write(file: string, text: string): void {
  writeFileSync(file, text);
  giveToAccount(file);
}

import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

/** Why pages that make an SQLite file are skipped, for `node:test`; false where its program is there. */
export const withoutSqlite: string | false =
  spawnSync('sqlite3', ['--version']).status !== 0 && 'sqlite3 is not installed: apt-get install sqlite3';

/** Makes an SQLite file anew by the statements of a page. */
export function makeSqlite(directory: string, name: string, sql: string): void {
  const file = join(directory, name);
  for (const part of ['', '-wal', '-shm']) rmSync(`${file}${part}`, { force: true });
  const { status, stderr } = spawnSync('sqlite3', ['-batch', '-bail', file], { input: sql, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

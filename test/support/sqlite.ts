import { spawnSync } from 'node:child_process';

/** Why tests that make databases of SQLite are skipped; false where its program is there. */
export const withoutSqlite: string | false =
  spawnSync('sqlite3', ['--version']).status !== 0 && 'sqlite3 is not installed: apt-get install sqlite3';

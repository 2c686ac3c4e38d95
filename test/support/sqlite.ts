import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

/** Why tests that make databases of SQLite are skipped; false where its program is there. */
export const withoutSqlite: string | false =
  spawnSync('sqlite3', ['--version']).status !== 0 && 'sqlite3 is not installed: apt-get install sqlite3';

/** Makes a database of SQLite in a file, and returns where. */
export function sqlite(path: string, sql: string): string {
  const { status, stderr } = spawnSync('sqlite3', ['-batch', '-bail', path], { input: sql, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return path;
}

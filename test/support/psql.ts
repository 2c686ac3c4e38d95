import { spawnSync } from 'node:child_process';

/** Why tests that need psql as their reference are skipped, for `node:test`; false where it is there. */
export const withoutPsql: string | false =
  spawnSync('psql', ['--version']).status !== 0 && 'psql is not installed: apt-get install postgresql-client';

import assert from 'node:assert/strict';
import { commands } from '../../../src/commands/index.ts';
import { clientsFor } from '../../support/clients.ts';
import { databaseTest } from '../../support/database.ts';
import { spawnPgseq } from '../../support/pgseq.ts';
import { newest } from '../../support/servers.ts';
import { behind, folder } from '../support.ts';

// Runs on every Node: each command once, as a process.

/** What is typed behind a command, where that is not just the connection, and its exit code, where that is not 0. */
const runs: Readonly<Record<string, { readonly args?: readonly string[]; readonly code?: number }>> = {
  check: { code: 1 },
  fix: { args: ['--dry-run'], code: 1 },
  explain: {
    args: ['duplicate key value violates unique constraint "users_pkey"', '--url'],
    code: 1,
  },
  baseline: {},
  restore: { args: ['--inspect', 'shop.dump', '--bin-dir'], code: 1 },
  run: { args: ['--', process.execPath, '--version'] },
  import: { args: ['users.csv', '--to'] },
  'guard install': { args: ['--all-tables'] },
  'guard status': {},
  'guard upgrade': {},
  'guard disable': { args: ['--all-tables'] },
  'guard enable': { args: ['--all-tables'] },
  'guard remove': { args: ['--all-tables'] },
  demo: { args: ['--help'] },
  'sql check': {},
  'sql fix': {},
  'sql columns': {},
  'sql migration': { args: ['-t', 'users'] },
  'sql role': {},
  'sql guard': { args: ['-t', 'users'] },
  completion: { args: ['bash'] },
};

databaseTest('every command, once', newest, behind, async (db, t) => {
  const cwd = folder(t, 'users.csv', 'id,email\n21,u\n');
  const clients = clientsFor(newest.major);
  clients?.run('pg_dump', ['-Fc', '-f', `${cwd}/shop.dump`, '--dbname', db.url]);
  for (const { name } of commands) {
    const { args = [], code = 0 } = runs[name] ?? assert.fail(`${name} is not among them`);
    const isOffline = ['demo', 'completion', 'sql check', 'sql fix', 'sql columns', 'sql role'].includes(name);
    if (name === 'restore' && clients === undefined) continue;
    const [before, command] = name === 'run' ? [[], args] : [args, []];
    const target = name === 'restore' ? [clients?.binDir ?? ''] : isOffline ? [] : [db.url];
    const words = [...before, ...target, ...command];
    const { code: found, stdout, stderr } = await spawnPgseq([...name.split(' '), ...words], { cwd }).result;
    assert.equal(found, code, `pgseq ${name}: ${stdout}${stderr}`);
    assert.doesNotMatch(stderr, /Warning: |^\s+at /m, `pgseq ${name}`);
  }
});

import assert from 'node:assert/strict';
import { commands } from '../../../src/commands/index.ts';
import { clientsFor } from '../../support/clients.ts';
import { databaseTest } from '../../support/database.ts';
import { spawnPgseq } from '../../support/pgseq.ts';
import { newest } from '../../support/servers.ts';
import { behind, folder } from '../support.ts';

// Runs on every Node: each command once, as a process.

const clients = clientsFor(newest.major);

/** What is typed behind each command. */
const words: Readonly<Record<string, (url: string) => readonly string[]>> = {
  check: (url) => [url],
  fix: (url) => ['--dry-run', url],
  explain: (url) => ['duplicate key value violates unique constraint "users_pkey"', '--url', url],
  baseline: (url) => [url],
  restore: () => ['--inspect', 'shop.dump', '--bin-dir', clients?.binDir ?? ''],
  run: (url) => [url, '--', process.execPath, '--version'],
  import: (url) => ['users.csv', '--to', url],
  'guard install': (url) => ['--all-tables', url],
  'guard status': (url) => [url],
  'guard upgrade': (url) => [url],
  'guard disable': (url) => ['--all-tables', url],
  'guard enable': (url) => ['--all-tables', url],
  'guard remove': (url) => ['--all-tables', url],
  demo: () => ['--help'],
  'sql check': () => [],
  'sql fix': () => [],
  'sql columns': () => [],
  'sql migration': (url) => ['-t', 'users', url],
  'sql role': (url) => [url],
  'sql guard': () => ['-t', 'users'],
  completion: () => ['bash'],
};
/** They find what is wrong, before `run` mends it. */
const findings = ['check', 'fix', 'explain', 'restore'];

databaseTest('every command, once', newest, behind, async (db, t) => {
  const cwd = folder(t, 'users.csv', 'id,email\n21,u\n');
  clients?.run('pg_dump', ['-Fc', '-f', `${cwd}/shop.dump`, '--dbname', db.url]);
  for (const { name } of commands) {
    if (name === 'restore' && clients === undefined) continue;
    const args = words[name]?.(db.url) ?? assert.fail(`${name} is not among them`);
    const { code, stdout, stderr } = await spawnPgseq([...name.split(' '), ...args], { cwd }).result;
    assert.equal(code, findings.includes(name) ? 1 : 0, `pgseq ${name}: ${stdout}${stderr}`);
    assert.doesNotMatch(stderr, /Warning: |^\s+at /m, `pgseq ${name}`);
  }
});

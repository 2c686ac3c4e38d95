import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { check } from '../src/index.ts';
import { clientFolder } from './adapters/clients.ts';
import { databaseTest } from './support/database.ts';
import { withQueryable } from './support/queryable.ts';
import { fromRoot } from './support/root.ts';
import { newest } from './support/servers.ts';

// Each example fails without pgseq, and works with it. They run where their clients are installed, beside the tests of the adapters.

const examples = readdirSync(fromRoot('examples')).filter((name) => name !== 'import-endpoint');

interface Package {
  readonly dependencies: Readonly<Record<string, string>>;
}

function packageOf(file: string): Package {
  return JSON.parse(readFileSync(file, 'utf8')) as Package;
}

test('there is an example for every entry point, with the clients as they are tried', () => {
  const { exports } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8')) as { exports: object };
  const entries = Object.keys(exports).filter((name) => name !== '.' && name !== './package.json');
  assert.deepEqual(examples, entries.map((name) => basename(name)).toSorted());
  const tried = packageOf(fromRoot('test', 'adapters', 'current', 'package.json')).dependencies;
  for (const example of examples) {
    const { pgseq, ...clients } = packageOf(fromRoot('examples', example, 'package.json')).dependencies;
    assert.equal(pgseq, 'file:../..');
    for (const [name, version] of Object.entries(clients)) assert.equal(version, tried[name], `${example}: ${name}`);
  }
});

for (const example of examples)
  databaseTest(`examples/${example}`, newest, '', async (db) => {
    const folder = clientFolder(`example-${example}`);
    cpSync(fromRoot('examples', example), folder, { recursive: true });
    rmSync(`${folder}/package.json`);
    const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
      spawnSync(process.execPath, ['app.js', ...args], {
        cwd: folder,
        encoding: 'utf8',
        timeout: 120_000,
        env: {
          PATH: process.env['PATH'],
          PGHOST: db.server.host,
          PGPORT: String(db.server.port),
          PGUSER: 'postgres',
          PGDATABASE: db.name,
        },
      });
    const without = run('--without-pgseq');
    assert.equal(without.status, 1, without.stderr);
    assert.match(without.stderr, /duplicate key value violates unique constraint|Unique constraint failed/);
    await db.query('drop table if exists users, teams');
    const helped = run();
    assert.deepEqual([helped.stderr, helped.stdout], ['', 'users: Barbara got 3\nteams: Robots got 3\n']);
    assert.equal(helped.status, 0);
    if (example === 'pglite') return; // its database is gone with it
    const { summary } = await withQueryable(db.url, (session) => check(session));
    assert.deepEqual([summary.sequences, summary.ok], [2, 2]);
    assert.deepEqual(await db.query('select id, name from users order by id'), [
      ['1', 'Ada'],
      ['2', 'Grace'],
      ['3', 'Barbara'],
    ]);
  });

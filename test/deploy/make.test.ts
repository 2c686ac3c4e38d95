import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseTest } from '../support/database.ts';
import { fromRoot } from '../support/root.ts';
import { newest } from '../support/servers.ts';
import { programs } from './programs.ts';

const withoutMake = spawnSync('make', ['--version']).status !== 0 && 'make is not installed: apt-get install make';

databaseTest(
  'examples/make: the targets find and cure, and make fails where pgseq does',
  newest,
  'create table users (id serial primary key, name text)',
  async ({ url, query }) => {
    const directory = mkdtempSync(join(tmpdir(), 'pgseq-make-'));
    try {
      copyFileSync(fromRoot('examples', 'make', 'Makefile'), join(directory, 'Makefile'));
      const make = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
        spawnSync('make', args, {
          cwd: directory,
          encoding: 'utf8',
          env: { PATH: `${programs(directory)}:${process.env['PATH']}`, HOME: directory, DATABASE_URL: url },
        });
      assert.equal(make('db-check-sequences').status, 0);
      await query("insert into users values (1, 'Ada'), (2, 'Grace')");
      const found = make('db-check-sequences');
      assert.equal(found.status, 2);
      assert.match(found.stderr, /db-check-sequences\] Error 1/);
      assert.equal(make('db-check-sequences', 'PGSEQ_OPTIONS=--fail-on none').status, 0);
      const cured = make('db-fix-sequences');
      assert.equal(cured.status, 0, cured.stderr);
      assert.match(cured.stdout, /^moved +public\.users_id_seq +next 1 -> 3/m);
      assert.equal(make('db-check-sequences').status, 0);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
  { skip: withoutMake },
);

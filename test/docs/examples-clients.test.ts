import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { check } from '../../src/index.ts';
import { clientFolder } from '../adapters/clients.ts';
import { databaseTest } from '../support/database.ts';
import { withQueryable } from '../support/queryable.ts';
import { fromRoot } from '../support/root.ts';
import { pick, seed } from '../support/proof.ts';
import { newest } from '../support/servers.ts';

// Each example fails without pgseq, and works with it, as its README says. They run where their clients are installed, beside the
// tests of the adapters.

/** Those of clients: the others have tests of their own. */
const examples = readdirSync(fromRoot('examples')).filter((name) => !['ci', 'import-endpoint', 'make'].includes(name));

interface Package {
  readonly dependencies: Readonly<Record<string, string>>;
}

function packageOf(file: string): Package {
  return JSON.parse(readFileSync(file, 'utf8')) as Package;
}

test('there is an example for every entry point, with the clients as they are tried', () => {
  const { exports } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8')) as { exports: object };
  const entries = Object.entries(exports).flatMap(([name, target]) =>
    name === '.' || typeof target === 'string' ? [] : [name],
  );
  assert.deepEqual(examples, entries.map((name) => basename(name)).toSorted());
  const tried = packageOf(fromRoot('test', 'adapters', 'current', 'package.json')).dependencies;
  for (const example of examples) {
    const { pgseq, ...clients } = packageOf(fromRoot('examples', example, 'package.json')).dependencies;
    assert.equal(pgseq, 'file:../..');
    for (const [name, version] of Object.entries(clients)) assert.equal(version, tried[name], `${example}: ${name}`);
  }
});

test("the client that Prisma's example runs with was generated for its models", () => {
  const lines = (...path: string[]): string[] =>
    readFileSync(fromRoot(...path, 'schema.prisma'), 'utf8')
      .split('\n')
      .map((line) => line.trim().replaceAll(/ +/g, ' '));
  const tried = new Set(lines('test', 'adapters', 'current'));
  assert.deepEqual(
    lines('examples', 'prisma').filter((line) => !tried.has(line)),
    [],
  );
});

const seeded = {
  users: [
    ['1', 'Ada'],
    ['2', 'Grace'],
  ],
  teams: [
    ['1', 'Analysts'],
    ['2', 'Compilers'],
  ],
};

// Each is an application that starts twice: three of them by npm test, others each time
const chosen = seed();
for (const example of pick(chosen, examples, 3))
  databaseTest(`examples/${example} (PGSEQ_SEED=${chosen})`, newest, '', async (db) => {
    const folder = clientFolder(`example-${example}`);
    cpSync(fromRoot('examples', example), folder, { recursive: true });
    rmSync(`${folder}/package.json`);
    const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
      spawnSync(process.execPath, ['--liftoff-only', 'app.js', ...args], {
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
    const stored = async (): Promise<unknown> => ({
      users: await db.query('select id, name from users order by id'),
      teams: await db.query('select id, name from teams order by id'),
    });
    const isServed = example !== 'pglite'; // whose database is gone with the program
    const readme = readFileSync(fromRoot('examples', example, 'README.md'), 'utf8');

    const without = run('--without-pgseq');
    const [, message] = /it fails: `(.+?)`/.exec(readme) as unknown as [string, string];
    assert.ok(without.stderr.includes(message), without.stderr);
    assert.match(message, /^(?:duplicate key value violates unique constraint|Unique constraint failed)/);
    assert.deepEqual([without.status, without.stdout], [1, '']);
    if (isServed) {
      assert.deepEqual(await stored(), seeded);
      assert.match(readme, /^psql -c 'drop table users, teams'$/m);
      await db.query('drop table users, teams');
    }

    const helped = run();
    const printed = ['users: Barbara got 3', 'teams: Robots got 3'];
    for (const line of printed) assert.ok(readme.includes(`\`${line}\``), line);
    assert.deepEqual([helped.stderr, helped.stdout], ['', `${printed.join('\n')}\n`]);
    assert.equal(helped.status, 0);
    if (!isServed) return;
    const { users, teams } = seeded;
    assert.deepEqual(await stored(), { users: [...users, ['3', 'Barbara']], teams: [...teams, ['3', 'Robots']] });
    const { summary } = await withQueryable(db.url, (session) => check(session));
    assert.deepEqual([summary.sequences, summary.ok], [2, 2]);
  });

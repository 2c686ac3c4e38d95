import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Database, databaseTest } from '../../support/database.ts';
import { pgseq } from '../../support/pgseq.ts';
import { withoutPsql } from '../../support/psql.ts';
import { newest } from '../../support/servers.ts';
import { load, versions } from '../../adapters/clients.ts';
import { folder } from '../support.ts';

// The guard at the end of a migration, as each tool runs it: stored with the migration, or not at all where that fails afterwards.

const table = 'create table users (id serial primary key)';
const noClients = versions.includes('current') ? false : 'test/adapters/current is not installed';

async function guard(): Promise<string> {
  return (await pgseq(['sql', 'guard'])).stdout;
}

async function holds(db: Database, tables: number, triggers: number): Promise<void> {
  const counts = `select (select count(*) from pg_class where relname in ('users', 'extra') and relkind = 'r'),
    (select count(*) from pg_trigger where tgname like 'pgseq%' and tgrelid = to_regclass('users'))`;
  assert.deepEqual(await db.query(counts), [[String(tables), String(triggers)]]);
}

databaseTest(
  'psql: -1, \\i inside a transaction, and alone; again changes nothing',
  newest,
  table,
  async (db, t) => {
    const cwd = folder(t, 'guard.sql', await guard());
    const psql = (...args: string[]): void => {
      const { status, stdout, stderr } = spawnSync('psql', ['-qX', '-v', 'ON_ERROR_STOP=1', ...args, db.url], {
        cwd,
        encoding: 'utf8',
      });
      assert.deepEqual([status, stdout, stderr], [0, '', '']);
    };
    psql('-c', 'begin', '-c', '\\i guard.sql', '-c', 'create table extra ()', '-c', 'rollback');
    await holds(db, 1, 0);
    psql('-1', '-f', 'guard.sql');
    await holds(db, 1, 2);
    psql('-f', 'guard.sql');
    await holds(db, 1, 2);
  },
  { skip: withoutPsql },
);

databaseTest(
  'Knex: raw() in a migration',
  newest,
  '',
  async (db) => {
    const { default: knex } = await load('current', 'knex');
    const client = knex({ client: 'pg', connection: db.url });
    const sql = await guard();
    const source = (fails: boolean): object => ({
      getMigrations: () => Promise.resolve(['1']),
      getMigrationName: (name: string) => name,
      getMigration: () =>
        Promise.resolve({
          async up(k: { raw(sql: string): Promise<unknown> }) {
            await k.raw(table);
            await k.raw(sql);
            if (fails) await k.raw('select 1 / 0');
          },
          down: () => Promise.resolve(),
        }),
    });
    try {
      await assert.rejects(client.migrate.latest({ migrationSource: source(true) }), /division by zero/);
      await holds(db, 0, 0);
      await client.migrate.latest({ migrationSource: source(false) });
      await holds(db, 1, 2);
    } finally {
      await client.destroy();
    }
  },
  { skip: noClients },
);

databaseTest(
  'node-pg-migrate: pgm.sql()',
  newest,
  '',
  async (db, t) => {
    const { runner } = await load('current', 'node-pg-migrate');
    const cwd = folder(t, 'guard.sql', await guard());
    const migrate = (dir: string, last: string): Promise<unknown> => {
      mkdirSync(join(cwd, dir));
      const up = `pgm.sql('${table}'); pgm.sql(require('fs').readFileSync(${JSON.stringify(join(cwd, 'guard.sql'))}, 'utf8')); ${last}`;
      writeFileSync(join(cwd, dir, '1_users.js'), `exports.up = (pgm) => { ${up} }; exports.down = false;`);
      const logger = { info() {}, warn() {}, error() {}, debug() {} };
      return runner({ databaseUrl: db.url, dir: join(cwd, dir), direction: 'up', migrationsTable: 'done', logger });
    };
    await assert.rejects(migrate('fails', "pgm.sql('select 1 / 0')"), /division by zero/);
    await holds(db, 0, 0);
    await migrate('applies', '');
    await holds(db, 1, 2);
  },
  { skip: noClients },
);

/** Debian's Python, which has the packages of apt-get. */
const python = '/usr/bin/python3';
const lacks = (module: string, packages: string): string | false =>
  spawnSync(python, ['-c', `import ${module}, psycopg2`]).status !== 0 && `not installed: apt-get install ${packages}`;

function runs(
  t: TestContext,
  cwd: string,
  args: readonly string[],
  env: Record<string, string>,
): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(python, args, {
    cwd,
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', ...env },
  });
  t.diagnostic(`${args.join(' ')}: ${status}`);
  return { status, text: stdout + stderr };
}

databaseTest(
  'Alembic: op.execute(), whose text() looks for parameters',
  newest,
  '',
  async (db, t) => {
    const cwd = folder(t, 'guard.sql', await guard());
    mkdirSync(join(cwd, 'versions'));
    writeFileSync(join(cwd, 'alembic.ini'), `[alembic]\nscript_location = ${cwd}\n`);
    writeFileSync(
      join(cwd, 'env.py'),
      `from alembic import context
from sqlalchemy import create_engine
import os
with create_engine(os.environ['AT']).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction(): context.run_migrations()
`,
    );
    writeFileSync(
      join(cwd, 'versions', 'a.py'),
      `from alembic import op
import os
revision = 'a'; down_revision = None
def upgrade():
    op.execute('${table}')
    op.execute(open('guard.sql').read())
    if os.environ['FAILS'] == 'yes': op.execute('select 1 / 0')
`,
    );
    const upgrade = (fails: string): ReturnType<typeof runs> =>
      runs(t, cwd, ['-m', 'alembic', 'upgrade', 'head'], {
        AT: db.url.replace(/^\w+:/, 'postgresql+psycopg2:'),
        FAILS: fails,
      });
    const failed = upgrade('yes');
    assert.match(failed.text, /division by zero/);
    await holds(db, 0, 0);
    const { status, text } = upgrade('no');
    assert.equal(status, 0, text);
    await holds(db, 1, 2);
  },
  { skip: lacks('alembic', 'python3-alembic python3-psycopg2') },
);

databaseTest(
  'Django: RunSQL()',
  newest,
  '',
  async (db, t) => {
    const cwd = folder(t, 'guard.sql', await guard());
    mkdirSync(join(cwd, 'app', 'migrations'), { recursive: true });
    for (const file of ['app', 'app/migrations']) writeFileSync(join(cwd, file, '__init__.py'), '');
    const { hostname, port, username } = new URL(db.url);
    writeFileSync(
      join(cwd, 'settings.py'),
      `SECRET_KEY = 'x'; INSTALLED_APPS = ['app']
DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'HOST': '${hostname}', 'PORT': '${port}', 'USER': '${username}', 'NAME': '${db.name}'}}
`,
    );
    writeFileSync(
      join(cwd, 'app', 'migrations', '0001_users.py'),
      `from django.db import migrations
import os
fails = [migrations.RunSQL('select 1 / 0')] if os.environ['FAILS'] == 'yes' else []
class Migration(migrations.Migration):
    operations = [migrations.RunSQL('${table}'), migrations.RunSQL(open('guard.sql').read()), *fails]
`,
    );
    const migrate = (fails: string): ReturnType<typeof runs> =>
      runs(t, cwd, ['-m', 'django', 'migrate'], { DJANGO_SETTINGS_MODULE: 'settings', PYTHONPATH: cwd, FAILS: fails });
    assert.match(migrate('yes').text, /division by zero/);
    await holds(db, 0, 0);
    const { status, text } = migrate('no');
    assert.equal(status, 0, text);
    await holds(db, 1, 2);
  },
  { skip: lacks('django', 'python3-django python3-psycopg2') },
);

import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder } from '../support.ts';
import { clientsFor, type Clients, dump, withoutClients } from '../../support/clients.ts';
import { databaseTest, withDatabase } from '../../support/database.ts';
import { pgseq } from '../../support/pgseq.ts';
import { mayEscape, newest } from '../../support/servers.ts';

// A script is a program: psql runs what stands in it, beside SQL. With --restrict it does not.

const { binDir } = clientsFor(Math.max(18, newest.major)) ?? { binDir: '' };

databaseTest(
  'psql goes nowhere else, and with --restrict it has no commands but those of dumps',
  newest,
  '',
  async (db, t) => {
    const cwd = folder(t, 'evil.sql', '');
    const mark = join(cwd, 'mark');
    const restore = async (
      script: string,
      ...more: readonly string[]
    ): Promise<{ code: number | null; stderr: string }> => {
      writeFileSync(join(cwd, 'evil.sql'), script);
      return await pgseq(['restore', '--bin-dir', binDir, '-q', ...more, 'evil.sql', '--url', db.url], { cwd });
    };
    const { host, port } = db.server;
    for (const command of ['\\c template1', 'select 1 \\c - - nosuchhost', '\\set x template1\n\\echo \\c :x'])
      assert.equal((await restore(`create table t (id int);\n${command}\n`)).code, 2, command);
    const evil = [
      ['!', `\\! touch ${mark}`],
      ['o', `select 1;\n\\o | touch ${mark}\nselect 1;`],
      ['g', `select 1 \\g | touch ${mark}`],
      ['copy', `\\copy (select 1) to program 'touch ${mark}'`],
      ['echo', `  \\echo \`touch ${mark}\``],
      ['gexec', "select 'create table u (i int)' \\gexec"],
      ['i', '\\i other.sql'],
      ['ir', '\\ir other.sql'],
      ['setenv', '\\setenv PGHOST elsewhere'],
      ['set', '\\set x 1'],
      ['c', `\\echo \\\\ \\c ${db.name}`],
    ] as const;
    for (const [name, command] of evil) {
      const { code, stderr } = await restore(`create table t (id int);\n${command}\n`, '--restrict');
      assert.equal(code, 2, command);
      assert.match(stderr, new RegExp(`^ {2}line \\d+: \\\\${name}$`, 'm'), command);
      assert.match(stderr, /^ {2}nothing was restored/m);
    }
    assert.ok(!existsSync(mark));
    assert.deepEqual(await db.query("select to_regclass('t') is null, to_regclass('u') is null"), [['t', 't']]);
    // What no reading can see, psql refuses itself: code has changed what a backslash means in quotes
    if (mayEscape(db.server)) {
      const off = "do $$ begin perform set_config('standard_conforming_strings', 'off', false); end $$";
      const hidden = await restore(`${off};\nselect '\\'' \\! touch ${mark}\n--';\n`, '--restrict');
      assert.match(hidden.stderr, /<stdin>:2: error: backslash commands are restricted/);
      assert.deepEqual([hidden.code, existsSync(mark)], [2, false]);
    }
    // What dumps have goes on, in any form: a database that is where it is anyway
    const whole = `\\restrict abc\n\\c ${db.name} - ${host} ${port}\ncreate table w (id serial);\ncopy w from stdin;\n4\n\\.\n\\connect "${db.name}"\ninsert into nosuch values (1);\n\\unrestrict abc\n`;
    const { code, stderr } = await restore(whole, '--restrict', '--into-existing');
    assert.match(stderr, /<stdin>:8: ERROR: {2}relation "nosuch"/);
    assert.deepEqual([code, await db.query('select * from w')], [2, [['4']]]);
  },
  { skip: withoutClients },
);

databaseTest(
  'a dump of pg_dump is restored with --restrict',
  newest,
  String.raw`create table t (id serial, x text); insert into t (x) values (E'\\c app'), (E'a\\\\b'), (E'\\.')`,
  async (source, t) => {
    const clients = clientsFor(Math.max(18, source.server.major)) as Clients;
    const cwd = folder(t, 'x', '');
    dump(source, clients, ['--file', join(cwd, 'dump.sql')]);
    dump(source, clients, ['--format', 'custom', '--file', join(cwd, 'dump.custom')]);
    for (const file of ['dump.sql', 'dump.custom'])
      await withDatabase(newest, `restricted ${file.length}`, '', async (target) => {
        const args = ['restore', '--restrict', '--bin-dir', clients.binDir, file, '--url', target.url];
        const { code, stderr } = await pgseq(args, { cwd });
        assert.equal(code, 0, stderr);
        const rows = 'select id, x from t order by id';
        assert.deepEqual(await target.query(rows), await source.query(rows));
      });
  },
  { skip: withoutClients },
);

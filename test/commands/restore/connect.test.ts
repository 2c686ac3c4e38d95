import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clients, clientsFor, dump, withoutClients } from '../../support/clients.ts';
import { databaseTest, withDatabase } from '../../support/database.ts';
import { pgseq } from '../../support/pgseq.ts';
import { newest } from '../../support/servers.ts';

// A script of pg_dump --create turns to the database that it was made of. Run against another one, it would load into the first.

databaseTest(
  'a script that turns to another database is refused before it is run',
  newest,
  'create table t (id serial); insert into t default values;',
  async (source, t) => {
    const clients = clientsFor(Math.max(18, source.server.major)) as Clients;
    const folder = mkdtempSync(join(tmpdir(), 'pgseq-connect-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const [script, own] = [join(folder, 'dump.sql'), join(folder, 'own.sql')];
    dump(source, clients, ['--create', '--file', script]);
    await withDatabase(newest, 'restored elsewhere', '', async (target) => {
      const restore = (file: string): ReturnType<typeof pgseq> =>
        pgseq(['restore', '--bin-dir', clients.binDir, file, target.url]);
      const { code, stdout, stderr } = await restore(script);
      assert.deepEqual([code, stdout], [2, ''], stderr);
      const [[name] = []] = await source.query('select current_database()');
      assert.ok(stderr.includes(`with \\connect: ${String(name)}\n`), stderr);
      assert.deepEqual(await source.query('select count(*)::text from t'), [['1']]);
      const [[itself] = []] = await target.query('select current_database()');
      writeFileSync(own, `\\connect "${String(itself)}"\ncreate table t (id serial);\n`);
      assert.equal((await restore(own)).code, 0);
    });
  },
  { skip: withoutClients },
);

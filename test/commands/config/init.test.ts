import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { databaseTest } from '../../support/database.ts';
import { pgseq } from '../../support/pgseq.ts';
import { newest } from '../../support/servers.ts';
import { behind, ends, folder } from '../support.ts';

const schema = '  "$schema": "./node_modules/pgseq/schema/pgseq.schema.json",\n';

databaseTest(
  'check --init writes what is known, and what is guessed as comments; never over a file',
  newest,
  behind,
  async (db, t) => {
    await db.query(`create table orders (id bigint primary key); create sequence orders_id_seq;
    create table pooled (id bigint primary key); create sequence pooled_seq increment 50;
    insert into orders values (9)`);
    const cwd = folder(t, 'other.txt', '');
    const env = { DATABASE_URL: db.url };
    const text = `{
${schema}  "databases": {
    "${db.name}": {
      "env": "DATABASE_URL",
      "links": [
        // By their names, these sequences may feed these columns; keep what is true, delete the rest
        // "public.orders_id_seq=public.orders.id",
        // "public.pooled_seq=public.pooled.id@below"
      ]
    }
  }
}
`;
    ends(await pgseq(['check', '--init', '-q'], { cwd, env }), { code: 0, stdout: text });
    const file = join(cwd, 'pgseq.json');
    assert.equal(readFileSync(file, 'utf8'), text);
    // It is a configuration as it stands, and with the links taken
    assert.equal((await pgseq(['check', '-q'], { cwd, env })).code, 1);
    writeFileSync(file, text.replaceAll('// "', '"'));
    const { stdout } = await pgseq(['check', '-q'], { cwd, env });
    assert.match(
      stdout,
      /public\.orders\.id: the next id would be 1, but ids up to 9 exist \(sequence public\.orders_id_seq\)/,
    );
    ends(await pgseq(['check', '--init', '-q'], { cwd, env }), {
      code: 2,
      stderr: 'pgseq: pgseq.json exists already and was not changed\n  to write another: --config FILE\n',
    });
  },
);

databaseTest('check --init writes no password, and nothing of the environment', newest, '', async (db, t) => {
  const cwd = folder(t, 'other.txt', '');
  const { host, port } = db.server;
  const url = `postgres://postgres:S3CR3T@${host}:${port}/${db.name}?application_name=it%27s%20me`;
  const { code, stdout, stderr } = await pgseq(['check', '--init', '-q', url], { cwd });
  assert.equal(code, 0);
  assert.match(stdout, /"connection": "[^"]*application_name='it\\\\'s me'[^"]*"/);
  assert.doesNotMatch(stdout + stderr + readFileSync(join(cwd, 'pgseq.json'), 'utf8'), /S3CR3T/);
  assert.match(stderr, /^pgseq: the password was not written to pgseq\.json: /);
  assert.equal((await pgseq(['check', '-q'], { cwd })).code, 0);
  const variables = { PGHOST: host, PGPORT: String(port), PGUSER: 'postgres', PGDATABASE: db.name };
  ends(await pgseq(['check', '--init', '-q', '--config', 'env.json'], { cwd, env: variables }), {
    code: 0,
    stdout: `{\n${schema}  "databases": {\n    "${db.name}": {}\n  }\n}\n`,
  });
});

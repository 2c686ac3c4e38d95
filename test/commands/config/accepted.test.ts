import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, databaseTest } from '../../support/database.ts';
import { pgseq, type PgseqResult } from '../../support/pgseq.ts';
import { newest, servers } from '../../support/servers.ts';
import { behind, behindBlock, ends, folder, type JsonReport } from '../support.ts';

/** A sequence near its limit, which is a warning, and one that is behind, an error. */
const two = `${behind}
  create table small (id smallserial primary key); select setval('small_id_seq', 30000); insert into small default values;`;
const more = 'create table more (id serial primary key); insert into more values (1);';

type Findings = readonly (JsonReport['findings'][number] & {
  readonly accepted?: boolean;
  readonly acceptedBy?: string;
  readonly acceptedReason?: string | null;
})[];

async function findingsOf(cwd: string, ...args: string[]): Promise<Findings> {
  const { stdout } = await pgseq(['check', '-q', '--format', 'json', ...args], { cwd });
  return (JSON.parse(stdout) as { findings: Findings }).findings;
}

function configured({ url }: Pick<Database, 'url'>, app: object): string {
  return JSON.stringify({ databases: { app: { connection: url, failOn: 'warning', ...app } } });
}

databaseTest(
  'a baseline: what was there passes, what is new fails, what is gone is told',
  servers,
  two,
  async (db, t) => {
    const cwd = folder(t, 'other.txt', '');
    const check = (...args: string[]): Promise<PgseqResult> =>
      pgseq(['check', db.url, '--fail-on', 'warning', ...args], { cwd });
    const file = join(cwd, 'pgseq.baseline.json');
    assert.equal((await check()).code, 1);
    ends(await pgseq(['baseline', '-q', db.url], { cwd }), { code: 0, stdout: `${db.name}: 2 findings accepted\n` });
    const written = readFileSync(file, 'utf8');
    const databases = { [db.name]: ['behind:public.users_id_seq', 'near-limit:public.small_id_seq'] };
    assert.equal(written, `${JSON.stringify({ baseline: 1, databases }, null, 2)}\n`);

    const total = '2 sequences: 1 behind, 1 ok; 2 findings accepted (1 behind)\n';
    ends(await check('-q'), { code: 0, stdout: total });
    // The same finding keeps its key, whatever its numbers
    await db.query('insert into users (id) values (40)');
    ends(await check('-q'), { code: 0, stdout: total });
    ends(await pgseq(['baseline', '-q', db.url], { cwd }), { code: 0, stdout: `${db.name}: 2 findings accepted\n` });
    assert.equal(readFileSync(file, 'utf8'), written);
    const told = await check('-q', '--show-ok');
    assert.match(
      told.stdout,
      /^accepted: public\.users\.id: the next id would be 4, .* \[behind\]\n {2}in the baseline\n/m,
    );

    await db.query(more);
    const after = await check('-q');
    assert.equal(after.code, 1);
    assert.match(after.stdout, /^error: public\.more\.id: /);
    assert.doesNotMatch(after.stdout, /error: public\.users_id_seq/);
    assert.deepEqual(
      (await findingsOf(cwd, db.url)).map(({ key, accepted, acceptedBy }) => [key, accepted, acceptedBy]),
      [
        ['behind:public.more_id_seq', undefined, undefined],
        ['near-limit:public.small_id_seq', true, 'baseline'],
        ['behind:public.users_id_seq', true, 'baseline'],
      ],
    );

    await db.query("select setval('users_id_seq', 40); select setval('more_id_seq', 1)");
    const stale = await check();
    assert.equal(stale.code, 0);
    assert.match(
      stale.stderr,
      new RegExp(
        `pgseq\\.baseline\\.json: behind:public\\.users_id_seq of ${db.name} is no longer found; pgseq baseline ${db.url} removes it\n`,
      ),
    );
    // Of what was not looked at, nobody can say that it is gone
    assert.doesNotMatch((await check('-t', 'small')).stderr, /no longer found/);
    await pgseq(['baseline', '-q', db.url], { cwd });
    assert.doesNotMatch(readFileSync(file, 'utf8'), /users/);
  },
);

databaseTest(
  'a baseline keeps what it says of databases that were not looked at, or could not be',
  newest,
  two,
  async (db, t) => {
    const poor = db.role('poor');
    await db.query(`create role ${poor} login`);
    const entries = {
      app: { connection: db.url },
      poor: { connection: db.server.url(db.name, poor) },
      down: { connection: 'postgres://postgres@127.0.0.1:1/none' },
    };
    const cwd = folder(t, 'pgseq.json', JSON.stringify({ databases: entries, baseline: 'known.json' }));
    const known = { poor: ['behind:a.b'], down: ['behind:c.d'], elsewhere: [] };
    writeFileSync(join(cwd, 'known.json'), JSON.stringify({ baseline: 1, databases: known }));
    const { code, stdout, stderr } = await pgseq(['baseline', '-q', '--all-databases'], { cwd });
    assert.deepEqual([code, stdout], [2, 'app: 2 findings accepted\n']);
    assert.match(
      stderr,
      /^pgseq: poor was not updated: some of it could not be read\n {2}pgseq check --database poor says why$/m,
    );
    assert.match(stderr, /^pgseq: down was not updated: cannot connect to /m);
    const { databases } = JSON.parse(readFileSync(join(cwd, 'known.json'), 'utf8')) as { databases: object };
    assert.deepEqual(databases, { ...known, app: ['behind:public.users_id_seq', 'near-limit:public.small_id_seq'] });
    assert.ok(!existsSync(join(cwd, 'pgseq.baseline.json')));
    ends(await pgseq(['check', '-q', '--database', 'app'], { cwd }), {
      code: 0,
      stdout: '2 sequences: 1 behind, 1 ok; 2 findings accepted (1 behind)\n',
    });
  },
);

databaseTest(
  'ignored findings: one by its key, those of a pattern with its reason; nothing is hidden without a word',
  newest,
  two,
  async (db, t) => {
    const cwd = folder(t, 'pgseq.json', configured(db, { ignore: ['near-limit:public.small_id_seq'] }));
    const ignore = (...list: unknown[]): void =>
      writeFileSync(join(cwd, 'pgseq.json'), configured(db, { ignore: list }));
    ends(await pgseq(['check', '-q'], { cwd }), {
      code: 1,
      stdout: `${behindBlock}\n2 sequences: 1 behind, 1 ok; 1 finding accepted\n`,
    });
    const reason = 'loaded anew each night';
    ignore({ key: 'behind:public.u*_seq', reason }, { key: 'near-?imit:*', reason: 'small on purpose' });
    ends(await pgseq(['check', '-q'], { cwd }), {
      code: 0,
      stdout: '2 sequences: 1 behind, 1 ok; 2 findings accepted (1 behind)\n',
    });
    assert.deepEqual(
      (await findingsOf(cwd)).map(({ key, accepted, acceptedBy, acceptedReason }) => [
        key,
        accepted,
        acceptedBy,
        acceptedReason,
      ]),
      [
        ['near-limit:public.small_id_seq', true, 'ignore', 'small on purpose'],
        ['behind:public.users_id_seq', true, 'ignore', reason],
      ],
    );
    // A dot is a dot, and a pattern means whole keys
    ignore({ key: 'behind:public?users_id', reason }, { key: 'near-limit:publicXsmall*', reason });
    const missed = await pgseq(['check'], { cwd });
    assert.equal(missed.code, 1);
    assert.match(missed.stderr, /"ignore" of app: no finding matches behind:public\?users_id any more\n/);
    // fix moves what is behind all the same, and what it cannot mend is as accepted as it was
    ignore('behind:public.users_id_seq', 'near-limit:public.small_id_seq');
    ends(await pgseq(['fix', '-q'], { cwd }), {
      code: 0,
      stdout: 'moved       public.users_id_seq  next 4 -> 17  step\n\n2 sequences: 2 ok; 1 finding accepted\n',
    });
  },
);

databaseTest('what could not be read is not accepted', newest, two, async (db, t) => {
  const poor = db.role('poor');
  await db.query(`create role ${poor} login`);
  const ignore = [{ key: '*', reason: 'all of it' }];
  const cwd = folder(t, 'pgseq.json', configured({ url: db.server.url(db.name, poor) }, { ignore }));
  assert.equal((await pgseq(['check', '-q'], { cwd })).code, 2);
});

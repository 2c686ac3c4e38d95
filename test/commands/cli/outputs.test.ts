import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { replacementFor } from '../../../src/commands/replacement.ts';
import { databaseTest } from '../../support/database.ts';
import { pgseq } from '../../support/pgseq.ts';
import { fromRoot } from '../../support/root.ts';
import { newest } from '../../support/servers.ts';
import { behind, folder, run } from '../support.ts';

// Where results go: never over what is read, never half, and never lost without a word.

const rows = 'id,email\n41,ok\n42,x\n';

databaseTest('nothing that is read is written over, under whatever name', newest, behind, async (db, t) => {
  const cwd = folder(t, 'src.csv', rows);
  symlinkSync('src.csv', join(cwd, 'link'));
  linkSync(join(cwd, 'src.csv'), join(cwd, 'hard'));
  symlinkSync('.', join(cwd, 'here'));
  mkdirSync(join(cwd, 'parts'));
  for (const name of ['parts/toc.dat', 'dump.sql', 'pgseq.json', '.env', 'pgseq.baseline.json'])
    writeFileSync(join(cwd, name), '{}');
  const load = ['import', 'src.csv', '--table', 'users', '--to', db.url];
  for (const [args, file] of [
    [[...load, '--rejects', 'src.csv'], 'src.csv'],
    [[...load, '--rejects', 'link'], 'src.csv'],
    [[...load, '--rejects', 'hard'], 'src.csv'],
    [[...load, '--rejects', './here/src.csv'], 'src.csv'],
    [[...load, '--output', 'src.csv'], 'src.csv'],
    [[...load, '--output', join(cwd, 'hard')], 'src.csv'],
    [['restore', 'dump.sql', '--into-existing', '--output', 'dump.sql', '-d', db.url], 'dump.sql'],
    [['restore', 'parts', '--output', 'parts/toc.dat', '-d', db.url], 'parts/toc.dat'],
    [['check', '--output', 'pgseq.json', db.url], 'pgseq.json'],
    [['check', '--env-file', '.env', '--output', '.env'], '.env'],
    [['check', '--output', 'pgseq.baseline.json', db.url], 'pgseq.baseline.json'],
  ] as const) {
    const before = readFileSync(join(cwd, file), 'utf8');
    const { code, stderr } = await pgseq(args, { cwd });
    assert.equal(code, 2, args.join(' '));
    assert.match(
      stderr,
      /^pgseq: --(output|rejects) \S+ would overwrite \S+, which this run reads\n {2}nothing was done/,
    );
    assert.equal(readFileSync(join(cwd, file), 'utf8'), before);
  }
  const both = await pgseq([...load, '--rejects', 'new', '--output', './here/new'], { cwd });
  assert.match(both.stderr, /name the same file/);
  assert.equal(both.code, 2);
  assert.equal(existsSync(join(cwd, 'new')), false);
  assert.deepEqual(await db.query('select count(*) from users'), [['16']]);
});

databaseTest('a folder that is called like a database or a schema is not read', newest, behind, async (db, t) => {
  const cwd = folder(t, 'unused', '');
  for (const name of ['public', db.name]) {
    mkdirSync(join(cwd, name));
    writeFileSync(join(cwd, name, 'report'), 'older');
  }
  const at = { env: { PGHOST: db.server.host, PGPORT: String(db.server.port), PGUSER: 'postgres' }, cwd };
  for (const args of [
    ['check', '-n', 'public', '--output', 'public/report', '-d', db.name],
    ['check', '--output', `${db.name}/report`, db.name],
  ])
    assert.equal((await pgseq(args, at)).code, 1, args.join(' '));
});

databaseTest('that a report cannot be written is known before anything is moved', newest, behind, async (db, t) => {
  const cwd = folder(t, 'file', '');
  for (const output of ['nowhere/report', 'file/report', '.']) {
    const { code, stderr } = await run(db, ['fix', '--output', output], { cwd });
    assert.equal(code, 2);
    assert.match(stderr, /^pgseq: --output \S+: .*\n {2}nothing was done\n$/);
  }
  assert.deepEqual(await db.query('select last_value from users_id_seq'), [['3']]);
});

databaseTest('what was moved is told when the report cannot be written', newest, behind, async (db) => {
  const full = openSync('/dev/full', 'w');
  const program = [fromRoot('build', 'src', 'cli', 'main.js')];
  const moved = /^moved .*users_id_seq .*4 -> 17/m;
  for (const [args, said] of [
    [['check', db.url], null],
    [['fix', '--format', 'json', db.url], moved],
  ] as const) {
    const stdio: ['ignore', number, 'pipe'] = ['ignore', full, 'pipe'];
    const { status, stderr } = spawnSync(process.execPath, [...program, ...args], { stdio, encoding: 'utf8' });
    assert.equal(status, 2, stderr);
    assert.match(stderr, /^pgseq: cannot write the report to standard output: .*ENOSPC/m);
    assert.doesNotMatch(stderr, /^ +at /m);
    if (said !== null) assert.match(stderr, said);
  }
  await db.query("select setval('users_id_seq', 3)");
  const { code, stderr } = await run(db, ['fix', '--output', '/dev/full']);
  assert.equal(code, 2);
  assert.match(stderr, moved);
  assert.match(stderr, /--output \/dev\/full: ENOSPC/);
});

databaseTest(
  'a report takes the place of an older one, with its permissions, and leaves nothing else',
  newest,
  '',
  async (db, t) => {
    const cwd = folder(t, 'report', 'old and much longer than what comes now');
    symlinkSync('report', join(cwd, 'link'));
    chmodSync(join(cwd, 'report'), 0o666); // more than a umask leaves
    const mode = statSync(join(cwd, 'report')).mode;
    assert.equal((await run(db, ['check', '--output', 'link'], { cwd })).code, 0);
    assert.equal(readFileSync(join(cwd, 'report'), 'utf8'), '0 sequences\n');
    assert.deepEqual([readdirSync(cwd).toSorted(), statSync(join(cwd, 'report')).mode], [['link', 'report'], mode]);
  },
);

test('until a file is complete its place holds what it held', async (t) => {
  const cwd = folder(t, 'report', 'old');
  const place = join(cwd, 'report');
  const lost = await replacementFor(place);
  await lost.write('half');
  assert.equal(readFileSync(place, 'utf8'), 'old');
  await lost.discard();
  assert.deepEqual([readFileSync(place, 'utf8'), readdirSync(cwd)], ['old', ['report']]);
  const whole = await replacementFor(place);
  await whole.write('new');
  await whole.commit();
  await whole.discard();
  assert.deepEqual([readFileSync(place, 'utf8'), readdirSync(cwd)], ['new', ['report']]);
});

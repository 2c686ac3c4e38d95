import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Database, databaseTest } from '../../support/database.ts';
import { spawnPgseq } from '../../support/pgseq.ts';
import { pick, seed } from '../../support/proof.ts';
import { newest } from '../../support/servers.ts';

const directory = mkdtempSync(join(tmpdir(), 'pgseq-memory-'));
after(() => rmSync(directory, { recursive: true }));

const megabyte = 1024 * 1024;
/** As much as one value may have, but for what stands around it. */
const most = 63;

/** Begins with a sign that makes two bytes of each character where a text is held as JavaScript does. */
const wide = `€${'x'.repeat(megabyte - 3)}`;

function file(name: string, before: string, piece: string, behind: string): string {
  const path = join(directory, name);
  const to = openSync(path, 'w');
  writeSync(to, before);
  for (let i = 0; i < most; i++) writeSync(to, piece);
  writeSync(to, behind);
  closeSync(to);
  return path;
}

const reporter = `process.on("exit",()=>process.stderr.write("peak "+process.resourceUsage().maxRSS+" kB"))`;

/** Runs pgseq, and returns what it held at most, in MB. */
async function peak(args: readonly string[]): Promise<{ code: number | null; stderr: string; held: number }> {
  const run = spawnPgseq(args, {
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(reporter)}` },
  });
  const { code, stderr } = await run.result;
  return { code, stderr, held: Number(/peak (\d+) kB/.exec(stderr)?.[1]) / 1024 };
}

/** Memory that no input may take more of, in MB. */
const limit = 400;

const table = 'create table t (id integer, name text, items text[], bytes bytea)';

const sources: [string, string, string, string, args: string[], stored: string][] = [
  ['a.json', '[{"id":1,"name":"', wide, '"}]', [], `octet_length(name) = ${most * megabyte}`],
  ['b.json', '[{"id":1,"name":"', '\\n'.repeat(megabyte / 2), '"}]', [], `octet_length(name) = ${most * megabyte} / 2`],
  [
    'c.json',
    '[{"id":1,"bytes":{"type":"Buffer","data":[',
    '255,'.repeat(megabyte / 4),
    '1]}}]',
    [],
    `octet_length(bytes) = ${most * megabyte} / 4 + 1`,
  ],
  ['d.ndjson', '{"id":1,"name":"', wide, '"}\n', [], `octet_length(name) = ${most * megabyte}`],
  ['e.csv', 'id,name\n1,"', wide, '"\n', [], `octet_length(name) = ${most * megabyte}`],
  [
    'f.csv',
    'id,name\n1,"',
    wide,
    '"\n',
    ['--rejects', join(directory, 'rejects')],
    `octet_length(name) = ${most * megabyte}`,
  ],
  ['g.tsv', 'id\tname\n1\t', '\\n'.repeat(megabyte / 2), '\n', [], `octet_length(name) = ${most * megabyte} / 2`],
  [
    'h.csv',
    'id,name\n1,"',
    '\\\\'.repeat(megabyte / 2 - 1),
    '"\n',
    ['--rejects', join(directory, 'rejects')],
    `octet_length(name) = ${most} * (${megabyte} - 2)`,
  ],
  [
    'i.tsv',
    'id\tname\n1\t',
    wide,
    '\n',
    ['--rejects', join(directory, 'rejects')],
    `octet_length(name) = ${most * megabyte}`,
  ],
  [
    'j.tsv',
    'id\tname\n1\t',
    '\\n'.repeat(megabyte / 2),
    '\n',
    ['--rejects', join(directory, 'rejects')],
    `octet_length(name) = ${most * megabyte} / 2`,
  ],
];

// Each takes seconds, most of them in PostgreSQL
for (const [name, before, piece, behind, args, stored] of pick(seed(), sources, 3))
  databaseTest(
    `a value of ${most} MB is loaded within ${limit} MB: ${name} ${args[0] ?? ''}`,
    newest,
    table,
    async (db: Database, t) => {
      seed(t);
      const path = file(name, before, piece, behind);
      const { code, stderr, held } = await peak(['import', path, '--table', 't', '--to', db.url, ...args]);
      rmSync(path);
      assert.equal(code, 0, stderr);
      assert.deepEqual(await db.query(`select ${stored} from t`), [['t']]);
      assert.ok(held < limit, `${held} MB`);
    },
  );

const scripts: readonly (readonly [what: string, before: string, piece: string, behind: string])[] = [
  ['a wide statement', "insert into z values ('", wide, "');\n"],
  ['two wide statements', "insert into z values ('", wide, `');\ninsert into z values ('${wide.repeat(most)}');\n`],
  ['a statement of very many lines', 'insert into z values\n', '(1),\n'.repeat(100_000), '(2);\n'],
  ['a command with an argument in quotes', "\\echo '", "''".repeat(megabyte / 2), "'\n"],
  ['a command with a word of colons', '\\echo ', ':'.repeat(megabyte / 2), '\n'],
  ['a command with very many words', '\\echo ', 'a '.repeat(megabyte / 8), '\n'],
];

for (const [what, before, piece, behind] of pick(seed(), scripts, 2))
  test(`a script is read within ${limit} MB: ${what}`, async (t) => {
    seed(t);
    const sql = file('h.sql', `create table z (t text);\n${before}`, piece, behind);
    const { code, stderr, held } = await peak(['restore', '--inspect', sql]);
    rmSync(sql);
    assert.equal(code, 0, stderr);
    assert.ok(held < limit, `${held} MB`);
  });

test('more keys than any table has columns take no more', async () => {
  const keys = Array.from({ length: 90_000 }, (_, i) => `,"${i}":1`).join('');
  const json = file('i.json', '[{"id":1', keys, '}]');
  const refused = await peak(['import', json, '--table', 't', '--to', 'host=127.0.0.1 port=1']);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /i\.json, line 1: there are more than 10000 different keys up to here/);
  assert.ok(refused.held < limit, `${refused.held} MB`);
});

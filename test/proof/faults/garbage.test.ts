import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { check, Problem } from '../../../src/index.ts';
import { connect } from '../../../src/pg/connection/connect.ts';
import { readConninfo } from '../../../src/pg/conninfo/index.ts';
import { keywords } from '../../../src/pg/conninfo/keywords.ts';
import { session } from '../../../src/pg/connection/session.ts';
import { behind, folder } from '../../commands/support.ts';
import { type Database, databaseTest } from '../../support/database.ts';
import { amount, pick, seed } from '../../support/proof.ts';
import { pgseq } from '../../support/pgseq.ts';
import { newest } from '../../support/servers.ts';

// Garbage in every variable that libpq reads, and in the file that --env-file names: it works as if it were not there, or the
// error names the variable. Nothing is changed, no password is shown, and nothing else ever comes out.

const variables = Object.values(keywords).flatMap((row) => ('env' in row ? [row.env] : []));

const known = [
  '',
  ' ',
  '\t\n',
  '\u001b[31m\u0007\u0000',
  '🦆',
  '-1',
  '0',
  '1e9',
  '99999999999999999999',
  'x'.repeat(20_000),
  "'; drop table users; --",
  '%00%2e',
  '/nonexistent/\u202egarbage',
  ',',
  '=',
];
const garbage = fc.oneof(fc.constantFrom(...known), fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }));

const secret = 'hush-hush';

function variablesFor(db: Database): Record<string, string> {
  const { host, port } = newest;
  return { PGHOST: host, PGPORT: String(port), PGUSER: 'postgres', PGDATABASE: db.name, PGPASSWORD: secret };
}

/** Checks with such an environment; the error as it would be shown, or null where it worked. */
async function complaint(env: Record<string, string>): Promise<string | null> {
  try {
    const connection = await connect(readConninfo({ env, home: '/nonexistent' }));
    try {
      const { summary, database } = await check(session(connection));
      // Without a database the one of the user's name is taken, as by psql
      assert.equal(summary.behind, database.name === 'postgres' ? 0 : 1);
      return null;
    } finally {
      await connection.end();
    }
  } catch (error) {
    assert.ok(error instanceof Problem, (error as Error).stack);
    return `${error.message}\n${error.hint ?? ''}`;
  }
}

databaseTest('garbage in any PG* variable', newest, behind, async (db, t) => {
  const from = seed(t);
  const nameless: string[] = [];
  const counts = { worked: 0, refused: 0 };
  const pairs = [
    ...pick(
      from,
      variables.flatMap((name) => known.map((value) => ({ name, value }))),
      60,
    ),
    ...fc.sample(fc.record({ name: fc.constantFrom(...variables), value: garbage }), {
      numRuns: amount(30, 300),
      seed: from,
    }),
  ];
  for (const { name, value } of pairs) {
    const text = await complaint({ ...variablesFor(db), PGCONNECT_TIMEOUT: '60', [name]: value });
    if (text === null) counts.worked++;
    else {
      counts.refused++;
      if (!text.includes(name))
        nameless.push(`${name} = ${JSON.stringify(value.slice(0, 80))}: ${text.slice(0, 300)} … ${text.slice(-100)}`);
      assert.ok(!text.includes(secret));
    }
  }
  t.diagnostic(JSON.stringify(counts));
  assert.equal(nameless.join('\n'), '');
  assert.deepEqual(await db.query('select last_value from users_id_seq'), [['3']]);
});

databaseTest('garbage in the file of --env-file', newest, behind, async (db, t) => {
  const directory = folder(t, '.env', '');
  const file = join(directory, '.env');
  const lines = Object.entries(variablesFor(db)).map(([name, value]) => `${name}=${value}`);
  const random = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 2000 }), {
    numRuns: 4,
    seed: seed(t),
  });
  const contents: readonly (string | Uint8Array)[] = [
    ...random,
    '',
    '='.repeat(1000),
    `${lines.join('\r\n')}\r\n===\r\nPGPORT\r\n"PGSSLMODE\r\n`,
    `\uFEFF${lines.join('\n')}`,
    [...lines, 'PGUSER="postgres\u0000database\u0000template1"'].join('\n'),
    [...lines, 'PGPORT=seventy'].join('\n'),
    [...lines, `PGSSLMODE=${'🦆'.repeat(5000)}`].join('\n'),
    [...lines, 'PGHOST="127.0.0.1\nPGPORT=1"'].join('\n'),
  ];
  for (const content of contents) {
    writeFileSync(file, content);
    const { code, stdout, stderr } = await pgseq(['fix', '--dry-run', '-q', '--env-file', file], {
      env: { PGCONNECT_TIMEOUT: '60' },
    });
    const shown = Buffer.from(content).toString().slice(0, 200);
    assert.ok(code === 2 || (code === 1 && stdout.includes('users_id_seq')), `${code} after ${shown}: ${stderr}`);
    if (code === 2) assert.match(stderr, /^pgseq: /);
    assert.doesNotMatch(stdout + stderr, /\n {4}at |hush-hush/);
    // oxlint-disable-next-line no-control-regex -- that none gets to the terminal is the point
    assert.doesNotMatch(stderr, /[\u0000-\u0008\u000b-\u001f]/);
  }
  for (const [path, said] of [
    [directory, 'it is a directory, not a file'],
    [join(directory, 'none'), 'ENOENT'],
  ] as const) {
    const { code, stderr } = await pgseq(['check', '-q', '--env-file', path]);
    if (code === 9)
      assert.match(stderr, /: (?:not found|invalid format)\n$/); // Node 20 looks for the file itself
    else assert.ok(code === 2 && stderr.startsWith(`pgseq: --env-file ${path}: ${said}`), stderr);
  }
  assert.deepEqual(await db.query('select last_value from users_id_seq'), [['3']]);
});

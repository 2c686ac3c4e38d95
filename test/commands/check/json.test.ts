import assert from 'node:assert/strict';
import { type Database, databaseTest } from '../../support/database.ts';
import { version } from '../../../src/version.generated.ts';
import { newest, servers } from '../../support/servers.ts';
import { behind, only, report, run } from '../support.ts';

const shop = `${behind}
  create table a (id bigint generated always as identity (start -9223372036854775808 minvalue -9223372036854775808 increment -1 maxvalue -1) );
  create sequence "Mixed".s`;

/** The report of `behind`, whole, as the contract has it: the order of the keys, texts for 64-bit numbers. */
const sequenceText = `{
      "name": "public.users_id_seq",
      "schema": "public",
      "sequence": "users_id_seq",
      "dataType": "integer",
      "start": "1",
      "increment": "1",
      "min": "1",
      "max": "2147483647",
      "cache": "1",
      "cycle": false,
      "lastValue": "3",
      "isCalled": true,
      "next": "4",
      "columns": [
        {
          "name": "public.users.id",
          "schema": "public",
          "table": "users",
          "column": "id",
          "dataType": "integer",
          "link": "owned",
          "furthest": "16",
          "indexed": true,
          "unique": "yes"
        }
      ],
      "furthest": "16",
      "state": "behind",
      "reason": null,
      "message": "public.users.id: the next id would be 4, but ids up to 16 exist (sequence public.users_id_seq)",
      "collision": {
        "value": "4",
        "after": "0"
      },
      "target": "17",
      "behindBy": "13",
      "remaining": "2147483631",
      "used": 7.450580596923828e-9
    }`;

/** The version of the server as the contract prints it: 15.18. */
async function serverVersion(db: Database): Promise<string> {
  const [[setting]] = (await db.query(`select split_part(current_setting('server_version'), ' ', 1)`)) as [[string]];
  return setting;
}

databaseTest('check prints the contract’s shape, to the byte, and again the same', servers, behind, async (db) => {
  const first = await run(db, ['check', '-q', '--format', 'json']);
  const move = JSON.stringify(JSON.parse(first.stdout).findings[0].fix);
  assert.equal(
    first.stdout,
    `{
  "report": 1,
  "version": "${version}",
  "command": "check",
  "database": {
    "host": "${db.server.host}",
    "port": ${db.server.port},
    "name": "${db.name}",
    "user": "postgres",
    "serverVersion": "${await serverVersion(db)}",
    "standby": false
  },
  "summary": {
    "sequences": 1,
    "ok": 0,
    "behind": 1,
    "exhausted": 0,
    "empty": 0,
    "unlinked": 0,
    "incomparable": 0,
    "unknown": 0
  },
  "sequences": [
    ${sequenceText}
  ],
  "findings": [
    {
      "rule": "behind",
      "level": "error",
      "key": "behind:public.users_id_seq",
      "sequence": "public.users_id_seq",
      "message": "public.users.id: the next id would be 4, but ids up to 16 exist (sequence public.users_id_seq)",
      "help": "The next insert fails (4 is taken). Likely cause: rows were stored with ids that did not come from the sequence (a seed, an import), or it was set back.",
      "fix": ${move}
    }
  ]
}
`,
  );
  assert.equal((await run(db, ['check', '-q', '--format', 'json', '--show-ok', '-j', '4'])).stdout, first.stdout);

  // The SQL of a finding cures it
  await db.query(JSON.parse(move) as string);
  assert.equal(only(await report(db, ['check'])).state, 'ok');
});

databaseTest('fix adds what it did, and nothing else', newest, behind, async (db) => {
  const dry = only(await report(db, ['fix', '--dry-run']));
  const before = { lastValue: '3', isCalled: true, next: '4' };
  assert.deepEqual(added(dry), { action: 'would-move', before, after: null, method: 'step', error: null });
  const fixed = await report(db, ['fix']);
  const after = { lastValue: '16', isCalled: true, next: '17' };
  assert.deepEqual(added(only(fixed)), { action: 'moved', before, after, method: 'step', error: null });
  assert.deepEqual(
    [only(fixed).state, only(fixed).next, only(fixed).target, only(fixed).collision],
    ['ok', '17', null, null],
  );
  const again = only(await report(db, ['fix']));
  assert.deepEqual(added(again), { action: 'unchanged', before: null, after: null, method: null, error: null });
  const runs = await Promise.all([1, 2].map(() => run(db, ['fix', '-q', '--format', 'json'])));
  assert.equal(runs[0]?.stdout, runs[1]?.stdout);
});

function added(sequence: object): unknown {
  const checked = Object.keys(JSON.parse(sequenceText) as object);
  return Object.fromEntries(Object.entries(sequence).filter(([key]) => !checked.includes(key)));
}

databaseTest(
  '64-bit numbers are exact texts, sequences sorted by bytes',
  newest,
  `create schema "Mixed"; ${shop}`,
  async (db) => {
    const { sequences } = await report(db, ['check']);
    assert.deepEqual(
      sequences.map(({ name }) => name),
      ['"Mixed".s', 'public.a_id_seq', 'public.users_id_seq'],
    );
    const [, descending] = sequences as unknown as Record<string, unknown>[];
    const { start, increment, min, max, next, remaining, cycle, isCalled } = descending ?? {};
    assert.deepEqual(
      { start, increment, min, max, next, remaining, cycle, isCalled },
      {
        start: '-9223372036854775808',
        increment: '-1',
        min: '-9223372036854775808',
        max: '-1',
        next: '-9223372036854775808',
        remaining: '1',
        cycle: false,
        isCalled: false,
      },
    );
  },
);

databaseTest('used is a share of the values that both the sequence and its columns hold', newest, '', async (db) => {
  await db.query(`
    create sequence s minvalue -9223372036854775808 start 1;
    create table t (id int primary key default nextval('s'));
    insert into t default values`);
  const { sequences, findings } = await report(db, ['check']);
  const { remaining, used } = sequences[0] as unknown as { remaining: string; used: number };
  assert.deepEqual([remaining, used.toFixed(3)], ['2147483646', '0.500']);
  assert.ok(!findings.some(({ rule }) => rule === 'near-limit'));
});

databaseTest(
  'an owner whose default hands the sequence to a function of its own is told apart',
  newest,
  '',
  async (db) => {
    await db.query(`
    create table t (id serial);
    create function mine(regclass) returns bigint language sql as 'select nextval($1)';
    alter table t alter id set default mine('t_id_seq')`);
    const { state, reason } = only(await report(db, ['check']));
    assert.deepEqual([state, reason], ['unlinked', 'owner-has-other-default']);
  },
);

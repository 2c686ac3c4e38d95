import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readErrors } from '../../src/explain/read-errors.ts';
import { type ErrorVerdict, verdictOf } from '../../src/explain/verdict.ts';
import type { ErrorText } from '../../src/explain/error-text.ts';

type Said = Partial<ErrorText> & { readonly verdict?: ErrorVerdict['sequence'] };

/** Each text tells of one error, and says this of it. */
function tell(name: string, cases: readonly (readonly [text: string, said: Said])[]): void {
  test(name, () => {
    for (const [text, said] of cases) {
      const [error, ...more] = readErrors(text);
      assert.ok(error !== undefined, text);
      assert.deepEqual(more, [], text);
      const all = { ...error, verdict: verdictOf(error).sequence };
      const keys = Object.keys(said) as (keyof Said)[];
      assert.deepEqual(Object.fromEntries(keys.map((key) => [key, all[key]])), said, text);
    }
  });
}

const violates = 'ERROR: duplicate key value violates unique constraint';
const detail = 'DETAIL:  Key (id)=(7) already exists.';
const otp: Said = { kind: 'unique', constraint: 'otp_pkey', verdict: 'likely' };

tell('a name whose quotes a shell, a log, a page or a reader has changed or taken', [
  ...[
    'otp_pkey',
    '"otp_pkey"',
    "'otp_pkey'",
    '`otp_pkey`',
    '**otp_pkey**',
    '**`otp_pkey`**',
    '*otp_pkey*',
    '‘otp_pkey’',
    '’otp_pkey’',
    '“otp_pkey”',
    '”otp_pkey”',
    '„otp_pkey“',
    '«otp_pkey»',
    '« otp_pkey »',
    '‹otp_pkey›',
    '「otp_pkey」',
    '＂otp_pkey＂',
    '[otp_pkey]',
    '(otp_pkey)',
    '<otp_pkey>',
    '{otp_pkey}',
    String.raw`\"otp_pkey\"`,
    String.raw`\\\"otp_pkey\\\"`,
    String.raw`\u0022otp_pkey\u0022`,
    String.raw`\u201cotp_pkey\u201d`,
    String.raw`\x22otp_pkey\x22`,
    '""otp_pkey""',
    '&quot;otp_pkey&quot;',
    '&#34;otp_pkey&#x22;',
    '&amp;quot;otp_pkey&amp;quot;',
    '&ldquo;otp_pkey&rdquo;',
    '<code>otp_pkey</code>',
    '<b class="x">"otp_pkey"</b>',
    '\u00a0"otp_pkey"\u200b',
    ': otp_pkey.',
    'otp_pkey"= module=filter',
    'otp_pkey (SQLSTATE 23505)',
  ].map((name) => [`${violates} ${name}`, otp] as const),
  [encodeURIComponent(`${violates} "otp_pkey"\n${detail}`), { ...otp, columns: ['id'], value: '7' }],
  [encodeURIComponent(`${violates} "otp_pkey"`).replaceAll('%20', '+'), otp],
  ['doppelter Schlüsselwert verletzt Unique-Constraint otp_pkey', otp],
  ['重複したキー値は一意性制約otp_pkey違反となります', otp],
  ['tekrar eden kayıt, otp_pkey tekil kısıtlamasını ihlal etmektedir', otp],
  [violates, { kind: 'unique', constraint: null, verdict: 'possible' }],
  [`${violates} (SQLSTATE 23505)`, { kind: 'unique', constraint: null }],
]);

tell('DEFAULT, nextval and what OVERRIDING passes over are no ids that were given', [
  ...(
    [
      ['insert into otp (id, code) values (default, 7)', ['code'], 'likely'],
      ['INSERT INTO "otp" ("id","code") VALUES (DEFAULT,$1),(DEFAULT,$2) RETURNING "id"', ['code'], 'likely'],
      [`insert into otp (id, code) values (nextval('otp_id_seq'), 'a, (b')`, ['code'], 'likely'],
      [`insert into otp (code, id) select c, nextval('otp_id_seq'::regclass) from x`, ['code'], 'likely'],
      [`insert into otp (id, code) values ((select nextval('otp_id_seq')), 1)`, ['code'], 'likely'],
      ['insert into otp default values', [], 'likely'],
      ['insert into otp values (default, 7)', [], 'likely'],
      ['insert into otp (id, code) overriding user value values (7, 8)', [], 'likely'],
      ['insert into otp (code) values (7)', ['code'], 'likely'],
      ['insert into otp as o (code) values (7) on conflict do nothing', ['code'], 'likely'],
      ['insert into otp (id, code) overriding system value values (7, 8)', ['id', 'code'], 'possible'],
      ['insert into otp (id, code) values (default, 1), (7, 2)', ['id', 'code'], 'possible'],
      ['INSERT INTO OTP (ID, CODE) VALUES (?, ?)', ['id', 'code'], 'possible'],
      ['insert into otp (id, code) select id, code from old', ['id', 'code'], 'possible'],
      [`insert into otp values (7, 'x')`, ['id'], 'possible'],
      ['insert into otp values ($1, $2)', ['id'], 'possible'],
      ['merge into otp o using x on x.id = o.id when not matched then insert (id) values (default)', [], 'likely'],
    ] as const
  ).map(
    ([statement, given, verdict]) =>
      [
        `${violates} "otp_pkey"\n${detail}\nSTATEMENT:  ${statement}`,
        { ...otp, table: 'otp', statement: 'insert', given: [...given], verdict },
      ] as const,
  ),
  [
    `${violates} "otp_pkey"\n${detail}\nSTATEMENT:  update otp set id = 7`,
    { statement: 'update', table: 'otp', verdict: 'no' },
  ],
]);

tell('names without quotes are folded as PostgreSQL folds them', [
  [
    `${violates} "table_name_pkey"#012STATEMENT:  INSERT INTO TABLE_NAME (A) VALUES ($1)`,
    { table: 'table_name', given: ['a'] },
  ],
  [`${violates} "t_pkey"\nSTATEMENT:  INSERT INTO App.T (A) VALUES (1)`, { schema: 'app', table: 't' }],
  [
    `${violates} "T_pkey"\nSTATEMENT:  INSERT INTO "App"."T" ("A") VALUES (1)`,
    { schema: 'App', table: 'T', given: ['A'] },
  ],
  [`${violates} "t_pkey"\nSTATEMENT:  INSERT INTO db.app.t (a) VALUES (1)`, { schema: 'app', table: 't' }],
  [`${violates} "User_pkey"\nSTATEMENT:  INSERT INTO User (a) VALUES (1)`, { table: 'User' }],
]);

tell('the fields that drivers print', [
  [
    `pq.Error{Message:"duplicate key value violates unique constraint \\"otp_pkey\\"", Schema:"app", Table:"otp"}`,
    { schema: 'app', table: 'otp' },
  ],
  [
    `PgError{Message:"duplicate key value violates unique constraint \\"otp_pkey\\"", SchemaName:"app", TableName:"otp"}`,
    { schema: 'app', table: 'otp' },
  ],
  [`${violates} "otp_pkey"\n  schema: 'app',\n  table: 'otp',`, { schema: 'app', table: 'otp' }],
]);

const failed = (line: string): string =>
  `2026-11-30 05:04:58.790 UTC [1424] ERROR:  duplicate key value violates unique constraint "otp_pkey"\n2026-11-30 05:04:58.790 UTC [1424] ${detail}\n${line}`;
const logged = (pid: number, statement: string): string =>
  `2026-11-30 05:04:58.700 UTC [${pid}] LOG:  statement: ${statement}\n`;

tell('of the statements in a log the one that failed is the nearest of its session that did not succeed', [
  [
    `${logged(1424, 'insert into otp (id) values (7)')}${logged(1424, 'insert into otp (code) values (1)')}${failed('')}`,
    { given: ['code'], verdict: 'likely' },
  ],
  [
    `${logged(1424, 'insert into otp (code) values (1)')}${logged(9, 'insert into otp (id) values (7)')}${failed('')}`,
    { given: ['code'], verdict: 'likely' },
  ],
  // Only another session's: none is known
  [`${logged(9, 'insert into otp (id) values (7)')}${failed('')}`, { given: null, verdict: 'likely' }],
  [`${logged(1424, 'insert into otp (id) values (7)')}${logged(1424, 'COMMIT')}${failed('')}`, { given: null }],
  // What the session did next
  [failed(logged(1424, 'insert into otp (id) values (9)')), { given: null, verdict: 'likely' }],
  // STATEMENT lines of others between
  [
    failed(
      '2026-11-30 05:04:58.790 UTC [9] STATEMENT:  insert into otp (id) values (7)\n2026-11-30 05:04:58.790 UTC [1424] STATEMENT:  insert into otp (code)\n\tvalues (1)\n',
    ),
    { given: ['code'], verdict: 'likely' },
  ],
  // A transcript of psql
  [
    `insert into otp (id) values (7);\nINSERT 0 1\ninsert into otp (code) values (1);\n${violates} "otp_pkey"\n${detail}\ninsert into otp (id) values (9);\nINSERT 0 1\n`,
    { given: ['code'], verdict: 'likely' },
  ],
  // Nothing says which of two it was
  [
    `insert into otp (id) values (7)\ninsert into otp (code) values (1)\n${violates} "otp_pkey"\n${detail}`,
    { statement: null, given: null, verdict: 'likely' },
  ],
  // Of another table: a trigger's, or long ago
  [
    `insert into audit (id) values (7);\n${violates} "otp_pkey"\n${detail}`,
    { table: null, given: null, verdict: 'likely' },
  ],
]);

tell('one failure is told once, however often its program repeats it', [
  [
    `psycopg2.errors.UniqueViolation: ${violates} "otp_pkey"\n${detail}\n\nThe above exception was the direct cause of the following exception:\n\ndjango.db.utils.IntegrityError: ${violates} "otp_pkey"\n${detail}`,
    { times: 1, value: '7' },
  ],
  [
    `X: ${violates} "otp_pkey"\n${detail}\nNext Y: ${violates} "otp_pkey"\n${detail}\nNext Z: ${violates} "otp_pkey"\n${detail}`,
    { times: 1 },
  ],
  [
    JSON.stringify(
      {
        message: `${violates} "otp_pkey"`,
        detail: 'Key (id)=(7) already exists.',
        stack: `${violates} "otp_pkey"\n  at x`,
      },
      null,
      2,
    ),
    { times: 1, columns: ['id'], value: '7' },
  ],
  [
    `${failed('')}2026-11-30 05:05:00.000 UTC [1425] ERROR:  duplicate key value violates unique constraint "otp_pkey"\n2026-11-30 05:05:00.000 UTC [1425] ${detail}\n`,
    { times: 2 },
  ],
  [
    `${violates} "otp_pkey"\nDETAIL:  Key (id)=(7) already exists.\n${violates} "otp_pkey"\nDETAIL:  Key (id)=(8) already exists.`,
    { times: 2 },
  ],
]);

test('constraints of one name in two schemas are two errors', () => {
  const one = (schema: string): string =>
    `${violates} "otp_pkey"\n${detail}\nSCHEMA NAME:  ${schema}\nTABLE NAME:  otp\n`;
  assert.deepEqual(
    readErrors(one('a') + one('b')).map(({ schema }) => schema),
    ['a', 'b'],
  );
});

test('a number with the digits of the SQLSTATE is none', () => {
  for (const text of ['order 23505 was shipped', 'id 123505; 23505 rows']) assert.deepEqual(readErrors(text), []);
});

tell('a SQLSTATE, a DETAIL, a name are enough to start from', [
  ['Got 23505 again', { kind: 'unique', constraint: null }],
  ['23505', { kind: 'unique', constraint: null, verdict: 'possible' }],
  ['SQLSTATE[23505]', { kind: 'unique', constraint: null }],
  ['P2002', { kind: 'unique', constraint: null }],
  ['unique_violation', { kind: 'unique', constraint: null }],
  ['otp_pkey', otp],
  ['Otp_pkey', { kind: 'unique', constraint: 'Otp_pkey' }],
  ['Key (id)=(1) already exists', { kind: 'unique', constraint: null, columns: ['id'], value: '1', verdict: 'likely' }],
  ['Schlüssel »(id)=(1)« existiert bereits.', { kind: 'unique', columns: ['id'], value: '1' }],
  ['otp', { kind: 'name', constraint: 'otp' }],
  ['app.otp', { kind: 'name', constraint: 'app.otp' }],
  ['otp_id_seq', { kind: 'name', constraint: 'otp_id_seq' }],
  ['ERROR:  permission denied for sequence otp_id_seq', { kind: 'denied', constraint: 'otp_id_seq', verdict: 'no' }],
  ['something went wrong with otp_id_seq here', { kind: 'name', constraint: 'otp_id_seq' }],
]);

tell('sequences that have no value left, that do not exist, and columns that are full', [
  [
    'nextval: reached maximum value of sequence otp_id_seq (2147483647)',
    { kind: 'limit', constraint: 'otp_id_seq', verdict: 'likely' },
  ],
  ['nextval: reached minimum value of sequence "down" (-100)', { kind: 'limit', constraint: 'down' }],
  ['reached maximum **value of sequence"s" (800)**', { kind: 'limit', constraint: 's' }],
  ['nextval: Maximalwert von Sequenz »otp_id_seq« erreicht (800)', { kind: 'limit', constraint: 'otp_id_seq' }],
  ['FEHLER:  Sequenz »otp_id_seq« existiert nicht', { kind: 'missing', constraint: 'otp_id_seq' }],
  ['ERROR:  relation "app.otp_id_seq" does not exist', { kind: 'missing', constraint: 'app.otp_id_seq' }],
  [`relation "numbers" does not exist\nLINE 1: select nextval('numbers')`, { kind: 'missing', constraint: 'numbers' }],
  ['ERREUR:  la relation « otp_id_seq » n’existe pas'.replace('’', "'"), { kind: 'missing', constraint: 'otp_id_seq' }],
  [
    'ERROR:  integer out of range\nSTATEMENT:  INSERT INTO otp DEFAULT VALUES',
    { kind: 'range', constraint: 'integer', table: 'otp', verdict: 'likely' },
  ],
  ['ERROR:  smallint out of range', { kind: 'range', constraint: 'smallint', verdict: 'possible' }],
  ['FEHLER:  integer ist außerhalb des gültigen Bereichs', { kind: 'range', constraint: 'integer' }],
  [
    'ERROR:  value "3000000000" is out of range for type integer',
    { kind: 'range', constraint: 'integer', verdict: 'possible' },
  ],
]);

test('what is about no sequence is not read as if it were', () => {
  for (const text of [
    'ERROR:  relation "users" does not exist',
    'Key (a_id)=(3) is not present in table "a".',
    "Duplicate entry '1' for key 'PRIMARY'",
    'syntax error at or near "foo"',
  ])
    assert.deepEqual(readErrors(text), [], text);
});

test('a text that a sequence may have made is not called none of a sequence; what none makes is', () => {
  const of = (value: string): ErrorVerdict =>
    verdictOf(readErrors(`${violates} "m_pkey"\nDETAIL:  Key (obj_id)=(${value}) already exists.`)[0] as ErrorText);
  assert.equal(of('ch00CA000007').sequence, 'possible');
  assert.equal(of('INV-7').sequence, 'possible');
  assert.equal(of('d2289403-b5f0-4e2c-8a3e-0123456789ab').sequence, 'no');
  assert.equal(of('ada@example.com').sequence, 'no');
  for (const value of ['ch00CA000007', 'ada@example.com']) assert.doesNotMatch(of(value).why, /really there/);
});

const nulled: Said = { kind: 'null', columns: ['id'], table: 'users', constraint: null, value: null };
const insert = 'STATEMENT:  insert into users (name) values ($1)';

tell('a column of ids that got no value', [
  ['23502: null value in column "id" of relation "users" violates not-null constraint', nulled],
  ['null value in column id of relation users violates not-null constraint', nulled],
  [String.raw`null value in column \"id\" of relation \"users\" violates not-null constraint`, nulled],
  [
    `ERROR:  null value in column "id" violates not-null constraint\nDETAIL:  Failing row contains (null, 5).\n${insert}`,
    nulled,
  ],
  ['NULL-Wert in Spalte »id« von Relation »users« verletzt Not-Null-Constraint', nulled],
  ['une valeur NULL viole la contrainte NOT NULL de la colonne « id » dans la relation « users »', nulled],
  ['el valor nulo en la columna «id» de la relación «users» viola la restricción de no nulo', nulled],
  ['значение NULL в столбце "id" отношения "users" нарушает ограничение NOT NULL', nulled],
  [
    'null value in column "user_no" of relation "we""ird" violates not-null constraint',
    { kind: 'null', columns: ['user_no'] },
  ],
  [
    'null value in column "id" of relation "users" violates not-null constraint\nSTATEMENT:  update users set id = null',
    { ...nulled, verdict: 'no' },
  ],
]);

test('a column that nobody numbers is none of ours', () => {
  for (const column of ['email', 'name', 'created_at'])
    assert.deepEqual(
      readErrors(`null value in column "${column}" of relation "users" violates not-null constraint`),
      [],
    );
});

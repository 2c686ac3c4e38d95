import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readErrors } from '../../src/explain/read-errors.ts';
import { verdictOf } from '../../src/explain/verdict.ts';
import { fromRoot } from '../support/root.ts';
import type { ErrorText } from '../../src/explain/error-text.ts';

interface Sample {
  readonly name: string;
  readonly text: string;
  readonly expect: Pick<ErrorText, 'constraint' | 'schema' | 'table' | 'columns' | 'value'>;
}

const texts = (file: string): Sample[] =>
  JSON.parse(readFileSync(fromRoot('test', 'explain', 'texts', file), 'utf8')) as Sample[];

const said = ({ constraint, schema, table, columns, value }: ErrorText): Sample['expect'] => ({
  constraint,
  schema,
  table,
  columns,
  value,
});

for (const file of ['errors.json', 'afterwards.json'])
  for (const { name, text, expect } of texts(file))
    test(`an error is read as it is: ${name}`, () => {
      assert.deepEqual(readErrors(text).map(said), [expect]);
    });

/** They load rows with ids of their own, or rows that are there already: no sequence gave the id that is taken. */
const loads = /CONTEXT: {2}COPY|COPY [\w".]+, line/;

test('errors about keys that a sequence feeds are not taken for something else', () => {
  const judged = ['errors.json', 'afterwards.json'].flatMap((file) =>
    texts(file)
      .filter(({ text }) => !loads.test(text))
      .map(({ name, text }) => [name, verdictOf(readErrors(text)[0] as ErrorText).sequence] as const),
  );
  assert.deepEqual(
    judged.filter(([, sequence]) => sequence === 'no'),
    [],
  );
  const likely = judged.filter(([, sequence]) => sequence === 'likely').length;
  assert.ok(likely > judged.length * 0.8, `${likely} of ${judged.length}`);
});

for (const { name, text } of texts('others.json'))
  test(`it is not said to be a sequence's fault: ${name}`, () => {
    for (const error of readErrors(text)) assert.notEqual(verdictOf(error).sequence, 'likely', verdictOf(error).why);
  });

test('sequences that have reached their end', () => {
  const found = texts('limits.json').flatMap(({ text }) => readErrors(text));
  assert.deepEqual(
    found.map(({ kind, constraint }) => [kind, constraint]),
    [
      ['limit', 'events_small_id_seq'],
      ['limit', 'big_serial_table_overflow_seq'],
      ['limit', 'objects_id_seq'],
      ['limit', 'deleted_blocks_id_seq'],
    ],
  );
});

test('a whole log: each error once, and how often', () => {
  const line = (table: string, id: number): string =>
    `2026-11-27 07:00:00 UTC [7] ERROR:  duplicate key value violates unique constraint "${table}_pkey"\n` +
    `2026-11-27 07:00:00 UTC [7] DETAIL:  Key (id)=(${id}) already exists.\n` +
    `2026-11-27 07:00:00 UTC [7] STATEMENT:  insert into shop.${table} (name) values ('x')\n`;
  const log = `LOG:  checkpoint starting\n${line('users', 5)}${line('orders', 7)}LOG:  done\n${line('users', 6)}`;
  assert.deepEqual(
    readErrors(log).map(({ schema, table, value, times }) => [schema, table, value, times]),
    [
      ['shop', 'users', '5', 2],
      ['shop', 'orders', '7', 1],
    ],
  );
});

test('a SQLSTATE and a name', () => {
  for (const text of [
    '23505 users_pkey',
    'SQLSTATE 23505, constraint users_pkey',
    "code: '23505', constraint: 'users_pkey'",
  ])
    assert.deepEqual(
      readErrors(text).map(({ constraint }) => constraint),
      ['users_pkey'],
      text,
    );
});

test('every language of PostgreSQL, in every state that a terminal or a log leaves it in', () => {
  const languages = [
    'doppelter Schlüsselwert verletzt Unique-Constraint »a "b" c«\nDETAIL:  Schlüssel »(id)=(5)« existiert bereits.',
    "la valeur d'une clé dupliquée rompt la contrainte unique « x »\nDÉTAIL : La clé « (id)=(5) » existe déjà.",
    'повторювані значення ключа порушують обмеження унікальності "x"\nDETAIL:  Ключ (id)=(5) вже існує.',
    'დუბლირებული გასაღების მნიშვნელობა არღვევს უნიკალურ შეზღუდვას "x"\nDETAIL:  გასაღები უკვე არსებობს: (id)=(5).',
    'duplicitní hodnota klíče porušuje unikátní omezení "x"\nDETAIL:  Klíč (id)=(5) již existuje.',
    '重複鍵值違反唯一約束 "x"\n詳細:  鍵 (id)=(5) 已存在。',
  ];
  for (const text of languages) {
    const [error] = readErrors(text);
    assert.deepEqual([error?.columns, error?.value], [['id'], '5'], text);
    const [escaped] = readErrors(JSON.stringify({ message: text }));
    assert.deepEqual([escaped?.columns, escaped?.value], [['id'], '5'], text);
  }
});

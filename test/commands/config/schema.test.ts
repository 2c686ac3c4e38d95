import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { databaseFields, fileFields } from '../../../src/commands/request/config/fields.ts';
import type { Mistake } from '../../../src/commands/request/config/json.ts';
import { readConfiguration } from '../../../src/commands/request/config/read.ts';
import { fromRoot } from '../../support/root.ts';

// What an editor says by the schema, and what pgseq says by its reader

const schema = JSON.parse(readFileSync(fromRoot('schema', 'pgseq.schema.json'), 'utf8')) as object;
const takes = new Ajv2020({ allowUnionTypes: true, allErrors: true }).compile(schema);

function reads(file: unknown): boolean {
  const mistakes: Mistake[] = [];
  readConfiguration(JSON.stringify(file), mistakes);
  return mistakes.length === 0;
}

const app = (entry: object, more: object = {}): object => ({ databases: { app: entry }, ...more });
const fields = [
  ...databaseFields.map((field) => ({ ...field, file: (value: unknown) => app({ [field.key]: value }) })),
  ...fileFields.map((field) => ({ ...field, file: (value: unknown) => app({}, { [field.key]: value }) })),
];

test('schema and reader take the example of every key', () => {
  for (const { key, kind, file } of fields) {
    const right = file(JSON.parse(kind.example));
    assert.deepEqual([takes(right), reads(right)], [true, true], key);
  }
});

for (const [name, file] of [
  ['an entry that says nothing', app({})],
  ['numbers for percentages', app({ nearLimit: 80, maxJump: 0.5 })],
  [
    'an ignored finding',
    app({ ignore: ['behind:public.s', 'standby', { key: 'behind:a?.*', reason: 'r' }, { key: '*', reason: 'r' }] }),
  ],
  ['any name of a database', { databases: { 'Odd "name"': { env: 'E' } } }],
] as const)
  test(`schema and reader take ${name}`, () => assert.deepEqual([takes(file), reads(file)], [true, true]));

test('schema and reader refuse, for every key, what is of another kind', () => {
  for (const { key, file } of fields)
    for (const wrong of [
      null,
      {},
      '',
      [''],
      [5],
      key === 'readForeign' || key === 'trustOwners' ? 'true' : true,
      -1,
      1e9,
    ])
      assert.deepEqual([takes(file(wrong)), reads(file(wrong))], [false, false], `${key}: ${JSON.stringify(wrong)}`);
});

for (const [name, file] of [
  ['no databases', {}],
  ['an empty list of databases', { databases: {} }],
  ['an unknown key', app({}, { database: 5 })],
  ['an unknown key of a database', app({ table: ['t'] })],
  ['two words on where a database is', app({ connection: 'dbname=a', env: 'A' })],
  ['a duration without a unit', app({ timeout: '5' })],
  ['a name that no variable has', app({ env: '1A' })],
  ['a pattern without a reason', app({ ignore: ['behind:*'] })],
  ['an empty reason', app({ ignore: [{ key: 'behind:a', reason: ' ' }] })],
  ['a rule that is none', app({ ignore: ['behnd:a'] })],
  ['a rule that is none, in a pattern', app({ ignore: [{ key: 'behnd:*', reason: 'r' }] })],
  ['more than a key and a reason', app({ ignore: [{ key: 'behind:a', reason: 'r', until: 5 }] })],
] as const)
  test(`schema and reader refuse ${name}`, () => assert.deepEqual([takes(file), reads(file)], [false, false]));

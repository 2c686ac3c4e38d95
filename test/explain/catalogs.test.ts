import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readErrors } from '../../src/explain/read-errors.ts';
import { fromRoot } from '../support/root.ts';

// What PostgreSQL says in its own message catalogs, every language that it has, must be understood: read from the catalogs of the server
// that the tests have, not from anybody's memory.

const locales = fromRoot('test', 'clients', '19', 'usr', 'share', 'locale');
const skip = !existsSync(locales) && 'PostgreSQL 19 is not unpacked: test/clients/install';

/** The texts of a catalog of gettext, by what they translate. */
function catalog(file: string): ReadonlyMap<string, string> {
  const bytes = readFileSync(file);
  assert.equal(bytes.readUInt32LE(0), 0x950412de, `${file} is no catalog`);
  const [count, originals, translations] = [8, 12, 16].map((at) => bytes.readUInt32LE(at)) as [number, number, number];
  const text = (table: number, i: number): string => {
    const from = bytes.readUInt32LE(table + 8 * i + 4);
    return bytes.toString('utf8', from, from + bytes.readUInt32LE(table + 8 * i));
  };
  return new Map(Array.from({ length: count }, (_, i) => [text(originals, i), text(translations, i)]));
}

/** A text with its places filled, in the order in which it has them or says that they come. */
function filled(text: string, values: readonly string[]): string {
  let place = 0;
  return text.replaceAll(/%(?:(\d+)\$)?(?:s|lld)/g, (_, number?: string) => {
    place++;
    return values[Number(number ?? place) - 1] ?? '';
  });
}

interface Message {
  readonly id: string;
  readonly values: readonly string[];
  readonly wanted: Readonly<Record<string, unknown>>;
}

const messages: readonly Message[] = [
  {
    id: 'duplicate key value violates unique constraint "%s"',
    values: ['users_pkey'],
    wanted: { kind: 'unique', constraint: 'users_pkey' },
  },
  {
    id: 'null value in column "%s" of relation "%s" violates not-null constraint',
    values: ['id', 'users'],
    wanted: { kind: 'null', columns: ['id'], table: 'users' },
  },
  {
    id: 'null value in column "%s" violates not-null constraint',
    values: ['id'],
    wanted: { kind: 'null', columns: ['id'] },
  },
  {
    id: 'could not create unique index "%s"',
    values: ['users_pkey'],
    wanted: { kind: 'index', constraint: 'users_pkey' },
  },
  {
    id: 'sequence "%s" does not exist',
    values: ['users_id_seq'],
    wanted: { kind: 'missing', constraint: 'users_id_seq' },
  },
  {
    id: 'relation "%s" does not exist',
    values: ['users_id_seq'],
    wanted: { kind: 'missing', constraint: 'users_id_seq' },
  },
  {
    id: 'permission denied for sequence %s',
    values: ['users_id_seq'],
    wanted: { kind: 'denied', constraint: 'users_id_seq' },
  },
  {
    id: 'nextval: reached maximum value of sequence "%s" (%lld)',
    values: ['users_id_seq', '2147483647'],
    wanted: { kind: 'limit', constraint: 'users_id_seq' },
  },
  { id: 'integer out of range', values: [], wanted: { kind: 'range' } },
  { id: 'smallint out of range', values: [], wanted: { kind: 'range' } },
  { id: 'bigint out of range', values: [], wanted: { kind: 'range' } },
];

test('every language that PostgreSQL has is understood', { skip }, () => {
  const languages = readdirSync(locales).flatMap((language) => {
    const file = join(locales, language, 'LC_MESSAGES', 'postgres-19.mo');
    return existsSync(file) ? [{ language, texts: catalog(file) }] : [];
  });
  assert.ok(languages.length >= 15, `${languages.length} languages`);
  for (const { id, values, wanted } of messages) {
    const spoken = languages.flatMap(({ language, texts }) => {
      const text = texts.get(id);
      return text === undefined ? [] : [{ language, text: filled(text, values) }];
    });
    for (const { language, text } of spoken) {
      const [error] = readErrors(text);
      const found = Object.fromEntries(Object.keys(wanted).map((name) => [name, error?.[name as keyof typeof error]]));
      assert.deepEqual(found, wanted, `${language}: ${text}`);
    }
  }
});

test('the key of a detail is read in every language', { skip }, () => {
  for (const language of readdirSync(locales)) {
    const file = join(locales, language, 'LC_MESSAGES', 'postgres-19.mo');
    const text = existsSync(file) ? catalog(file).get('Key %s already exists.') : undefined;
    if (text === undefined) continue;
    const said = `duplicate key value violates unique constraint "users_pkey"\nDETAIL:  ${filled(text, ['(id)=(7)'])}`;
    const [error] = readErrors(said);
    assert.deepEqual([error?.columns, error?.value], [['id'], '7'], `${language}: ${text}`);
  }
});

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { databaseTest, type Database } from '../../support/database.ts';
import { pgseq } from '../../support/pgseq.ts';
import { amount, seed } from '../../support/proof.ts';
import { newest } from '../../support/servers.ts';
import { folder } from './support.ts';

// What a file held is what is stored, byte by byte, or the import is refused: nothing is put in place of what cannot be read.

const table = 'create table t (id integer, name text)';

/** Imports a file and returns what is stored then, in hexadecimal; null where it was refused, with the file's name. */
async function stored(
  db: Database,
  path: string,
  bytes: Uint8Array,
  more: readonly string[] = [],
): Promise<string | null> {
  writeFileSync(path, bytes);
  await db.query('truncate t');
  const { code, stderr } = await pgseq(['import', path, '--table', 't', '--to', db.url, ...more]);
  const [row] = await db.query("select encode(convert_to(name, 'UTF8'), 'hex') from t");
  if (code === 2) {
    assert.equal(row, undefined, 'refused, and stored');
    assert.ok(stderr.includes(path), stderr);
    assert.doesNotMatch(stderr, /^ +at .*:\d+/m);
    return null;
  }
  assert.equal(code, 0, stderr);
  return row?.[0] ?? null;
}

const hex = (text: string): string => Buffer.from(text).toString('hex');

/** Code points, of those that are trouble more than their share; halves of pairs among them. */
const character = fc.oneof(
  fc.constantFrom(
    '\0',
    '\ud800',
    '\udfff',
    '\ufffd',
    '\ufeff',
    '\u0080',
    '\u009f',
    '\\',
    '"',
    '\n',
    '\r',
    '\t',
    '\u2028',
    '😀',
  ),
  fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point)),
);
const texts = fc.array(character, { minLength: 1, maxLength: 6 }).map((all) => all.join(''));
/** Escaped as JSON.stringify does, or all of it by \u. */
const written = fc.tuple(texts, fc.boolean()).map(([text, isEscaped]) => ({
  text,
  json: isEscaped
    ? `"${Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`
    : JSON.stringify(text),
}));

databaseTest('JSON: any text, or a refusal', newest, table, async (db, t) => {
  const directory = folder(t);
  const parameters = {
    seed: seed(t),
    numRuns: amount(15, 400),
    examples: [[{ text: '\ud800', json: '"\\ud800"' }]] as [{ text: string; json: string }][],
  };
  const isStorable = (text: string): boolean => !text.includes('\0') && !/\p{Surrogate}/u.test(text);
  await fc.assert(
    fc.asyncProperty(written, async ({ text, json }) => {
      const expected = isStorable(text) ? hex(text) : null;
      assert.equal(await stored(db, join(directory, 'a.ndjson'), Buffer.from(`{"id":1,"name":${json}}\n`)), expected);
      assert.equal(await stored(db, join(directory, 'a.json'), Buffer.from(`[{"name":${json},"id":1}]`)), expected);
    }),
    parameters,
  );
});

databaseTest(
  'JSON: bytes that are no UTF-8, keys of half a character, and text[] are refused as well',
  newest,
  `${table}; create table l (id integer, list text[], doc jsonb)`,
  async (db, t) => {
    const path = join(folder(t), 'a.json');
    for (const bytes of [
      Buffer.from('[{"id":1,"name":"a\u00ff"}]', 'latin1'),
      Buffer.from('{"id":1,"name":"\u00ed\u00a0\u0080"}', 'latin1'), // a surrogate in UTF-8's way
      Buffer.from('[{"id":1,"n\\ud800":"a"}]'),
    ])
      assert.equal(await stored(db, path, bytes), null);
    for (const row of ['{"id":1,"list":["\\udc00"]}', '{"id":1,"doc":"\\udc00"}', '{"id":1,"doc":["\\u0000"]}']) {
      writeFileSync(path, `[${row}]`);
      const { code, stderr } = await pgseq(['import', path, '--table', 'l', '--to', db.url]);
      assert.deepEqual([code, await db.query('select * from l')], [2, []], row);
      assert.match(stderr, /a\.json, line 1/);
    }
  },
);

const encodings = [
  'UTF8',
  'LATIN1',
  'LATIN5',
  'LATIN9',
  'WIN1252',
  'WIN1251',
  'WIN1257',
  'WIN866',
  'KOI8R',
  'EUC_JP',
  'EUC_KR',
  'EUC_CN',
  'EUC_TW',
  'SJIS',
  'BIG5',
  'GBK',
  'GB18030',
  'UHC',
];
/** Of two bytes, the second often one that means something where it stands alone. */
const wide = fc.tuple(
  fc.integer({ min: 0x81, max: 0xfe }),
  fc.oneof(fc.integer({ min: 0x30, max: 0xff }), fc.constantFrom(0x5c, 0x7c, 10)),
);
const contents = fc.tuple(
  fc.constantFrom(...encodings),
  fc
    .array(
      fc.oneof(
        wide,
        fc.integer({ min: 1, max: 255 }).map((byte) => [byte]),
        fc.integer({ min: 0x7f, max: 0xa0 }).map((byte) => [byte]),
        fc.constantFrom(0, 0x1a, 0x1c, 0x22, 0x5c).map((byte) => [byte]),
      ),
      { minLength: 1, maxLength: 5 },
    )
    .map((characters) => characters.flat()),
);

databaseTest('CSV and TSV: any bytes, in the encoding that PostgreSQL knows them by', newest, table, async (db, t) => {
  const directory = folder(t);
  const session = await db.connect();
  const meant = async (bytes: Buffer, encoding: string): Promise<string | null> =>
    await session
      .query<[string]>({
        text: "select encode(convert_to(convert_from($1, $2), 'UTF8'), 'hex')",
        values: [bytes, encoding],
        rowMode: 'array',
      })
      .then(
        ({ rows }) => rows[0]?.[0] ?? null,
        () => null,
      );
  const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };
  // A backslash that is a part of a character is none
  const escaped = (encoding: string): RegExp => {
    if (encoding === 'GB18030') return /[\x80-\xff](?:[0-9][^]{2}|[0-\xff])|[\n\r\t\\]/g;
    if (encoding.startsWith('S')) return /[\x80-\xa0\xe0-\xff][0-\xff]|[\n\r\t\\]/g;
    return /^(?:BIG5|GBK|UHC)$/.test(encoding) ? /[\x80-\xff][0-\xff]|[\n\r\t\\]/g : /[\n\r\t\\]/g;
  };
  await fc.assert(
    fc.asyncProperty(contents, async ([encoding, numbers]) => {
      const bytes = Buffer.from(numbers);
      const value = bytes.toString('latin1');
      const expected = await meant(bytes, encoding);
      const said = ['--encoding', encoding];
      const csv = Buffer.from(`id,name\n1,"${value.replaceAll('"', '""')}"\n`, 'latin1');
      const path = join(directory, 'a.csv');
      assert.equal(await stored(db, path, csv, said), expected);
      const wide = Buffer.from(`id,name,more\n1,"${value.replaceAll('"', '""')}",x\n`, 'latin1');
      assert.equal(await stored(db, path, wide, [...said, '--map', 'more=']), expected, 'row by row');
      const tsv = Buffer.from(
        `id\tname\n1\t${value.replaceAll(escaped(encoding), (one) => escapes[one] ?? one)}\n`,
        'latin1',
      );
      assert.equal(await stored(db, join(directory, 'a.tsv'), tsv, [...said, '--input-format', 'tsv']), expected);
    }),
    {
      seed: seed(t),
      numRuns: amount(15, 400),
      examples: [
        [['WIN1252', [0x80]]],
        [['LATIN5', [0x80]]],
        [['LATIN1', [0x80]]],
        [['WIN1252', [0x81]]],
        [['WIN866', [0x1a]]],
        [['SJIS', [0x1a, 0x83, 0x5c]]],
        [['SJIS', [0x83, 0x5c, 0x6e, 0x5c]]],
        [['SJIS', [0x83]]],
        [['BIG5', [0x81, 0x40]]],
        [['BIG5', [0xa4, 0x5c, 0x83, 10]]],
        [['GBK', [0x80]]],
        [['GB18030', [0xa6, 0xd9, 0x81, 0x35, 0xf4, 0x37]]],
      ] as [[string, number[]]][],
    },
  );
});

const characterwise = `create table c (id integer, name text, more text);
  create function meant(bytes bytea, encoding name) returns text language plpgsql as $$
    begin return convert_from(bytes, encoding); exception when others then return null; end $$;
  create function pairs(encoding name) returns table (id bigint, bytes bytea, name text) language sql as $$
    select row_number() over (order by b), b, meant(b, $1)
    from (select decode(lpad(to_hex(i), 4, '0'), 'hex') as b from generate_series(x'8130'::int, x'fefe'::int) i) x
    where length(meant(b, $1)) = 1 $$;`;

for (const encoding of ['SJIS', 'BIG5', 'GBK', 'GB18030', 'UHC'])
  databaseTest(`${encoding}: every character of two bytes is the server's`, newest, characterwise, async (db, t) => {
    const rows = await db.query(`select id, encode(bytes, 'hex') from pairs('${encoding}')`);
    assert.ok(rows.length > 5000);
    for (const [name, sign, more] of [
      ['a.csv', ',', []],
      ['a.tsv', '\t', ['--input-format', 'tsv']],
    ] as const) {
      const lines = rows.map(([id, bytes]) => [
        Buffer.from(`${id}${sign}`),
        Buffer.from(bytes ?? '', 'hex'),
        Buffer.from(`n${sign}x\n`),
      ]);
      const path = join(folder(t), name);
      writeFileSync(path, Buffer.concat([Buffer.from(`id${sign}name${sign}more\n`), ...lines.flat()]));
      const words = ['import', path, '--table', 'c', '--to', db.url, '--encoding', encoding, '--map', 'more=', ...more];
      const { code, stderr } = await pgseq([...words, '--truncate']);
      assert.equal(code, 0, stderr);
      assert.deepEqual(
        await db.query(
          `select c.id, p.bytes from pairs('${encoding}') p full join c using (id) where c.name is distinct from p.name || 'n'`,
        ),
        [],
        name,
      );
    }
  });

databaseTest(
  'an encoding in which a backslash cannot be told is read as it lies, or not',
  newest,
  table,
  async (db, t) => {
    const [csv, tsv] = ['a.csv', 'a.tsv'].map((name) => join(folder(t), name)) as [string, string];
    for (const encoding of ['SHIFT_JIS_2004', 'JOHAB']) {
      const said = ['--encoding', encoding, '--columns', 'id,name'];
      assert.equal(await stored(db, csv, Buffer.from('1,a\n'), said), '61');
      for (const [path, more] of [
        [csv, ['--rejects', join(folder(t), 'rejects')]],
        [tsv, []],
      ] as const) {
        writeFileSync(path, path === csv ? '1,a\n' : '1\ta\n');
        const { code, stderr } = await pgseq(['import', path, '--table', 't', '--to', db.url, ...said, ...more]);
        assert.equal(code, 2, path);
        assert.match(stderr, /not an encoding that can be read here/);
      }
    }
  },
);

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operator, quoteIdentifier, quoteLiteral, quoteRelation } from '../../src/pg/identifier.ts';

// That a real PostgreSQL reads them back as they were: ascii-sql.test.ts
test('names and texts, quoted for SQL', () => {
  const names: readonly (readonly [name: string, quoted: string])[] = [
    ['users', '"users"'],
    ['Users', '"Users"'],
    ['select', '"select"'],
    ['a b', '"a b"'],
    ['a.b', '"a.b"'],
    ['', '""'],
    ['"', '""""'],
    ['a"b"c', '"a""b""c"'],
    ['""', '""""""'],
    ["it's", '"it\'s"'],
    ['a\\b', '"a\\b"'],
    ['a\nb', String.raw`U&"a\000ab"`],
    ['a\\b\u202e"', String.raw`U&"a\\b\202e"""`],
    ['\u{e0041}', String.raw`U&"\+0e0041"`],
    ['##vso[x]', String.raw`U&"\0023#vso[x]"`],
    ['## [x]', '"## [x]"'],
    ['größe', '"größe"'],
    ['$&', '"$&"'],
    ['"; drop table users; --', '"""; drop table users; --"'],
  ];
  for (const [name, quoted] of names) assert.equal(quoteIdentifier(name), quoted);

  const relations: readonly (readonly [schema: string, name: string, quoted: string])[] = [
    ['public', 'users', '"public"."users"'],
    ['a.b', 'c', '"a.b"."c"'],
    ['a', 'b.c', '"a"."b.c"'],
    ['"', '"', '"""".""""'],
  ];
  for (const [schema, name, quoted] of relations) assert.equal(quoteRelation(schema, name), quoted);

  const texts: readonly (readonly [text: string, quoted: string])[] = [
    ['', "''"],
    ['users', "'users'"],
    ["it's", "'it''s'"],
    ["'", "''''"],
    ["''", "''''''"],
    ['"', "'\"'"],
    ['a\nb', String.raw`E'a\u000ab'`],
    ["\u{e0041}'\\", String.raw`E'\U000e0041''\\'`],
    ['##[x', String.raw`E'\u0023#[x'`],
    ['$1 %s', "'$1 %s'"],
    // with a backslash, whatever standard_conforming_strings says
    ['\\', "E'\\\\'"],
    ['\\n', "E'\\\\n'"],
    ["\\'", "E'\\\\'''"],
    ["'; drop table users; --", "'''; drop table users; --'"],
  ];
  for (const [text, quoted] of texts) assert.equal(quoteLiteral(text), quoted);

  assert.equal(operator('>='), 'operator(pg_catalog.>=)');
});

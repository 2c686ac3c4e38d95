import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ascii } from '../../src/text/ascii-sql.ts';
import { quoteIdentifier, quoteLiteral } from '../../src/pg/identifier.ts';
import { databaseTest } from '../support/database.ts';
import { mayEscape, servers } from '../support/servers.ts';

const isPlain = /^[\t\n -~]*$/;

test('what is ASCII stays as it is', () => {
  const sql = `select 'it''s', E'a\\nb', "we""ird", $$x$$ -- a comment\n`;
  assert.equal(ascii(sql), sql);
});

test('in comments it becomes a question mark', () => {
  assert.equal(ascii("-- größe\nselect 'ö'"), "-- gr??e\nselect E'\\u00f6'");
});

databaseTest('names and texts of any kind mean the same in ASCII', servers, '', async (db) => {
  const odd = fc.array(
    fc.constantFrom('ö', '"', "'", '\\', '\n', '\r', '😀', '%', '-', '$', 'U&', 'u', '表', '\u0001'),
    {
      minLength: 1,
      maxLength: 12,
    },
  );
  for (const scs of mayEscape(db.server) ? ['on', 'off'] : ['on']) {
    await db.query(
      `set standard_conforming_strings = ${scs}; set backslash_quote = on${mayEscape(db.server) ? '; set escape_string_warning = off' : ''}`,
    );
    for (const parts of fc.sample(odd, 60)) {
      const text = parts.join('');
      const sql = ascii(`select ${quoteLiteral(text)} as ${quoteIdentifier(text)} -- ${text.replaceAll('\n', ' ')}`);
      assert.match(sql, isPlain);
      const [[value] = []] = await db.query(sql.replaceAll('\n', '\r\n'));
      assert.equal(value, text);
      await db.query(`drop table if exists named; ${ascii(`create table named (${quoteIdentifier(text)} int)`)}`);
      const [[name] = []] = await db.query(
        `select attname from pg_attribute where attrelid = 'named'::regclass and attnum = 1`,
      );
      assert.equal(name, text);
    }
  }
});

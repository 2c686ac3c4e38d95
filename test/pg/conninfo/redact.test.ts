import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { readConninfo, redact } from '../../../src/pg/conninfo/index.ts';

// The password is a word that stands nowhere else, with letters around and inside that break the grammars.
const word = 'S3CR3T';
const noise = fc.string({ unit: fc.constantFrom(...Array.from('ab1 %\'"\\=@/:?&#,[]+\n')), maxLength: 4 });
const password = fc.tuple(noise, noise, noise).map(([a, b, c]) => `${a}${word}${b}${word}${c}`);

const uri = fc
  .record({
    scheme: fc.constantFrom(
      'postgres://',
      'postgresql://',
      'postgre://',
      'jdbc:postgresql://',
      'postgresql:/',
      'mysql://',
      'postgres//',
      'postgres;//',
      'psql postgres://',
      'DATABASE_URL=postgres://',
      '//',
      '/',
      '',
    ),
    user: fc.constantFrom('bob', 'b@c', 'b%40c', 'a/b', ''),
    password,
    host: fc.constantFrom('h', 'h:1', '[::1]', '[::1', 'a,b:x', '', '@'),
    path: fc.constantFrom('/db', '/', '', '/a@b', '/db?sslmode=require', '/db?bogus=1', '/db?x'),
  })
  .map(({ scheme, user, password: hidden, host, path }) => `${scheme}${user}:${hidden}@${host}${path}`);
const query = fc
  .tuple(password, fc.constantFrom('', '&bogus=1', '&x', '&sslmode=off'))
  .map(([hidden, more]) => `postgres://u@h/db?password=${hidden}${more}`);
const keywords = fc
  .tuple(
    fc.constantFrom('password', 'sslpassword'),
    password,
    fc.constantFrom('', ' port=x', " bogus='", ' host=h'),
    fc.constantFrom('', ' ', "'"),
  )
  .map(([name, hidden, more, quote]) => `host=h ${name}=${quote}${hidden}${quote}${more}`);
const text = fc.oneof(uri, query, keywords);

test('redact hides the password, wherever the string breaks', () => {
  fc.assert(
    fc.property(text, (conninfo) => {
      assert.doesNotMatch(redact(conninfo), new RegExp(word), conninfo);
    }),
    { numRuns: 2000 },
  );
});

test('redact shows the rest', () => {
  assert.equal(redact('postgres://u:p@h:1/db?sslmode=require'), 'postgres://u:***@h:1/db?sslmode=require');
  assert.equal(redact('postgres://u@h/db'), 'postgres://u@h/db');
  assert.equal(redact('postgres://h:1/db'), 'postgres://h:1/db');
  assert.equal(redact('host=h user=u password=p'), 'host=h user=u password=***');
  assert.equal(
    redact('jdbc:postgresql://h/db?user=u&password=p&ssl=true'),
    'jdbc:postgresql://h/db?user=u&password=***',
  );
  assert.equal(redact('app'), 'app');
});

test('no message, hint or note about settings shows the password', () => {
  const sources = fc.record({
    conninfo: text,
    env: fc.record(
      { PGPASSWORD: password, DATABASE_URL: text, PGPORT: fc.constantFrom('1', 'x') },
      { requiredKeys: [] },
    ),
    way: fc.constantFrom('argument', '-d', 'url', 'env'),
  });
  fc.assert(
    fc.property(sources, ({ conninfo, env, way }) => {
      let shown: string;
      try {
        const settings = readConninfo({
          ...(way === 'argument' ? { conninfo } : {}),
          ...(way === '-d' ? { flags: { dbname: conninfo } } : {}),
          env: { ...env, HOME: '/nowhere' },
          urlVariables: way === 'url',
          systemUser: 'me',
        });
        shown = inspect([settings.notes, [...settings.origin]]);
      } catch (error) {
        shown = inspect(error, { depth: 9 }) + String((error as { hint?: string }).hint);
      }
      assert.doesNotMatch(shown, new RegExp(word), conninfo);
    }),
    { numRuns: 3000 },
  );
});

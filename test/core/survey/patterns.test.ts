import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databasePattern, matches, relationPattern, schemaPattern } from '../../../src/core/survey/patterns.ts';
import { matchesSql } from '../../../src/core/survey/patterns-sql.ts';
import { Problem } from '../../../src/problem.ts';

/** A pattern, what it matches and what it does not: https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-PATTERNS */
const names: readonly (readonly [pattern: string, matched: readonly string[], others: readonly string[]])[] = [
  ['users', ['users'], ['user', 'users2', 'my_users', 'Users', 'USERS', '']],
  // folded as SQL folds names, except in double quotes
  ['Users', ['users'], ['Users']],
  ['USERS', ['users'], ['USERS']],
  ['"Users"', ['Users'], ['users', 'USERS']],
  ['U"SE"rs', ['uSErs'], ['users', 'USErs']],
  ['FOO"BAR"BAZ', ['fooBARbaz'], ['foobarbaz', 'FOOBARBAZ']],
  // * is any text, ? any one character
  ['*', ['users', 'Users', 'a', 'a b', 'a\nb', ''], []],
  ['u*', ['u', 'users'], ['Users', 'au']],
  ['U*', ['u', 'users'], ['Users']],
  ['*s', ['s', 'users'], ['user', 'S']],
  ['*ser*', ['ser', 'users', 'server'], ['uses']],
  ['u*s', ['us', 'users'], ['u', 's', 'usersx']],
  ['user?', ['users', 'user_', 'user1', 'user\n'], ['user', 'userss']],
  ['????', ['abcd'], ['abc', 'abcde']],
  ['?*', ['a', 'ab'], ['']],
  // regular expressions, which must match the whole name
  ['log_[0-9]', ['log_1', 'log_9'], ['log_', 'log_10', 'log_x']],
  ['log_[0-9]+', ['log_1', 'log_10'], ['log_', 'log_1x']],
  ['(users|teams)', ['users', 'teams'], ['users|teams', 'user']],
  ['users|teams', ['users', 'teams'], ['usersx', 'xteams', 'usersteams']],
  ['(log|)_x', ['log_x', '_x'], ['log']],
  ['[^a]b', ['bb', 'xb'], ['ab']],
  ['a{2}', ['aa'], ['a', 'aaa', 'a{2}']],
  // $ is itself
  ['a$b', ['a$b'], ['a', 'ab']],
  ['a$', ['a$'], ['a']],
  // nothing means anything in double quotes
  ['"a*"', ['a*'], ['a', 'ab']],
  ['"a?"', ['a?'], ['ab']],
  ['"a+"', ['a+'], ['aa']],
  ['"[0-9]"', ['[0-9]'], ['1']],
  ['"(a|b)"', ['(a|b)'], ['a', 'b']],
  ['"a{2}"', ['a{2}'], ['aa']],
  ['"^a$"', ['^a$'], ['a']],
  [String.raw`"a\d"`, [String.raw`a\d`], ['a1']],
  ['"a-b/c"', ['a-b/c'], ['a']],
  ['"a.b"', ['a.b'], ['axb', 'b']],
  ['"a ""b"""', ['a "b"'], ['a b', 'a ""b""']],
  ['""""', ['"'], ['', '""']],
  ['"a"*', ['a', 'ab'], ['A', 'ba']],
  ['a"b"?', ['abc'], ['ab']],
  // what is no sign is itself
  ['a b', ['a b'], ['ab']],
  ["it's", ["it's"], ['its']],
  ['a-b', ['a-b'], ['ab']],
  ['a/b', ['a/b'], ['ab']],
  ['表*', ['表', '表1'], ['x']],
  ['"größe"', ['größe'], ['grösse']],
];

test('patterns: names', () => {
  for (const [text, matched, others] of names) {
    const pattern = relationPattern(text);
    assert.equal(pattern.text, text);
    assert.equal(pattern.schema, null, text);
    const is = (name: string, visible = true): boolean => matches(pattern, { schema: 'public', name, visible });
    for (const name of matched) {
      assert.ok(is(name), `${text} matches ${JSON.stringify(name)}`);
      assert.ok(!is(name, false), `${text} is found along the search path only: ${JSON.stringify(name)}`);
      for (const read of [schemaPattern, databasePattern]) assert.ok(read(text).name.test(name));
    }
    for (const name of others) {
      assert.ok(!is(name), `${text} does not match ${JSON.stringify(name)}`);
      for (const read of [schemaPattern, databasePattern]) assert.ok(!read(text).name.test(name));
    }
  }
});

test('patterns: schema.name, visible or not', () => {
  const cases: readonly (readonly [pattern: string, schema: string, name: string, is: boolean])[] = [
    ['public.users', 'public', 'users', true],
    ['public.users', 'public', 'user', false],
    ['public.users', 'app', 'users', false],
    ['public.users', 'xpublic', 'users', false],
    ['PUBLIC.Users', 'public', 'users', true],
    ['"Public".users', 'Public', 'users', true],
    ['"Public".users', 'public', 'users', false],
    ['*.users', 'anything', 'users', true],
    ['*.*', 'anything', 'at all', true],
    ['app*.*', 'app2', 'users', true],
    ['app*.*', 'my_app', 'users', false],
    ['app?.u*', 'app2', 'users', true],
    ['app?.u*', 'app', 'users', false],
    ['a|b.users', 'a', 'users', true],
    ['a|b.users', 'b', 'users', true],
    ['a|b.users', 'ab', 'users', false],
    ['"a.b".c', 'a.b', 'c', true],
    ['a."b.c"', 'a', 'b.c', true],
    ['"a.b"."c.d"', 'a.b', 'c.d', true],
    ['"a.b"."c.d"', 'a', 'b', false],
  ];
  for (const [text, schema, name, is] of cases)
    for (const visible of [true, false])
      assert.equal(matches(relationPattern(text), { schema, name, visible }), is, `${text}: ${schema}.${name}`);
});

test('patterns: mistakes are told', () => {
  const cases: readonly (readonly [
    read: (text: string) => unknown,
    text: string,
    message: { test(name: string): boolean },
  ])[] = [
    [relationPattern, '', /^"": a part of this pattern is empty$/],
    [relationPattern, 'public.', /^"public\.": a part of this pattern is empty$/],
    [relationPattern, '.users', /a part of this pattern is empty$/],
    [relationPattern, '""', /a part of this pattern is empty$/],
    [relationPattern, 'a.b.c', /^a\.b\.c: too many dots/],
    [relationPattern, '"users', /^"users: a double quote is not closed/],
    [relationPattern, 'a"""', /a double quote is not closed/],
    [relationPattern, 'a(b', /^a\(b: not a pattern: /],
    [relationPattern, 'a[b', /^a\[b: not a pattern: /],
    [relationPattern, '+a', /not a pattern: /],
    [schemaPattern, 'a.b', /^a\.b: a schema pattern cannot have a dot outside double quotes$/],
    [schemaPattern, '', /a part of this pattern is empty$/],
    [databasePattern, 'a.b', /^a\.b: a database pattern cannot have a dot outside double quotes$/],
  ];
  for (const [read, text, message] of cases)
    assert.throws(
      () => read(text),
      (error) => error instanceof Problem && message.test(error.message),
      text,
    );
});

test('patterns: in SQL they are the same regular expressions', () => {
  const named = { name: 'c.relname', schema: 'n.nspname', visible: 'c.visible' };
  const cases: readonly (readonly [pattern: string, sql: string])[] = [
    ['users', "(c.relname ~ '^(users)$' and c.visible)"],
    ['app*.u?', "(c.relname ~ '^(u.)$' and n.nspname ~ '^(app.*)$')"],
    ['"it\'s"', "(c.relname ~ '^(it''s)$' and c.visible)"],
    ['a$b', String.raw`(c.relname ~ E'^(a\\$b)$' and c.visible)`],
  ];
  for (const [text, sql] of cases) assert.equal(matchesSql(relationPattern(text), named), sql);
});

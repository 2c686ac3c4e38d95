import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { open as openSource } from '../../../src/import/sources/mysql/index.ts';
import { readMysqlUrl } from '../../../src/import/sources/mysql/url.ts';
import { databaseTest } from '../../support/database.ts';
import { type Mariadb, startMariadb, withoutMariadb } from '../../support/mariadb.ts';
import { newest } from '../../support/servers.ts';
import { brokenOff, closing, copy, options, problemOf, tableOf, textOf } from './support.ts';

const open = closing(openSource);

// MySQL and MariaDB. The server is MariaDB, whose protocol is the same.

let server: Mariadb;
before(async () => {
  if (withoutMariadb === false) server = await startMariadb();
});
after(() => server?.remove());

/** Makes a database of that name. */
function make(name: string, sql: string): string {
  server.run(`create database ${name} character set utf8mb4;`);
  server.run(sql, name);
  return server.url(name);
}

/** Needs MariaDB. */
const mariadbTest: typeof databaseTest = (title, on, setup, body) => {
  if (withoutMariadb === false) databaseTest(title, on, setup, body);
  else test(title, { skip: withoutMariadb }, () => {});
};

mariadbTest(
  'every type arrives exactly',
  newest,
  `create table t (id numeric, small smallint, flag boolean, price numeric, f8 float8, f4 real, wide float8, label text, none text, empty text,
     bytes bytea, of_bytes text, word bytea, key uuid, bits bit(10), bit_flag boolean, number_bits bigint, doc jsonb, kind text, many text[], one text,
     year int, padded text);`,
  async (db) => {
    const url = make(
      'types',
      `set sql_mode = 'NO_BACKSLASH_ESCAPES';
       create table t (id bigint unsigned, small tinyint, flag tinyint(1), price decimal(65,30), f8 double, f4 float, wide float(20,2), label text, none text,
         empty varchar(9), bytes blob, of_bytes varbinary(20), word text, \`key\` binary(16), bits bit(10), bit_flag bit, number_bits bit(64), doc json,
         kind enum('a b', 'é'), many set('x', 'y"', '\\z'), one set('x', 'y'), year year, padded char(10)) engine=innodb;
       insert into t values
       (18446744073709551615, -128, 1, 12345678901234567890123456789012345.123456789012345678901234567890, 0.1e0 + 0.2e0, 16777217, 16777217, concat('tab\t line\n ret\r \\ \\N ''q'' "d" é 😀', char(1, 127)), null,
         '', x'00ff5c0a', 'text', 'é\\', x'00112233445566778899aabbccddeeff', b'101', b'1', 18446744073709551615 >> 1, '{"a": 1.10}', 'é', 'x,y",\\z', 'x,y', 2024, 'ab  '),
       (9007199254740993, 127, 0, 0.1, 1.7976931348623157e308, 0.1, 0, '\\N', null, '', '', '', '', null, 0, 0, 0, '[]', 'a b', '', '', 1901, ''),
       (0, 0, null, -0.000000000000000000000000000001, 4.9406564584124654e-324, 3.4028234e38, 0.5, '\\.', null, '', null, null, null, null, null, null, null, null, null, null, null, null, null);`,
    );
    const source = await open(url, options());
    await copy(db, tableOf(source, 't'));
    await source.close();
    assert.deepEqual(
      await db.query('select id, small, flag, price, f8, f4, wide, label, none, empty from t order by ctid'),
      [
        [
          '18446744073709551615',
          '-128',
          't',
          '12345678901234567890123456789012345.123456789012345678901234567890',
          '0.30000000000000004',
          '1.6777216e+07',
          '16777216',
          'tab\t line\n ret\r \\ \\N \'q\' "d" é 😀\u0001\u007f',
          null,
          '',
        ],
        [
          '9007199254740993',
          '127',
          'f',
          '0.100000000000000000000000000000',
          '1.7976931348623157e+308',
          '0.1',
          '0',
          '\\N',
          null,
          '',
        ],
        ['0', '0', null, '-0.000000000000000000000000000001', '5e-324', '3.4028235e+38', '0.5', '\\.', null, ''],
      ],
    );
    assert.deepEqual(
      await db.query(
        'select bytes, of_bytes, word, key, bits, bit_flag, number_bits, doc, kind, many, one, year, padded from t order by ctid limit 2',
      ),
      [
        [
          '\\x00ff5c0a',
          'text',
          '\\xc3a95c',
          '00112233-4455-6677-8899-aabbccddeeff',
          '0000000101',
          't',
          '9223372036854775807',
          '{"a": 1.10}',
          'é',
          '{x,"y\\"","\\\\z"}',
          'x,y',
          '2024',
          'ab',
        ],
        ['\\x', '', '\\x', null, '0000000000', 'f', '0', '[]', 'a b', '{}', '', '1901', ''],
      ],
    );
  },
);

mariadbTest(
  'dates are read in UTC, and those that are none are refused with the line and the way out',
  newest,
  'create table t (at timestamptz, plain timestamptz, local timestamp, day date, midnight timestamptz, clock time, span interval)',
  async (db) => {
    const url = make(
      'dates',
      `set time_zone = '+02:00', sql_mode = '';
       create table t (at timestamp(6) null, plain datetime(3), local datetime, day date, midnight date, clock time, span time(2)) engine=innodb;
       insert into t values ('2024-07-01 12:00:00.123456', '2024-07-01 12:00:00.5', '2024-07-01 12:00:00', '0099-12-31', '2024-07-01', '23:59:59', '-838:59:58.75');
       create table zero (at datetime); insert into zero values (null), ('0000-00-00');
       create table part (at date); insert into part values (null), ('2024-05-00');`,
    );
    const source = await open(url, options());
    await copy(db, tableOf(source, 't'));
    await db.query("set timezone = 'UTC'; set intervalstyle = 'postgres'");
    assert.deepEqual(await db.query('select * from t'), [
      [
        '2024-07-01 10:00:00.123456+00',
        '2024-07-01 12:00:00.5+00',
        '2024-07-01 12:00:00',
        '0099-12-31',
        '2024-07-01 00:00:00+00',
        '23:59:59',
        '-838:59:58.75',
      ],
    ]);
    await db.query('create table zero (at timestamp); create table part (at date)');
    await assert.rejects(copy(db, tableOf(source, 'zero')), {
      message: /"\(0000-00-00 00:00:00 is not a date: --zero-dates null loads it as NULL\)"/,
      where: /line 2, column at/,
    });
    await assert.rejects(copy(db, tableOf(source, 'part')), {
      message: /"\(2024-05-00 is not a date/,
      where: /line 2, column at/,
    });
    await source.close();
  },
);

test('tables, what AUTO_INCREMENT would hand out next, and how far the keys reach', {
  skip: withoutMariadb,
}, async () => {
  const url = make(
    'tables',
    `create table gaps (id bigint unsigned primary key auto_increment, a int, b int as (a + 1) stored, c int generated always as (a) virtual) engine=innodb;
     insert into gaps (id, a) values (5, 1), (9007199254740993, 1); delete from gaps where id > 5;
     create table plain (id int primary key) engine=innodb; insert into plain values (-3), (7);
     create table empty (id int primary key auto_increment) engine=innodb;
     create table pair (a int, b int, primary key (a, b)) engine=innodb;
     create table old (id int primary key auto_increment, a int) engine=myisam; insert into old values (3, 3);
     create table \`we"ird 100%\\'s \`\`t.x\` (\`a\`\`b%"\` text) engine=innodb; insert into \`we"ird 100%\\'s \`\`t.x\` values ('x');
     create view seen as select id from plain; create sequence s;`,
  );
  const notes: string[] = [];
  const source = await open(`${url}?ssl-mode=DISABLED`, options({ notes }));
  const seen = source.tables.map(({ name, columns, counters, furthest }) => [
    name,
    columns?.join(),
    counters.map(({ column, next }) => `${column} ${next}`).join(),
    furthest.map(({ column, value }) => `${column} ${value}`).join(),
  ]);
  assert.deepEqual(seen, [
    ['empty', 'id', 'id 1', ''],
    ['gaps', 'id,a', 'id 9007199254740994', 'id 5'],
    ['old', 'id,a', 'id 4', 'id 3'],
    ['pair', 'a,b', '', ''],
    ['plain', 'id', '', 'id 7'],
    ['we"ird 100%\\\'s `t.x', 'a`b%"', '', ''],
  ]);
  assert.equal(await textOf(tableOf(source, 'we"ird 100%\\\'s `t.x')), 'x\n');
  assert.deepEqual(notes, [
    'gaps: b, c are generated, and left out',
    'old uses MyISAM: it is read when its turn comes, so changes made during the import may be missing or included',
  ]);
  await source.close();
  const chosen = await open(url, options({ tables: ['seen', 'Gaps'] }));
  assert.deepEqual(
    chosen.tables.map(({ name }) => name),
    ['gaps', 'seen'],
  );
  assert.equal(await textOf(tableOf(chosen, 'seen')), '-3\n7\n');
  await chosen.close();
});

test('all tables are read as of one moment, and a piece that nobody took does not come up later', {
  skip: withoutMariadb,
}, async () => {
  const url = make(
    'moment',
    `create table a (x int, y text) engine=innodb; create table b (x int) engine=innodb;
     insert into a select seq, repeat('x', 100) from mysql.seq_1_to_100000; insert into b values (1);`.replace(
      'mysql.',
      '',
    ),
  );
  const source = await open(url, options());
  server.run('insert into a values (0, 0); insert into b values (2);', 'moment');
  for await (const chunk of tableOf(source, 'a').read({
    columns: [{ source: 'y', type: 'text' }],
    rowwise: false,
    signal: undefined,
  }).chunks) {
    assert.ok(chunk.length > 0);
    break;
  }
  assert.equal(await textOf(tableOf(source, 'b')), '1\n');
  assert.equal((await textOf(tableOf(source, 'a'))).split('\n').length, 100_001);
  await source.close();
});

test('URLs: no password shows, and TLS is as they say', () => {
  const read = (url: string, env: Record<string, string> = {}) => readMysqlUrl(url, { env, cwd: '/' });
  const { name, user, password, host, port, database, sslMode } = read(
    'mysql://app:p%40ss@db.example:3307/shop?ssl-mode=verify_identity&charset=utf8',
  );
  assert.deepEqual(
    [name, user, password, host, port, database, sslMode],
    ['mysql://app@db.example:3307/shop', 'app', 'p@ss', 'db.example', 3307, 'shop', 'VERIFY_IDENTITY'],
  );
  assert.equal(read('mariadb://app@[::1]/shop', { MYSQL_PWD: 'secret' }).password, 'secret');
  assert.equal(read('mariadb://app@[::1]/shop').host, '::1');
  assert.equal(read('mysql://app@h/d').sslMode, 'PREFERRED');
  assert.equal(read('mysql://app@h/d?sslaccept=strict').sslMode, 'VERIFY_IDENTITY');
  assert.equal(read('mysql://app@h/d?ssl={"rejectUnauthorized":false}').sslMode, 'REQUIRED');
  assert.equal(read('mysql://app@h/d?useSSL=false').sslMode, 'DISABLED');
  assert.equal(read('mysql://app@h/d?socket=/run/s.sock').socketPath, '/run/s.sock');
  assert.deepEqual(read('mysql://app@h/d?connection_limit=3').ignored, ['connection_limit']);
  for (const wrong of [
    'mysql://app:secret@h:port/d',
    'mysql://app:sec%ret@h/d',
    'mysql://app:secret@h',
    'mysql://app:secret@h/d?ssl-mode=maybe',
    'mysql://app:secret@h/d?ssl-ca=/nowhere',
  ])
    assert.throws(
      () => read(wrong),
      (error: Error) =>
        error.name === 'Problem' && !/secret|sec%ret/.test(JSON.stringify(error, Object.getOwnPropertyNames(error))),
    );
});

test('what cannot be reached is a problem that shows no password', { skip: withoutMariadb }, async () => {
  server.run("create database closed; create user app@'%' identified by 'right'; grant select on closed.* to app@'%'");
  const says = async (url: string, expected: RegExp): Promise<void> => {
    const { message, hint } = await problemOf(open(url, options()));
    assert.match(message, expected);
    assert.doesNotMatch(`${message}${hint}`, /wrong|right/);
  };
  const { port } = server;
  await says(`mysql://app:wrong@127.0.0.1:${port}/closed`, /^mysql:\/\/app@127.0.0.1:\d+\/closed: Access denied/);
  await says(`mysql://app:right@127.0.0.1:${port}/nothing`, /^mysql:.*nothing: Access denied/);
  await says(`mysql://app:right@127.0.0.1:1/closed`, /^mysql:.*ECONNREFUSED/);
  await says(`mysql://app:right@127.0.0.1:${port}/closed?ssl-mode=REQUIRED`, /does not support secure connection/);
  const source = await open(`mysql://app:right@h/closed?socket=${server.socketPath}`, options());
  assert.deepEqual(source.tables, []);
  await source.close();
});

test('a server that is gone in the middle is a problem; so is a signal its reason', {
  skip: withoutMariadb,
}, async () => {
  const mortal = await startMariadb();
  try {
    mortal.run(
      "create database d; create table d.a (y text) engine=innodb; insert into d.a select repeat('x', 1000) from seq_1_to_50000;".replace(
        'seq_',
        'd.seq_',
      ),
      'mysql',
    );
    const { message } = await brokenOff(open, mortal.url('d'), mortal.kill);
    assert.match(message, /^the connection to mysql:.*\/d was lost/);
  } finally {
    await mortal.remove();
  }
});

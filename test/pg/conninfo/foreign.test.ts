import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ConnectionSettings,
  connectionOf,
  readConninfo,
  redact,
  saysWhere,
} from '../../../src/pg/conninfo/index.ts';
import { Problem } from '../../../src/problem.ts';

// Connection strings as other programs have them: read for what they say, or named for what they are.

const read = (conninfo: string): ConnectionSettings =>
  readConninfo({ conninfo, env: {}, home: '/nobody', systemUser: 'me', platform: 'linux', socketDirectories: [] });
const where = ({ hosts, user, database, password }: ConnectionSettings): string =>
  `${hosts.map(({ host, port }) => `${host}:${port}`).join(',')} ${user} ${database} ${password ?? '-'}`;

for (const [of, text, expected, notes = []] of [
  [
    'pgx',
    'host=h port=1 user=u password=p dbname=d pool_max_conns=10',
    'h:1 u d p',
    [/ignored pool_max_conns, which pgx uses/],
  ],
  [
    'lib/pq',
    'host=h user=u password=p dbname=d binary_parameters=yes',
    'h:5432 u d p',
    [/binary_parameters, which lib\/pq uses/],
  ],
  [
    'GORM',
    'host=h user=u password=p dbname=d port=1 sslmode=disable TimeZone=Asia/Shanghai',
    'h:1 u d p',
    [/TimeZone/],
  ],
  [
    'pgx 4',
    'postgres://u@h/d?statement_cache_mode=describe&prefer_simple_protocol=true',
    'h:5432 u d -',
    [/statement_cache_mode, prefer_simple_protocol/],
  ],
  [
    'golang-migrate',
    'pgx5://u@h/d?x-migrations-table=m',
    'h:5432 u d -',
    [/x-migrations-table, which golang-migrate uses/],
  ],
  ['Phoenix', 'ecto://u:p@h/d', 'h:5432 u d p'],
  ['R2DBC', 'r2dbc:postgresql://u@h/d', 'h:5432 u d -'],
  ['R2DBC with a pool', 'r2dbc:pool:postgresql://u@h:1/d?sslMode=REQUIRE', 'h:1 u d -'],
  ['p6spy', 'jdbc:p6spy:postgresql://h:1/d?user=u', 'h:1 u d -'],
  ['JDBC without a host', 'jdbc:postgresql:d?user=u', 'localhost:5432 u d -'],
  ['JDBC without a host, with a slash', 'jdbc:postgresql:/d', 'localhost:5432 me d -'],
  [
    'PDO',
    'pgsql:host=h;port=1;dbname=d;user=u;password=p',
    'h:1 u d p',
    [/ is a connection string of PHP's PDO, read as host=h/],
  ],
  [
    'Perl',
    'dbi:Pg:dbname=d;host=h;port=1',
    'h:1 me d -',
    [/ is a connection string of Perl's DBI, read as dbname=d host=h port=1$/],
  ],
  [
    'Npgsql',
    'Host=h;Port=1;Database=my db;Username=u;Password=hunter2',
    'h:1 u my db hunter2',
    [/ is a connection string of Npgsql, read as host=h port=1 dbname='my db' user=u, and its password$/],
  ],
  [
    'Npgsql at length',
    "Server=h;User Id=u;Password='p;w';Database=d;SSL Mode=Require;Trust Server Certificate=true;Maximum Pool Size=9",
    'h:5432 u d p;w',
    [
      / of Npgsql, read as host=h user=u dbname=d sslmode=require, and its password$/,
      /ignored Trust Server Certificate, Maximum Pool Size/,
    ],
  ],
  [
    'ODBC',
    'Driver={PostgreSQL Unicode};Server=h;Port=1;Database=d;Uid=u;Pwd={p}}w};',
    'h:1 u d p}w',
    [/ of ODBC, read as host=h port=1 dbname=d user=u, and its password$/, /ignored Driver/],
  ],
  ['SQLAlchemy', 'postgresql+psycopg2://u@/d?host=h:5433', 'h:5433 u d -'],
  ['SQLAlchemy, two hosts', 'postgresql+psycopg2://u@/d?host=a:1&host=b:2', 'a:1,b:2 u d -'],
  ['SQLAlchemy, asyncpg', 'postgresql+asyncpg://u:p@h/d?ssl=require', 'h:5432 u d p'],
  ['Prisma', 'postgresql://u@h/d?schema=public', 'h:5432 u d -', [/schema, which Prisma uses/]],
  ['Rails', 'postgres://u@h/d?pool=5', 'h:5432 u d -', [/pool, which Rails uses/]],
  ['a socket, which is no port', 'postgres://u@/d?host=/run/x:1', '/run/x:1:5432 u d -'],
] as readonly [string, string, string, RegExp[]?][])
  test(`read: ${of}`, () => {
    const settings = read(text);
    assert.equal(where(settings), expected);
    assert.equal(settings.notes.length, notes.length, settings.notes.join());
    for (const [i, note] of notes.entries()) assert.match(settings.notes[i] ?? '', note);
    assert.doesNotMatch(settings.notes.join(), /\bonly\b|hunter2|p;w|p\}w/);
  });

test('words about TLS keep what they ask for', () => {
  assert.equal(read('Host=h;Database=d;SSL Mode=Require').sslmode, 'require');
  assert.equal(read('Host=h;Database=d;SslMode=VerifyFull;Root Certificate=system').sslmode, 'verify-full');
  assert.throws(() => read('Host=h;Database=d;SSL Mode=Sometimes'), /sslmode/);
});

for (const [of, text, message] of [
  ['Testcontainers', 'jdbc:tc:postgresql:15:///d', /is a Testcontainers URL: it names an image/],
  ['a password with @ # / ?', 'postgres://app:p@ss#w/rd?x@h:1/d', /%40 %23 %2F and %3F/],
  ['a mistyped key', 'Hots=h;Port=1;Database=d', /unknown keyword "Hots"\n.*host/],
  ['a word nobody knows behind a password', 'host=h password=a b=c', /an unknown keyword follows the password/],
  ['another database', 'mysql://u:hunter2@h/d', /not a PostgreSQL one/],
  ['another database by JDBC', 'jdbc:mysql://h/d', /not of the form jdbc:postgresql/],
] as const)
  test(`named for what it is: ${of}`, () => {
    assert.throws(
      () => read(text),
      (error: unknown) => {
        assert.ok(error instanceof Problem);
        assert.match(`${error.message}\n${error.hint ?? ''}`, message);
        assert.doesNotMatch(`${error.message}\n${error.hint ?? ''}`, /p@ss|ss#w|hunter2/);
        return true;
      },
    );
  });

test('a password of any form is hidden', () => {
  for (const text of [
    'Host=h;Password=hunter2',
    'Server=h;Pwd=hunter2;',
    'pgsql:host=h;password=hunter2',
    'r2dbc:postgresql://u:hunter2@h/d',
  ])
    assert.doesNotMatch(redact(text), /hunter2/);
});

for (const [of, file, expected, names] of [
  [
    'Laravel',
    { DB_CONNECTION: 'pgsql', DB_HOST: 'h', DB_PORT: '1', DB_DATABASE: 'd', DB_USERNAME: 'u', DB_PASSWORD: 'p w' },
    'h:1 u d p w',
    'DB_HOST, DB_PORT, DB_DATABASE, DB_USERNAME, DB_PASSWORD',
  ],
  [
    'Laravel, by URL',
    { DB_CONNECTION: 'pgsql', DB_URL: 'postgres://u:p@h/d', DB_HOST: 'other' },
    'h:5432 u d p',
    'DB_URL',
  ],
  [
    'Spring',
    {
      SPRING_DATASOURCE_URL: 'jdbc:postgresql://h:1/d',
      SPRING_DATASOURCE_USERNAME: 'u',
      SPRING_DATASOURCE_PASSWORD: 'p',
    },
    'h:1 u d p',
    'SPRING_DATASOURCE_URL, SPRING_DATASOURCE_USERNAME, SPRING_DATASOURCE_PASSWORD',
  ],
  [
    'Quarkus',
    { QUARKUS_DATASOURCE_JDBC_URL: 'jdbc:postgresql://h:1/d', QUARKUS_DATASOURCE_USERNAME: 'u' },
    'h:1 u d -',
    'QUARKUS_DATASOURCE_JDBC_URL, QUARKUS_DATASOURCE_USERNAME',
  ],
  ['Flask', { SQLALCHEMY_DATABASE_URI: 'postgresql+psycopg2://u:p@h:1/d' }, 'h:1 u d p', 'SQLALCHEMY_DATABASE_URI'],
  [
    'Django',
    { DB_ENGINE: 'django.db.backends.postgresql', DB_NAME: 'd', DB_USER: 'u', DB_PASSWORD: 'p', DB_HOST: 'h' },
    'h:5432 u d p',
    'DB_HOST, DB_NAME, DB_USER, DB_PASSWORD',
  ],
  [
    'Strapi',
    { DATABASE_CLIENT: 'postgres', DATABASE_HOST: 'h', DATABASE_NAME: 'd', DATABASE_USERNAME: 'u' },
    'h:5432 u d -',
    'DATABASE_HOST, DATABASE_NAME, DATABASE_USERNAME',
  ],
  [
    'TypeORM',
    { TYPEORM_CONNECTION: 'postgres', TYPEORM_HOST: 'h', TYPEORM_DATABASE: 'd', TYPEORM_USERNAME: 'u' },
    'h:5432 u d -',
    'TYPEORM_HOST, TYPEORM_DATABASE, TYPEORM_USERNAME',
  ],
  [
    'compose',
    { POSTGRES_USER: 'u', POSTGRES_PASSWORD: 'p' },
    'localhost:5432 u u p',
    'POSTGRES_USER, POSTGRES_PASSWORD',
  ],
  [
    'compose, all of it',
    { POSTGRES_USER: 'u', POSTGRES_DB: 'd', POSTGRES_HOST: 'h', POSTGRES_PORT: '1' },
    'h:1 u d -',
    'POSTGRES_HOST, POSTGRES_PORT, POSTGRES_DB, POSTGRES_USER',
  ],
] as readonly [string, Record<string, string>, string, string][])
  test(`the variables of ${of}`, () => {
    const found = connectionOf(file);
    assert.ok(found !== null && !saysWhere(file));
    assert.equal(where(read(found.conninfo)), expected);
    assert.equal(found.names.join(', '), names);
  });

test('variables that name no PostgreSQL are none', () => {
  for (const file of [
    {},
    { DB_HOST: 'h', DB_DATABASE: 'd' },
    { DB_CONNECTION: 'mysql', DB_HOST: 'h', DB_DATABASE: 'd' },
    { DB_ENGINE: 'django.db.backends.sqlite3', DB_NAME: 'd' },
    { SPRING_DATASOURCE_URL: 'jdbc:mysql://h/d' },
    { SQLALCHEMY_DATABASE_URI: 'sqlite:///d' },
    { REDIS_URL: 'redis://h' },
  ])
    assert.equal(connectionOf(file), null, JSON.stringify(file));
});

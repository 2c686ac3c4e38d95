import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { type ConninfoSources, type ConnectionSettings, readConninfo } from '../../../src/pg/conninfo/index.ts';
import { Problem } from '../../../src/problem.ts';
import { scratch } from '../connection/fake-server.ts';

const files = scratch();
after(() => files.remove());

const none = { env: {}, home: files.file('nobody'), systemUser: 'me', platform: 'linux', socketDirectories: [] };

const read = (sources: Partial<ConninfoSources>): ConnectionSettings => readConninfo({ ...none, ...sources });
const readString = (conninfo: string, env: Record<string, string> = {}): ConnectionSettings => read({ conninfo, env });

/** The whole text a user gets to see. */
function refusal(sources: Partial<ConninfoSources> | string): string {
  try {
    read(typeof sources === 'string' ? { conninfo: sources } : sources);
  } catch (error) {
    assert.ok(error instanceof Problem, String((error as Error).stack));
    return `${error.message}\n${error.hint ?? ''}`;
  }
  assert.fail('was accepted');
}

const where = ({ hosts, user, database, password }: ConnectionSettings) =>
  `${hosts.map(({ host, hostaddr, port }) => `${host}${hostaddr ? `=${hostaddr}` : ''}:${port}`).join(',')} ${user} ${database} ${password}`;

test('URIs', () => {
  const cases: [string, string][] = [
    ['postgresql://', 'localhost:5432 me me undefined'],
    ['postgres://u@h/db', 'h:5432 u db undefined'],
    ['postgresql://u:p@h:1/db', 'h:1 u db p'],
    ['postgresql://u:p@h:1', 'h:1 u u p'],
    ['postgresql:///db?host=/dir', '/dir:5432 me db undefined'],
    ['postgresql://%2Fvar%2Frun:6/db', '/var/run:6 me db undefined'],
    ['postgresql://[::1]:7/db', '::1:7 me db undefined'],
    ['postgresql://a,b:8,[fe80::1]/db', 'a:5432,b:8,fe80::1:5432 me db undefined'],
    ['postgresql://a,b/db?port=9', 'a:9,b:9 me db undefined'],
    ['postgresql://u%40x:p%2F%25@h/d%20b', 'h:5432 u@x d b p/%'],
    ['postgresql://u:p?#:x@h/db', 'h:5432 u db p?#:x'],
    ['postgresql://?user=u&password=p&dbname=db', 'localhost:5432 u db p'],
    ['postgresql://u:@h/', 'h:5432 u u undefined'],
    ['postgresql://h/a/b', 'h:5432 me a/b undefined'],
    ['postgresql://h/db?user=me@corp', 'h:5432 me@corp db undefined'],
    [' postgres://h/db\n', 'h:5432 me db undefined'],
    ['POSTGRES://h/db', 'h:5432 me db undefined'],
    ['postgresql+psycopg2://u@h/db', 'h:5432 u db undefined'],
    ['postgres+asyncpg://u@h/db', 'h:5432 u db undefined'],
    ['postgis://u@h/db', 'h:5432 u db undefined'],
    ['jdbc:postgresql://h:1/db?user=u&password=p', 'h:1 u db p'],
    ['jdbc:postgresql:///db', 'localhost:5432 me db undefined'],
  ];
  for (const [uri, expected] of cases) assert.equal(where(readString(uri)), expected, uri);
});

test('keyword/value strings and bare names', () => {
  const cases: [string, string][] = [
    ['host=h port=1 user=u dbname=db password=p', 'h:1 u db p'],
    ["host = h dbname='my db' user='o\\'neil'", "h:5432 o'neil my db undefined"],
    ['dbname=a\\ b user=x\\\\y', 'localhost:5432 x\\y a b undefined'],
    ['host=a,b port=1,2', 'a:1,b:2 me me undefined'],
    ['host=h hostaddr=10.0.0.1', 'h=10.0.0.1:5432 me me undefined'],
    ['hostaddr=10.0.0.1', '10.0.0.1=10.0.0.1:5432 me me undefined'],
    ['dbname=a dbname=b', 'localhost:5432 me b undefined'],
    ['app', 'localhost:5432 me app undefined'],
    ['a b', 'localhost:5432 me a b undefined'],
  ];
  for (const [text, expected] of cases) assert.equal(where(readString(text)), expected, text);
});

test('the stronger source wins, and says so', () => {
  writeFileSync(files.file('services'), '[prod]\nhost=service\nuser=service\nport=1\ndbname=service\n');
  const env = {
    PGHOST: 'env',
    PGUSER: 'env',
    PGPORT: '2',
    PGDATABASE: 'env',
    PGAPPNAME: 'env',
    PGSERVICEFILE: files.file('services'),
  };
  const settings = read({ conninfo: 'service=prod host=string', flags: { host: 'flag', user: 'flag' }, env });
  assert.equal(where(settings), 'string:1 flag service undefined');
  assert.equal(settings.applicationName, 'env');
  assert.equal(settings.origin.get('host'), 'the connection argument');
  assert.equal(settings.origin.get('user'), '--username');
  assert.equal(settings.origin.get('port'), `service "prod" in ${files.file('services')}`);
  assert.equal(settings.origin.get('application_name'), 'PGAPPNAME');
  assert.equal(settings.origin.get('sslmode'), 'default');
  assert.deepEqual(settings.notes, ['the connection argument is used instead of --host flag']);
});

test('DATABASE_URL is asked only when nothing else names a database, and before PG*', () => {
  const env = { DATABASE_URL: 'postgres://a/a', POSTGRES_URL: 'postgres://b/b', PGHOST: 'c', PGPORT: '7' };
  assert.equal(where(read({ env, urlVariables: true })), 'a:7 me a undefined');
  assert.equal(where(read({ env: { ...env, DATABASE_URL: '' }, urlVariables: true })), 'b:7 me b undefined');
  assert.equal(where(read({ env })), 'c:7 me me undefined');
  assert.equal(where(read({ env, urlVariables: true, conninfo: 'x' })), 'c:7 me x undefined');
  assert.equal(where(read({ env, urlVariables: true, flags: { port: '8' } })), 'c:8 me me undefined');
  assert.equal(read({ env, urlVariables: true }).origin.get('host'), 'DATABASE_URL');
});

test('-d may be a whole connection string', () => {
  assert.equal(where(read({ flags: { dbname: 'postgres://u@h:3/db', user: 'v' } })), 'h:3 u db undefined');
  assert.equal(where(read({ conninfo: 'host=h', flags: { dbname: 'db' } })), 'h:5432 me db undefined');
  assert.match(refusal({ conninfo: 'host=a', flags: { dbname: 'host=b' } }), /both .* are connection strings/);
});

test('the default host is the first directory with a socket for the port', () => {
  const [first, second] = [files.file('run'), files.file('tmp')];
  mkdirSync(first);
  mkdirSync(second);
  writeFileSync(`${second}/.s.PGSQL.5432`, '');
  writeFileSync(`${first}/.s.PGSQL.5433`, '');
  const socketDirectories = [first, second];
  assert.equal(where(read({ socketDirectories })), `${second}:5432 me me undefined`);
  assert.equal(where(read({ socketDirectories, flags: { port: '5433' } })), `${first}:5433 me me undefined`);
  assert.equal(where(read({ socketDirectories, flags: { port: '1' } })), 'localhost:1 me me undefined');
  assert.equal(where(read({ socketDirectories, platform: 'win32' })), 'localhost:5432 me me undefined');
});

test('pasted parameters of other programs are understood or ignored with a note', () => {
  const prisma = readString('postgres://h/db?schema=public&connection_limit=3&pgbouncer=true&sslmode=require');
  assert.deepEqual(prisma.notes, [
    'the connection argument: ignored schema, connection_limit, pgbouncer, which Prisma uses',
  ]);
  const jdbc = readString(
    'jdbc:postgresql://h/db?ApplicationName=x&targetServerType=preferSecondary&currentSchema=s&ssl=true',
  );
  assert.deepEqual([jdbc.applicationName, jdbc.targetSessionAttrs, jdbc.sslmode], ['x', 'prefer-standby', 'require']);
  const neon = readString(
    'postgres://u:p@ep.neon.tech/db?sslmode=require&channel_binding=require&options=endpoint%3Dep',
  );
  assert.deepEqual([neon.channelBinding, neon.options, neon.notes], ['require', 'endpoint=ep', []]);
});

test('no word about TLS is weakened by another', () => {
  const mode = (query: string) => readString(`postgres://h/db?${query}`).sslmode;
  writeFileSync(files.file('root.crt'), '');
  const root = `sslrootcert=${encodeURIComponent(files.file('root.crt'))}`;
  assert.equal(mode('ssl=true'), 'require');
  assert.equal(mode('ssl=false'), 'disable');
  assert.equal(mode('sslmode=no-verify'), 'require');
  assert.equal(mode(`sslmode=verify-full&ssl=true&${root}`), 'verify-full');
  assert.equal(mode(`ssl=true&sslmode=verify-full&${root}`), 'verify-full');
  assert.equal(mode(`sslmode=require&sslaccept=strict`), 'verify-full');
  assert.equal(mode('sslmode=require&sslaccept=accept_invalid_certs'), 'require');
  assert.equal(mode('sslrootcert=system'), 'verify-full');
  assert.equal(readString('', { PGREQUIRESSL: '1' }).sslmode, 'require');
  assert.equal(readString('', { PGREQUIRESSL: '1', PGSSLMODE: 'allow' }).sslmode, 'allow');
  assert.equal(readString('requiressl=1').sslmode, 'require');
});

test('timeouts, keepalives and names', () => {
  const { connectTimeout, keepalives, keepalivesIdle, applicationName, options } = readString('');
  assert.deepEqual(
    [connectTimeout, keepalives, keepalivesIdle, applicationName, options],
    [0, true, 0, 'pgseq', undefined],
  );
  assert.equal(readString('connect_timeout=1').connectTimeout, 2000);
  assert.equal(readString('connect_timeout=-1').connectTimeout, 0);
  assert.equal(readString('', { PGCONNECT_TIMEOUT: '10' }).connectTimeout, 10_000);
  assert.equal(readString('keepalives=0').keepalives, false);
  assert.equal(readString('keepalives_idle=30').keepalivesIdle, 30_000);
  assert.equal(readString("application_name=''").applicationName, '');
  assert.equal(readString('fallback_application_name=x').applicationName, 'x');
});

test('files in the home directory are used if they are there', () => {
  const home = files.file('home');
  mkdirSync(`${home}/.postgresql`, { recursive: true });
  for (const name of ['root.crt', 'root.crl', 'postgresql.crt', 'postgresql.key'])
    writeFileSync(`${home}/.postgresql/${name}`, '');
  const settings = read({ home, conninfo: 'host=h' });
  const { passfile, sslrootcert, sslcrl, sslcert, sslkey } = settings;
  const expected = [
    '.pgpass',
    '.postgresql/root.crt',
    '.postgresql/root.crl',
    '.postgresql/postgresql.crt',
    '.postgresql/postgresql.key',
  ];
  assert.deepEqual(
    [passfile, sslrootcert, sslcrl, sslcert, sslkey],
    expected.map((name) => `${home}/${name}`),
  );
  assert.equal(read({ home, conninfo: 'host=h sslcertmode=disable' }).sslcert, undefined);
  assert.equal(read({ env: { PGPASSFILE: '/x' } }).passfile, '/x');
  writeFileSync(`${home}/.pg_service.conf`, '# ours\n[other]\nhost=no\n[s]\nhost=yes\nhost=twice\n[s]\nport=1\n');
  assert.equal(where(read({ home, env: { PGSERVICE: 's' } })), 'yes:5432 me me undefined');
});

test('texts that were meant as a URL are not taken for a database name', () => {
  const cases: [string, RegExp][] = [
    ['postgre://u:hush@h/db', /begins with postgre:\/\/\ndid you mean postgres:\/\//],
    ['postgresql:/h/db', /begins with postgresql:\/\n/],
    ['postgresql:h', /begins with postgresql:\n/],
    ['postgress://h/db?sslmode=require', /did you mean postgres:\/\//],
    ['mysql://u:hush@h/db', /scheme mysql:\/\/, not a PostgreSQL one/],
    ['jdbc:mysql://u:hush@h/db', /is a JDBC URL, but not/],
    ['prisma+postgres://x?api_key=hush', /Prisma Accelerate/],
    ['localhost:5432/db', /URL without its scheme/],
    ['u:hush@h/db', /URL without its scheme/],
    ['u:hu=sh@h/db', /URL without its scheme/],
    ['"postgres://u:hush@h/db"', /quotes around it/],
    ['postgres://u:hu/sh@h/db', /a \/ or \? before the @\n.* %2F/],
    ['postgres://u:hu@sh@h/db', /more than one @ .*\n.*%40/],
    ['postgres://u:hu%sh@h/db', /the password is not percent-encoded properly\n.*%25/],
    ['postgres://u:hu%00sh@h/db', /the password is not percent-encoded properly\n.*%25/],
    ['postgres://u:hush?hu/sh@h/db', /a \/ or \? before the @/],
    ['postgres://[::1/db', /IPv6 address/],
    ['postgres://h/db?sslmod=require', /unknown parameter "sslmod"\ndid you mean sslmode\?/],
    ['postgres://h/db?password=hush&hu&sh=1', /number 2 of the query/],
    ['host=h prot=1', /unknown keyword "prot"\ndid you mean port\?/],
    ['password=hu sh', /no = after the word\n/],
    ['password=hush hu=sh', /an unknown keyword follows the password/],
    ["password='hush", /no end/],
  ];
  for (const [text, expected] of cases) {
    assert.match(refusal(text), expected, text);
    assert.doesNotMatch(refusal(text), /hu|sh@|hush/, text);
  }
});

test('every mistake is reported at once, with its origin', () => {
  const text = refusal({ conninfo: 'port=abc sslmode=verifyfull', env: { PGCONNECT_TIMEOUT: '1s' } });
  assert.match(text, /have 3 mistakes/);
  assert.match(text, /port "abc" \(from the connection argument\) is not a port/);
  assert.match(text, /sslmode "verifyfull" .* \(did you mean verify-full\?\)/);
  assert.match(text, /connect_timeout "1s" \(from PGCONNECT_TIMEOUT\) is not a whole number/);
});

test('a setting that protects somebody is refused if it cannot be honoured', () => {
  const cases: [string, RegExp][] = [
    ['host=/tmp requirepeer=postgres', /requirepeer .* cannot be checked/],
    ['gssencmode=require', /GSSAPI encryption is not supported/],
    ['sslcertmode=require', /cannot be seen/],
    ['host=h sslcrl=/nowhere', /sslcrl .* cannot be read/],
    ['host=h sslmode=verify-full', /needs root certificates, but .*nobody\/.postgresql\/root.crt does not exist/],
    ['host=h sslrootcert=system sslmode=require', /too weak for sslrootcert=system/],
    ['host=h sslnegotiation=direct', /too weak for sslnegotiation=direct/],
    ['host=h channel_binding=require sslmode=disable', /impossible with sslmode=disable/],
    ['host=/tmp channel_binding=require', /impossible with a socket/],
    ['require_auth=gss', /allows only gss and sspi/],
    ['require_auth=md5,!none', /mixes methods/],
    ['require_auth=scram', /unknown method "scram"/],
    ['min_protocol_version=3.2', /newer than 3.0/],
    ['replication=database', /replication connection/],
    ['ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.2', /above/],
    ['ssl_min_protocol_version=SSLv3', /not a version of TLS/],
    ['sslkey=pkcs11:key', /OpenSSL engine/],
    ['host=@abstract', /abstract sockets/],
    [`host=/${'x'.repeat(100)}`, /longer than 107 bytes/],
    ['hostaddr=name', /is not an address/],
    ['host=a,b,c port=1,2', /2 ports .* do not fit 3 hosts/],
    ['postgres://h/db?sslfactory=com.example.Trust', /Java class/],
    ['postgres://h/db?sslidentity=x.p12', /PKCS #12/],
  ];
  for (const [text, expected] of cases) assert.match(refusal(text), expected, text);
  assert.equal(readString('host=h requirepeer=postgres').hosts.length, 1);
  assert.equal(readString('gssencmode=prefer replication=false').notes.length, 0);
});

test('services: what is wrong with the file is said with its line', () => {
  const cases: [string, RegExp][] = [
    ['[s]\nhost\n', /services2, line 2: no = in this line/],
    ['[s]\nhost = h\n', /line 2: unknown keyword "host "\nno blank/],
    ['[s]\n\nhots=h\n', /line 3: unknown keyword "hots"\ndid you mean host\?/],
    ['[s]\nservice=t\n', /another service/],
    ['[s]\nldap://x\n', /LDAP/],
    ['[t]\n', /there is no service "s" \(from PGSERVICE\)\nlooked in/],
  ];
  for (const [text, expected] of cases) {
    writeFileSync(files.file('services2'), text);
    assert.match(refusal({ env: { PGSERVICE: 's', PGSERVICEFILE: files.file('services2') } }), expected, text);
  }
  chmodSync(files.file('services2'), 0o600);
  assert.match(
    refusal({ env: { PGSERVICE: 's', PGSERVICEFILE: files.file('none') } }),
    /cannot read the service file .*ENOENT/,
  );
});

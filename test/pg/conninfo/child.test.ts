import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childEnvironment, type ConnectionSettings, readConninfo } from '../../../src/pg/conninfo/index.ts';

// Another program must reach what we reach, by libpq's variables or by a URL.

const base = { home: '/nowhere', systemUser: 'me', platform: 'linux', socketDirectories: [] } as const;
const env = {
  PGHOST: 'elsewhere.example',
  PGSSLMODE: 'disable',
  PGSERVICE: 'other',
  PGHOSTADDR: '10.0.0.1',
  PATH: '/bin',
};

/** What decides where a connection goes, and as what. */
function essence(settings: ConnectionSettings): unknown {
  return { ...settings, origin: null, notes: null, given: null, passfile: null };
}

for (const conninfo of [
  'postgres://u@host.example/db',
  'postgresql://u%40x:p%2Fw%3A%25@host.example:6000/d%20b?sslmode=require&application_name=my%20app',
  'postgres://u@[::1]:5433/db',
  'postgres://u@a.example:1,b.example:2/db?target_session_attrs=read-write',
  'host=/var/run/postgresql port=5433 dbname=app user=u',
  "host=localhost dbname='o\\'dd \\\\ name' user='ü' password='s p&=?'",
  'host=h.example hostaddr=127.0.0.1 dbname=app user=u connect_timeout=7',
  "host=h.example dbname=app user=u options='-c work_mem=64MB -c geqo=off'",
])
  test(`another program reaches ${conninfo.replace(/:p%.*@/, ':…@')}`, () => {
    const settings = readConninfo({ ...base, conninfo, env: {} });
    const variables = { ...env, ...childEnvironment(settings) };
    const { DATABASE_URL: url, ...libpq } = Object.fromEntries(
      Object.entries(variables).filter(([, value]) => value !== undefined),
    );
    assert.deepEqual(essence(readConninfo({ ...base, env: libpq })), essence(settings));
    const { hostaddr } = { hostaddr: settings.hosts[0]?.hostaddr };
    if (hostaddr === undefined)
      // no URL has room for it
      assert.deepEqual(essence(readConninfo({ ...base, conninfo: url, env: {} })), essence(settings));
  });

test('a URL is handed on as it was typed: it may hold words for others', () => {
  const typed = 'postgres://u:p@host.example/db?schema=app&connection_limit=3';
  const settings = readConninfo({ ...base, conninfo: typed, env: {} });
  assert.equal(childEnvironment(settings, typed)['DATABASE_URL'], typed);
  assert.match(
    String(childEnvironment(settings, 'dbname=x')['DATABASE_URL']),
    /^postgresql:\/\/u:p@host\.example:5432\/db$/,
  );
});

test('a service is said in full, since the other program may not look where we did', () => {
  const settings = readConninfo({ ...base, conninfo: 'host=h.example user=u dbname=d', env: {} });
  assert.equal('PGSERVICE' in childEnvironment(settings), true);
  assert.equal(childEnvironment(settings)['PGSERVICE'], undefined);
});

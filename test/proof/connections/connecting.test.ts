// psql is the reference: whichever of some real servers it reaches, and how, pgseq reaches it too, or both are refused.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from '../../../src/pg/connection/connect.ts';
import { readConninfo } from '../../../src/pg/conninfo/index.ts';
import { Problem } from '../../../src/problem.ts';
import * as pem from '../../pg/connection/certificates.ts';
import { giveToAccount } from '../../support/account.ts';
import { type Cluster, startCluster } from '../../support/cluster.ts';
import { isProof, pick, seed } from '../../support/proof.ts';
import { freePort } from '../../support/postmaster.ts';
import { withoutPsql } from '../../support/psql.ts';
import { newest } from '../../support/servers.ts';
import { rowsAt } from '../../support/session.ts';
import { temporary } from '../../support/temporary.ts';

const directory = mkdtempSync(join(temporary, 'pgseq-connecting-'));
let primary: Cluster;
let standby: Cluster;
let closed = 0;

/** A file that the server may read as well as we, and nobody else. */
function file(name: string, text = '', mode = 0o600): string {
  const path = join(directory, name);
  if (text !== '') {
    writeFileSync(path, text, { mode });
    giveToAccount(path);
  }
  return path;
}

before(async () => {
  giveToAccount(directory);
  const rules = [
    'local all all trust',
    'hostssl all app all cert',
    'hostssl all tls_only all trust',
    'hostnossl all plain_only all trust',
    'host all secretive all scram-sha-256',
    'host all,replication postgres all trust',
  ];
  const settings = {
    listen_addresses: '127.0.0.1,::1',
    ssl: 'on',
    ssl_cert_file: file('server.crt', pem.serverCertificate),
    ssl_key_file: file('server.key', pem.serverKey),
    ssl_ca_file: file('ca.crt', pem.authority, 0o644),
    hba_file: file('hba', rules.join('\n')),
  };
  primary = await startCluster(newest.major, { settings });
  await rowsAt(
    primary.url('postgres'),
    `create role app login; create role tls_only login; create role plain_only login; create role secretive login password 'hush'`,
  );
  standby = await startCluster(newest.major, { standbyOf: primary });
  closed = await freePort();
  // Keys of the one who runs this: nobody else's are taken
  const mine = (name: string, text: string | Buffer, mode = 0o600): void =>
    writeFileSync(join(directory, name), text, { mode });
  mine('client.crt', pem.clientCertificate);
  mine('client.key', pem.clientKey);
  mine('open.key', pem.clientKey, 0o644);
  const key = createPrivateKey(pem.clientKey);
  mine('locked.key', key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' }));
  mine('services', `[shop]\nhost=localhost\nport=${primary.port}\nuser=postgres\ndbname=template1\n`);
  mine('pgpass', `*:${primary.port}:*:secretive:hush\n`);
});

after(async () => {
  await standby.remove();
  await primary.remove();
  rmSync(directory, { recursive: true });
});

/** Where a session has arrived, and how. */
const question = `select concat_ws('|', inet_server_port(), inet_server_addr(), current_user, current_database(),
  current_setting('geqo'), ssl, client_dn) from pg_stat_ssl where pid = pg_backend_pid()`;

type Env = Readonly<Record<string, string>>;
const base = (): Env => ({ HOME: directory, PATH: process.env['PATH'] ?? '' });

function theirs(conninfo: string, env: Env): Promise<string> {
  const args = ['-X', '-w', '-A', '-t', '-c', question, '--', conninfo];
  return new Promise((resolve) =>
    execFile('psql', args, { env: { ...base(), ...env } }, (error, stdout) =>
      resolve(error === null ? stdout.trim() : 'refused'),
    ),
  );
}

let said = '';

async function ours(conninfo: string, env: Env = {}): Promise<string> {
  try {
    const connection = await connect(readConninfo({ conninfo, env: { ...base(), ...env }, home: directory }));
    const { rows } = await connection.client.query<[string]>({ text: question, rowMode: 'array' });
    await connection.end();
    return rows[0]?.[0] ?? '';
  } catch (error) {
    assert.ok(error instanceof Problem, String((error as Error).stack));
    said = error.message;
    return 'refused';
  }
}

/** Asserts that both arrive at the same place; returns it. */
async function same(conninfo: string, env: Env = {}): Promise<string> {
  const place = await theirs(conninfo, env);
  assert.equal(await ours(conninfo, env), place, `${conninfo} ${JSON.stringify(env)}\nwe said: ${said}`);
  return place;
}

test('target_session_attrs chooses as psql does, in both orders', { skip: withoutPsql }, async (t) => {
  const reached = new Set<string>();
  const orders = [
    [primary.port, standby.port],
    [standby.port, primary.port],
    [closed, standby.port, primary.port],
    [primary.port],
    [standby.port],
  ];
  const wanted = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'];
  const cases = wanted.flatMap((attribute) => orders.map((ports) => ({ attribute, ports })));
  const from = seed(t);
  let turn = 0;
  const ask = async (): Promise<void> => {
    for (const { attribute, ports } of pick(from + turn++, cases, 6)) {
      const hosts = ports.map(() => '127.0.0.1').join(',');
      const where = `host=${hosts} port=${ports.join(',')} user=postgres dbname=postgres`;
      reached.add((await same(`${where} target_session_attrs=${attribute}`)).split('|')[0] ?? '');
    }
  };
  await ask();
  // A primary whose sessions do not write is read-only, and no standby
  await rowsAt(primary.url('template1'), 'alter database postgres set default_transaction_read_only = on');
  await ask();
  await rowsAt(primary.url('template1'), 'alter database postgres reset default_transaction_read_only');
  if (isProof) assert.deepEqual([...reached].sort(), [String(primary.port), String(standby.port), 'refused'].sort());
});

test('hosts, addresses, sockets, services and variables lead where psql is led', { skip: withoutPsql }, async () => {
  const { port, socketDirectory } = primary;
  const directoryInUri = encodeURIComponent(socketDirectory);
  const there = `postgres@127.0.0.1:${port}/postgres`;
  const cases: [string, Env?][] = [
    [`postgresql://postgres@localhost:${port}/postgres`],
    [`postgresql://postgres@[::1]:${port}/postgres`],
    [`postgresql://postgres@127.0.0.1:${closed},127.0.0.1:${port}/postgres`],
    [`postgresql://postgres@no-such-host.invalid:1,localhost:${port}/postgres`],
    [`postgresql://postgres@${directoryInUri}:${port}/template1`],
    [`postgresql:///postgres?host=${directoryInUri}&port=${port}&user=postgres`],
    [`host=${socketDirectory} port=${port} user=postgres dbname=template1 sslmode=require`],
    [`host='no such host' hostaddr=127.0.0.1 port=${port} user=postgres dbname = 'template1'`],
    [`postgresql://${there}?options=-c%20geqo%3Doff`],
    [`postgresql://${there}?options=-c%20nonsense%3Doff`],
    [`postgresql://${there}?connect_timeout=5&keepalives=0`],
    ['service=shop', { PGSERVICEFILE: join(directory, 'services') }],
    ['service=shop dbname=postgres', { PGSERVICEFILE: join(directory, 'services'), PGDATABASE: 'nowhere' }],
    ['', { PGHOST: 'localhost', PGPORT: String(port), PGUSER: 'postgres', PGDATABASE: 'template1' }],
    ['', { PGHOST: socketDirectory, PGPORT: String(port), PGUSER: 'postgres', PGOPTIONS: '-c geqo=off' }],
    ['', { PGHOSTADDR: '127.0.0.1', PGPORT: String(port), PGUSER: 'postgres', PGSSLMODE: 'disable' }],
    [`postgresql://secretive:hush@localhost:${port}/postgres`],
    [`postgresql://secretive:h%75sh@localhost:${port}/postgres?channel_binding=require`],
    [`postgresql://secretive:hush@localhost:${port}/postgres?channel_binding=require&sslmode=disable`],
    [`postgresql://secretive:wrong@localhost:${port}/postgres`],
    [`postgresql://secretive@localhost:${port}/postgres`],
    [`postgresql://secretive@localhost:${port}/postgres`, { PGPASSWORD: 'hush' }],
    [`postgresql://secretive@localhost:${port}/postgres`, { PGPASSFILE: join(directory, 'pgpass') }],
  ];
  const places: string[] = [];
  for (const [conninfo, env] of cases) places.push(await same(conninfo, env));
  assert.equal(places.filter((place) => place === 'refused').length, 4, places.join('\n'));
});

test('sslmode, roots and client certificates mean what they mean to psql', { skip: withoutPsql }, async (t) => {
  const cases: [host: string, user: string, more: string][] = [];
  const root = `sslrootcert=${file('ca.crt')}`;
  for (const user of ['postgres', 'tls_only', 'plain_only'])
    for (const mode of ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'])
      cases.push(
        ['localhost', user, `sslmode=${mode}`],
        ['localhost', user, `sslmode=${mode} ${root}`],
        // Not in the certificate
        ['127.0.0.1', user, `sslmode=${mode} ${root}`],
        ['localhost', user, `sslmode=${mode} sslrootcert=${join(directory, 'client.crt')}`],
      );
  const certificate = `sslmode=require sslcert=${join(directory, 'client.crt')}`;
  for (const [key, more] of [
    ['client.key', ''],
    ['open.key', ''],
    ['none.key', ''],
    ['locked.key', "sslpassword='open sesame'"],
    ['locked.key', 'sslpassword=wrong'],
    ['client.key', 'sslmode=disable'],
    ['client.key', `${root} sslmode=verify-full`],
  ])
    cases.push(['localhost', 'app', `${certificate} sslkey=${join(directory, key ?? '')} ${more}`]);
  cases.push(['localhost', 'app', 'sslmode=require']);
  const places: string[] = [];
  for (const [host, user, more] of pick(seed(t), cases, 16))
    places.push(await same(`host=${host} port=${primary.port} user=${user} dbname=postgres ${more}`));
  const counts = [/\|f$/, /\|t$/, /\|t\|\/CN=app$/, /^refused$/].map((how) => places.filter((p) => how.test(p)).length);
  assert.ok(!isProof || counts.every((count) => count >= 3), `${counts.join(' ')}\n${places.join('\n')}`);
});

test('what psql has since 16 and 17, on a server that has it', async () => {
  const to = (more: string): Promise<string> => ours(`host=localhost port=${primary.port} dbname=postgres ${more}`);
  assert.match(await to('user=postgres sslmode=require sslnegotiation=direct'), /\|t$/);
  // Its authority is known to nobody
  assert.equal(await to('user=postgres sslrootcert=system'), 'refused');
  const certificate = `sslcert=${join(directory, 'client.crt')} sslkey=${join(directory, 'client.key')}`;
  assert.match(await to(`user=app sslmode=require ${certificate} sslcertmode=allow`), /CN=app$/);
  assert.equal(await to(`user=app sslmode=require ${certificate} sslcertmode=disable`), 'refused');
  assert.match(await to('user=secretive password=hush require_auth=scram-sha-256'), /\|t$/);
  assert.equal(await to('user=postgres require_auth=scram-sha-256'), 'refused');
  assert.equal(await to('user=secretive password=hush require_auth=gss'), 'refused');
  assert.equal(await to('user=postgres gssencmode=require'), 'refused');
});

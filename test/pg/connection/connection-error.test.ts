import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConninfo } from '../../../src/pg/conninfo/index.ts';
import { connectionProblem } from '../../../src/pg/connection/connection-error.ts';

const coded = (code: string, message = 'text', more: object = {}): Error =>
  Object.assign(new Error(message), { code, ...more });

function explained(conninfo: string, error: Error, env: Record<string, string> = {}): string {
  const settings = readConninfo({ conninfo, env, home: '/nowhere', systemUser: 'me', socketDirectories: [] });
  const failures = settings.hosts.map((host) => ({ error, host, passwordFrom: 'PGPASSWORD' }));
  const problem = connectionProblem(failures, settings);
  assert.equal(problem.cause, error);
  return `${problem.message}\n${problem.hint ?? ''}`;
}

test('the message says where, as whom and what; the hint whence it came and what to try', () => {
  assert.equal(
    explained('user=app dbname=shop host=localhost', coded('ECONNREFUSED'), { PGPORT: '5433' }),
    'cannot connect to localhost:5433, database shop, as app: nothing listens there (ECONNREFUSED)\n' +
      'port 5433 came from PGPORT; is the server running? try: pg_isready -h localhost -p 5433',
  );
});

test('every kind of failure has its own words', () => {
  const cases: [string, Error, RegExp][] = [
    ['host=h', coded('ENOTFOUND'), /to h:5432, .* no such host .*\nhost h came from the connection argument/],
    ['host=h', coded('EAI_AGAIN'), /cannot be resolved at the moment/],
    [
      'host=/run/x',
      coded('ENOENT'),
      /to socket \/run\/x\/.s.PGSQL.5432, .* no such socket .*\nhost \/run\/x came from/,
    ],
    ['host=/run/x', coded('ECONNREFUSED'), /the socket exists, but no server listens on it/],
    ['host=/run/x', coded('EACCES'), /may not use the socket .*\nsee: ls -ld \/run\/x/],
    ['host=::1', coded('ECONNREFUSED'), /to \[::1\]:5432,/],
    ['host=h', coded('EHOSTUNREACH'), /no route to host/],
    ['host=h', coded('ETIMEDOUT'), /no answer \(ETIMEDOUT\)/],
    ['host=h', coded('ECONNRESET'), /closed the connection \(ECONNRESET\)/],
    ['host=h', new Error('Connection terminated unexpectedly'), /closed the connection without an answer/],
    ['host=h', new Error('SASL: SCRAM-SERVER-FINAL-MESSAGE: server signature does not match'), /could not prove/],
    ['host=h', coded('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'), /not trusted: self-signed/],
    ['host=h', coded('CERT_HAS_EXPIRED'), /has expired/],
    ['host=h', coded('28P01', 'password authentication failed'), /\(28P01\)\nthe password came from PGPASSWORD/],
    [
      'host=h',
      coded('28000', 'no pg_hba.conf entry for host'),
      /\(28000\)\nthe server's pg_hba.conf has to allow me into me/,
    ],
    [
      'host=h sslmode=disable',
      coded('28000', 'no pg_hba.conf entry for h, no encryption'),
      /want TLS: sslmode=require/,
    ],
    ['host=h user=x', coded('28000', 'role "x" does not exist'), /\nuser x came from the connection argument/],
    ['host=/tmp', coded('28000', 'Peer authentication failed'), /-h localhost/],
    ['host=h', coded('3D000', 'database "me" does not exist'), /no database is named, so the user name is used/],
    ['host=h dbname=x', coded('42501', 'permission denied'), /grant connect on database "x" to "me";/],
    ['host=h', coded('53300', 'too many'), /all connections are in use/],
    ['host=h', coded('57P03', 'the database system is starting up'), /starting up \(57P03\)\ntry again/],
    ['host=h options=-cx', coded('08P01', 'unsupported startup parameter: options'), /\noptions -cx came from/],
    ['host=h', coded('XX000', 'something else'), /: something else \(XX000\)/],
  ];
  for (const [conninfo, error, expected] of cases) assert.match(explained(conninfo, error), expected);
});

test('the same failure of several hosts is listed with each of them', () => {
  const text = explained('host=a,b port=1,2', coded('ECONNREFUSED'));
  assert.match(text, /^cannot connect to database me, as me; tried:\n {2}- a:1: nothing.*\n {2}- b:2: nothing/);
});

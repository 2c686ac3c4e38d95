// psql is the reference: whatever connection string and environment it takes, we must reach the same server with the same
// startup packet, or refuse where it refuses.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { connect } from '../../../src/pg/connection/connect.ts';
import { readConninfo } from '../../../src/pg/conninfo/index.ts';
import { Problem } from '../../../src/problem.ts';
import { withoutPsql } from '../../support/psql.ts';
import { errorMessage, fakeServer, scratch } from '../connection/fake-server.ts';

// Not fast: psql is started for every connection string.

const runs = Number(process.env['PGSEQ_LIBPQ_RUNS'] ?? 120);
/** A comparison that was left in the middle would still be writing down what it sees: that ends the test. */
const patience = { interruptAfterTimeLimit: 1000 * runs, markInterruptAsFailure: true };
const files = scratch();
const servers: { close(): Promise<void> }[] = [];
const seen: string[] = [];
let refusing = 0;
let starting = 0;
let odd = '';
let closed = 0;

before(async () => {
  // One port refuses everybody, one is starting up (so that the next host is tried), and on one nobody listens.
  const listen = async (code: string, where: { host?: string; path?: string }) => {
    const server = await fakeServer((hello, socket) => {
      if (hello.kind === 'cancel') return;
      const place = where.path ?? `${socket.localAddress?.replace('::ffff:', '')}:${socket.localPort}`;
      if (hello.kind === 'tls') seen.push(`${place} tls?`);
      if (hello.kind !== 'startup') {
        socket.write('N');
        return;
      }
      const { user, database, options = '', application_name: name = '' } = hello.parameters;
      seen.push(JSON.stringify([place, user, database, options, name === 'psql' ? 'pgseq' : name]));
      socket.end(errorMessage(code, 'go away'));
    }, where);
    servers.push(server);
    return server.port;
  };
  const everywhere = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))
    ? '::'
    : '0.0.0.0';
  refusing = await listen('28P01', { host: everywhere });
  starting = await listen('57P03', { host: everywhere });
  await listen('28P01', { path: files.file(`.s.PGSQL.${refusing}`) });
  odd = files.file(`b l%40anks "q'uotes\\ ä=`);
  mkdirSync(odd);
  await listen('28P01', { path: `${odd}/.s.PGSQL.${refusing}` });
  const nobody = await fakeServer(() => {});
  closed = nobody.port;
  await nobody.close();
});

after(async () => {
  for (const server of servers) await server.close();
  files.remove();
});

/** What reached the listeners; with `allow` libpq asks twice in the same words, which makes no difference. */
async function record(work: () => Promise<unknown>): Promise<string[]> {
  seen.length = 0;
  await work();
  return seen.filter((line, index) => seen.indexOf(line) === index);
}

type Env = Record<string, string | undefined>;

interface Call {
  readonly conninfo: string;
  readonly env: Env;
  readonly flags: Record<string, string>;
}

// Without a host each build of libpq has a socket directory of its own, and a real server may listen there.
const base = (): Env => ({
  HOME: files.directory,
  PATH: process.env['PATH'],
  PGSYSCONFDIR: files.directory,
  PGHOST: '127.0.0.1',
  PGPORT: String(refusing),
});

function psql({ conninfo, env, flags }: Call): Promise<unknown> {
  const letters: Record<string, string> = { host: '-h', port: '-p', user: '-U', dbname: '-d' };
  const options = Object.entries(flags).flatMap(([name, value]) => [letters[name] ?? '', value]);
  const args = ['-X', '-w', '-c', '', ...options, ...(conninfo === '' ? [] : ['--', conninfo])];
  return new Promise((resolve) => execFile('psql', args, { env: { ...base(), ...env } }, resolve));
}

async function ours({ conninfo, env, flags }: Call): Promise<string> {
  try {
    const settings = readConninfo({ conninfo, env: { ...base(), ...env }, flags });
    await connect(settings);
  } catch (error) {
    assert.ok(error instanceof Problem, String((error as Error).stack));
    return error.message;
  }
  return '';
}

/** Mostly `good`, so that one bad part does not hide all others; now and then one of `bad`. */
const mostly = <Value>(good: fc.Arbitrary<Value>, ...bad: Value[]) =>
  fc.oneof({ weight: 14, arbitrary: good }, { weight: 1, arbitrary: fc.constantFrom(...bad) });

/** A record in which each key is there once in a while. */
const some = (model: Record<string, fc.Arbitrary<string>>): fc.Arbitrary<Record<string, string>> =>
  fc
    .record(Object.fromEntries(Object.entries(model).map(([key, value]) => [key, fc.option(value, { freq: 1 })])))
    .map((record) =>
      Object.fromEntries(Object.entries(record).filter((entry): entry is [string, string] => entry[1] !== null)),
    );

// Letters that mean something to one of the grammars, and some that do not.
const nasty = fc.string({ unit: fc.constantFrom(...Array.from('abz09 _-.+%\'"\\=@/:?&#,[]ä*$')), maxLength: 8 });
const plain = fc.constantFrom('app', 'bob', 'My Db', "o'neil", 'ä', 'a=b', 'a@b', '50%', 'x\\y', '');
const word = fc.oneof({ weight: 3, arbitrary: plain }, { weight: 1, arbitrary: nasty });
const sslmode = mostly(fc.constantFrom('disable', 'allow', 'prefer', 'require'), 'nonsense', '');
const timeout = mostly(fc.constantFrom('5', ' 7 ', '0', '-1', '+3'), 'soon', '', '1s');
const service = mostly(fc.constantFrom('one', 'two', 'system'), 'none', '');

const ports = (): Record<string, number> => ({ REFUSING: refusing, STARTING: starting, CLOSED: closed });
const directories = (): Record<string, string> => ({ SOCKETS: files.directory, ODD: odd });

/** Hosts and as many ports (or one, or none), as lists for `host` and `port`. */
const places = fc
  .array(
    fc.tuple(
      fc.constantFrom('127.0.0.1', '127.0.0.2', 'localhost', 'SOCKETS', 'ODD', '::1'),
      mostly(fc.constantFrom('REFUSING', 'REFUSING', 'STARTING', 'CLOSED', ''), 'abc', '70000', ' 5432x', '0'),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .chain((list) =>
    mostly(fc.constantFrom(list.length, 1), 0, 2).map((count) => ({
      host: list.map(([host]) => directories()[host] ?? host),
      port: list.slice(0, count).map(([, port]) => String(ports()[port] ?? port)),
    })),
  );

const rest = some({
  options: fc.oneof(word, fc.constant('-c geqo=off')),
  application_name: word,
  sslmode,
  service,
  hostaddr: mostly(fc.constantFrom('127.0.0.1', ''), '127.0.0.1,127.0.0.2'),
  connect_timeout: timeout,
  requiressl: fc.constantFrom('0', '1'),
  target_session_attrs: mostly(fc.constantFrom('any', 'read-write'), 'nonsense'),
  keepalives: mostly(fc.constantFrom('0', '1'), 'no'),
});
const parts = fc.tuple(
  places,
  some({ user: word, password: word, dbname: word }),
  rest,
  fc.integer({ min: 0, max: 40 }),
);

/** How a value is written: properly quoted, or as it is, which may break the string. */
const careful = fc.array(fc.boolean(), { minLength: 20, maxLength: 20 });

const keywordValue = fc
  .tuple(parts, careful, fc.constantFrom(' ', '  ', '\n', ' \t '))
  .map(([[{ host, port }, who, more, odd], quote, blank]) => {
    const given = {
      host: host.join(','),
      port: port.join(','),
      ...who,
      ...more,
      ...(odd === 0 ? { colour: 'blue' } : {}),
    };
    return Object.entries(given)
      .map(([name, value], index) =>
        quote[index] ? `${name}='${value.replace(/[\\']/g, '\\$&')}'` : `${name}${index % 2 ? ' = ' : '='}${value}`,
      )
      .join(blank);
  });

const uri = fc
  .tuple(parts, careful, fc.constantFrom('postgres', 'postgresql'))
  .map(([[{ host, port }, { user, password, dbname }, more, odd], quote, scheme]) => {
    const write = (text: string, index: number) => (quote[index] ? encodeURIComponent(text) : text);
    const who = user === undefined ? '' : `${write(user, 0)}${password === undefined ? '' : `:${write(password, 1)}`}@`;
    const where = host.map((each, index) => {
      const name = each.includes(':') ? `[${each}]` : each.startsWith('/') ? encodeURIComponent(each) : each;
      return `${name}${port[index] === undefined ? '' : `:${port[index]}`}`;
    });
    const query = Object.entries({ ...more, ...(odd === 0 ? { colour: 'blue' } : {}) });
    const words = query.map(([name, value], index) => `${name}=${write(value, index + 2)}`);
    const path = dbname === undefined ? '' : `/${write(dbname, 19)}`;
    return `${scheme}://${who}${where.join(',')}${path}${words.length > 0 ? `?${words.join('&')}` : ''}`;
  });

const conninfo = fc.oneof(uri, keywordValue, fc.constantFrom('', 'app', 'postgres', 'a b'));

const environment = fc
  .tuple(
    fc.option(places, { freq: 1 }),
    some({
      PGHOSTADDR: fc.constantFrom('127.0.0.2', ''),
      PGUSER: word,
      PGPASSWORD: word,
      PGDATABASE: word,
      PGOPTIONS: word,
      PGAPPNAME: word,
      PGSSLMODE: sslmode,
      PGREQUIRESSL: fc.constantFrom('1', '0'),
      PGSERVICE: mostly(fc.constantFrom('one', 'system'), 'none'),
      PGCONNECT_TIMEOUT: timeout,
      PGTARGETSESSIONATTRS: mostly(fc.constantFrom('any', 'primary'), 'nonsense'),
    }),
    mostly(fc.constantFrom('services', undefined), 'missing'),
  )
  .map(
    ([place, env, file]): Env => ({
      ...(place ? { PGHOST: place.host.join(','), PGPORT: place.port.join(',') } : {}),
      ...(file === undefined ? {} : { PGSERVICEFILE: files.file(file) }),
      ...env,
    }),
  );

const flags = some({
  host: fc.constantFrom('127.0.0.2', 'localhost', ''),
  port: mostly(
    fc.constantFrom('REFUSING', 'STARTING', 'CLOSED').map((name) => String(ports()[name])),
    '',
    'abc',
  ),
  user: word,
  dbname: conninfo,
});

const services = () => `
# services of this test
[one]
host=127.0.0.1
port=${refusing}
user=from service
dbname=one

[two]
  hostaddr=127.0.0.2
application_name=two words
port=${starting}
port=1
`;

/** Texts that psql takes for something (mostly a database or a host name) and that we refuse on purpose. */
const onPurpose =
  /is not a port|begins with postgres|looks like a URL|with quotes around|is a URL with|more than one @|there is a \/ or \? before|neither a URL nor|is not an address|is not percent-encoded properly|too long/;

async function sameAsPsql(call: Call): Promise<void> {
  const theirs = await record(() => psql(call));
  let said = '';
  const mine = await record(async () => (said = await ours(call)));
  if (mine.length === 0 && onPurpose.test(said)) return;
  assert.deepEqual(mine, theirs, `${JSON.stringify(call)}\nwe said: ${said}`);
}

test('a connection string and an environment lead where psql is led', { skip: withoutPsql }, async () => {
  writeFileSync(files.file('services'), services());
  writeFileSync(files.file('.pg_service.conf'), services());
  writeFileSync(
    files.file('pg_service.conf'),
    `[system]\nhost=localhost\nport=${refusing}\nuser=everybody\n[one]\nuser=nobody\n`,
  );
  const calls = fc.record({ conninfo, env: environment, flags: fc.constant({}) });
  await fc.assert(fc.asyncProperty(calls, sameAsPsql), { numRuns: runs, ...patience });
});

test('-h, -p, -U and -d lead where psql is led', { skip: withoutPsql }, async () => {
  writeFileSync(files.file('services'), services());
  const calls = fc.record({ conninfo: fc.constant(''), env: environment, flags });
  await fc.assert(fc.asyncProperty(calls, sameAsPsql), { numRuns: runs / 2, ...patience });
});

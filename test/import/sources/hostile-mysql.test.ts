import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Source } from '../../../src/import/source.ts';
import { Problem } from '../../../src/problem.ts';
import { open as openSource } from '../../../src/import/sources/mysql/index.ts';
import { type FakeMysql, failed, ok, rows, type RunningFake, startFakeMysql } from './fake-mysql.ts';
import { closing, folder, options, problemOf, tableOf, textOf } from './support.ts';

// What answers at the address of a MySQL server, and is none, or one that means ill.

const open = closing(openSource);

async function fake(t: TestContext, how: FakeMysql = {}): Promise<RunningFake> {
  const server = await startFakeMysql(how);
  t.after(() => server.close());
  return server;
}

const methods = ['caching_sha2_password', 'sha256_password', 'mysql_clear_password'] as const;

test('without TLS nobody is given the password who asks for it', async (t) => {
  for (const method of methods)
    for (const switches of method === 'caching_sha2_password' ? [true, false] : [true]) {
      const server = await fake(t, { method, switches });
      for (const more of ['', '?ssl-mode=DISABLED', '?ssl-mode=REQUIRED', '?enable-cleartext-plugin=1']) {
        const problem = await problemOf(open(`${server.url}${more}`, options()));
        assert.doesNotMatch(`${problem.message}${problem.hint}`, /hush/);
        assert.deepEqual(server.passwords, [], `${method}${more}`);
        if (switches && more === '') assert.match(problem.message, /wants the password/);
        if (switches && more === '') assert.match(problem.hint ?? '', /^ssl-mode=REQUIRED/);
      }
    }
});

test('its key has to be known, or asked for', async (t) => {
  for (const method of ['caching_sha2_password', 'sha256_password'] as const) {
    const server = await fake(t, { method });
    const at = join(folder(t), 'key.pem');
    writeFileSync(at, server.key);
    for (const more of ['get-server-public-key=1', 'allowPublicKeyRetrieval=true', `server-public-key-path=${at}`]) {
      const source = await open(`${server.url}?${more}`, options());
      assert.deepEqual(server.passwords.splice(0), ['hush'], more);
      assert.equal(await textOf(tableOf(source, 'victim')), '1\ta\n2\tb\n3\tc\n');
    }
    const other = await fake(t, { method, key: 1 });
    await problemOf(open(`${other.url}?server-public-key-path=${at}&get-server-public-key=1`, options()));
    assert.ok(!other.passwords.includes('hush'), 'another server cannot read it');
  }
});

test('going on without TLS is said, unless it was asked for', async (t) => {
  const server = await fake(t);
  const notes: string[] = [];
  await open(server.url, options({ notes }));
  assert.match(notes.join('\n'), /^mysql:\/\/u@127.0.0.1:\d+\/db has no TLS: .*ssl-mode=REQUIRED/);
  notes.length = 0;
  await open(`${server.url}?ssl-mode=DISABLED`, options({ notes }));
  assert.deepEqual(notes, []);
});

test('one that refuses, and stays on the line, is hung up on', async (t) => {
  const server = await fake(t, { refuses: true });
  assert.match((await problemOf(open(server.url, options()))).message, /Too many connections/);
  while (server.open() > 0) await new Promise((resolve) => setImmediate(resolve));
});

const columnsOf = (...more: (readonly (string | null)[])[]) => rows('abcdef', more);
const about =
  (word: string, answer: readonly Buffer[]): NonNullable<FakeMysql['answer']> =>
  (sql, socket) => {
    if (!sql.includes(word)) return undefined;
    setImmediate(() => socket.end()); // what is missing then never comes
    return answer;
  };

test('answers that make no sense are problems that name the server', async (t) => {
  const [columns, tables] = ['information_schema.columns', 'information_schema.tables'];
  const cases: [string, NonNullable<FakeMysql['answer']>, RegExp][] = [
    ['a file of ours', about(columns, [Buffer.from('\u00fb/etc/passwd', 'latin1')]), /LOCAL INFILE/],
    [
      'a count that is none',
      about(tables, rows('abcde', [['victim', 'BASE TABLE', 'InnoDB', 'many', '4']])),
      /table_rows of victim is "many"/,
    ],
    [
      'a counter that is none',
      about(tables, rows('abcde', [['victim', 'BASE TABLE', 'InnoDB', '3', '0x4']])),
      /auto_increment of victim/,
    ],
    [
      'an endless number',
      about(tables, rows('abcde', [['victim', 'BASE TABLE', 'InnoDB', '9'.repeat(99), '4']])),
      /not a whole number/,
    ],
    [
      'a precision that is none',
      about(columns, columnsOf(['victim', 'id', 'bit', 'x', '', ''])),
      /numeric_precision of victim.id/,
    ],
    ['a maximum that is none', about('select max', rows('m', [['1e3']])), /largest victim.id is "1e3"/],
    ['too few columns', about(tables, rows('ab', [['victim', 'BASE TABLE']])), /a row of 2 columns, where 5 columns/],
    ['too many columns', about('select max', rows('mn', [['3', '4']])), /a row of 2 columns, where 1 column/],
    ['no rows at all', about(columns, [ok]), /no rows where some were asked for/],
    ['no end of the columns', about(columns, [Buffer.from([1]), ...rows('a', []).slice(1, 2), ok, ok]), /EOF/],
    ['noise', about(columns, [Buffer.from('ffffffffffff', 'hex')]), /./],
    ['an empty packet', about(columns, [Buffer.alloc(0)]), /./],
    ['half a header', about(columns, [Buffer.from([0xfd, 1])]), /./],
    ['half a column', about(columns, [Buffer.from([1]), Buffer.from([3, 100])]), /./],
    [
      'two results',
      about('select max', [...rows('m', [['3']]).slice(0, -1), Buffer.from([0xfe, 0, 0, 8, 0]), ...rows('m', [['3']])]),
      /./,
    ],
    ['an error', about(columns, [failed('out of disk')]), /out of disk/],
    ['nothing that was asked for', about('set names', [ok, ok, ok]), /./],
  ];
  for (const [what, answer, expected] of cases) {
    const server = await fake(t, { answer });
    const problem = await problemOf(read(server));
    assert.match(problem.message, expected, what);
    assert.match(problem.message, /mysql:\/\/u@127/, what);
  }
});

test('nor do rows', async (t) => {
  const select = /^select `id`/;
  const cases: [string, readonly Buffer[]][] = [
    ['a column more', rows('inx', [['1', 'a', 'b']])],
    ['a column less', rows('i', [['1']])],
    ['no rows', [ok]],
    ['an error in the middle', [...rows('in', [['1', 'a']]).slice(0, -1), failed('the disk is gone')]],
    ['a file of ours', [Buffer.from('\u00fb/etc/passwd', 'latin1')]],
  ];
  for (const [what, answer] of cases) {
    const server = await fake(t, { answer: (sql) => (select.test(sql) ? answer : undefined) });
    const problem = await problemOf(read(server));
    assert.match(problem.message, /mysql:\/\/u@127/, what);
  }
});

/** Opens it and reads all that it has. */
async function read(server: RunningFake): Promise<void> {
  const source: Source = await open(server.url, options());
  for (const table of source.tables) await textOf(table);
}

test('a row that never ends is not gathered', async (t) => {
  let sent = 0;
  const server = await fake(t, {
    answer: (sql, socket) => {
      if (!sql.startsWith('select `id`')) return undefined;
      const part = Buffer.alloc(2 ** 24 + 3, 'x');
      part.writeUIntLE(2 ** 24 - 1, 0, 3);
      const more = (): void => {
        sent += part.length;
        if (!socket.destroyed) socket.write(part, more);
      };
      for (const [i, packet] of rows('in', []).slice(0, 4).entries())
        socket.write(Buffer.concat([Buffer.from([packet.length, 0, 0, i + 1]), packet]));
      part[3] = 5;
      more();
      return [];
    },
  });
  const problem = await problemOf(read(server));
  assert.match(problem.message, /mysql:\/\/u@127.*a row, or another answer, is longer than 64 MB/);
  assert.ok(sent < 2 ** 28, `${sent} bytes were taken`);
});

test('a signal ends what never answers', async (t) => {
  for (const silent of [/./, /^select `id`/]) {
    let asked = (): void => {};
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const server = await fake(t, {
      answer(sql) {
        if (!silent.test(sql)) return undefined;
        asked();
        return null;
      },
    });
    const ending = new AbortController();
    const reading = (async () => {
      const source = await open(server.url, options({ signal: ending.signal }));
      const { chunks } = tableOf(source, 'victim').read({
        columns: [{ source: 'id', type: 'text' }],
        rowwise: false,
        signal: ending.signal,
      });
      for await (const _ of chunks);
    })();
    await isAsked;
    ending.abort(new Problem('enough'));
    await assert.rejects(reading, { message: 'enough' });
  }
});

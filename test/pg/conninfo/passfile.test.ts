import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { passwordIn, readPassfile } from '../../../src/pg/conninfo/passfile.ts';
import { scratch } from '../connection/fake-server.ts';

const files = scratch();
after(() => files.remove());
const key = { host: 'h', port: 5432, database: 'db', user: 'u' };

test('the first line that matches wins', () => {
  const cases: [string, Partial<typeof key>, string | undefined][] = [
    ['h:5432:db:u:p', {}, 'p'],
    ['*:*:*:*:any', {}, 'any'],
    ['h:5432:db:x:no\nh:*:db:u:yes\n*:*:*:*:late', {}, 'yes'],
    ['#h:5432:db:u:p\n\nh:5432:db:u:q', {}, 'q'],
    ['h:5432:db:u:p\r\n', {}, 'p'],
    ['h:5432:db:u:a\\:b\\\\c', {}, 'a:b\\c'],
    ['h:5432:db:u:a:rest', {}, 'a'],
    ['h\\:x:5432:d\\\\b:u:p', { host: 'h:x', database: 'd\\b' }, 'p'],
    ['::1:5432:db:u:p', { host: '::1' }, undefined],
    ['\\:\\:1:5432:db:u:p', { host: '::1' }, 'p'],
    ['localhost:5432:db:u:p', { host: '/var/run/postgresql' }, 'p'],
    ['localhost:5432:db:u:p', { host: '/elsewhere' }, undefined],
    ['/elsewhere:5432:db:u:p', { host: '/elsewhere' }, 'p'],
    ['h*:5432:db:u:p', {}, undefined],
    ['h:5432:db:u', {}, undefined],
    ['h:5432:db:u:', {}, ''],
    ['h:5432:db:u:p\\', {}, 'p\\'],
    ['', {}, undefined],
  ];
  for (const [text, more, expected] of cases) assert.equal(passwordIn(text, { ...key, ...more }), expected, text);
});

test('a file that others can read is ignored with a note', async () => {
  const file = files.file('pgpass');
  writeFileSync(file, '*:*:*:*:p\n');
  chmodSync(file, 0o644);
  const open = await readPassfile(file, key, 'linux');
  assert.equal(open.password, undefined);
  assert.match(open.note ?? '', /is ignored: others can read it; try: chmod 600/);
  chmodSync(file, 0o600);
  assert.deepEqual(await readPassfile(file, key, 'linux'), { password: 'p' });
  chmodSync(file, 0o644);
  assert.deepEqual(await readPassfile(file, key, 'win32'), { password: 'p' });
  assert.deepEqual(await readPassfile(files.file('none'), key, 'linux'), { password: undefined });
  mkdirSync(files.file('directory'));
  assert.match((await readPassfile(files.file('directory'), key, 'linux')).note ?? '', /not a plain file/);
});

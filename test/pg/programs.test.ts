import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { chooseProgram, findPrograms, type Program } from '../../src/pg/programs.ts';

const program = (version: string): Program => {
  const [major, minor] = version.split('.').map(Number);
  return { path: `/${version}/psql`, version, major: major ?? 0, minor: minor ?? 0 };
};
const installed = ['18.1', '15.14', '16.4', '15.2'].map(program);

for (const [title, least, server, wanted] of [
  ["the server's own major, its newest release", 0, 15, '15.14'],
  ['the next newer one', 0, 17, '18.1'],
  ['the next newer one for an older server', 0, 13, '15.14'],
  ['the newest older one for a newer server', 0, 19, '18.1'],
  ['no older one than the archive needs', 17, 15, '18.1'],
  ['the newest without a server', 0, null, '18.1'],
] as const)
  test(`the program that is chosen: ${title}`, () => {
    const demand = { name: 'psql' as const, server, unless: '', hint: '' };
    assert.equal(chooseProgram(installed, { ...demand, suits: ({ major }) => major >= least }).version, wanted);
  });

test('where none suits, it is said what is there', () => {
  assert.throws(
    () =>
      chooseProgram(installed, {
        name: 'psql',
        server: 15,
        suits: () => false,
        unless: 'x needs 19',
        hint: 'install 19',
      }),
    { message: /^x needs 19; found psql 18\.1 \(\/18\.1\/psql\), 15\.14 /, hint: 'install 19' },
  );
});

/** A folder with a program that prints this, or is not to be run. */
function folder(t: TestContext, prints: string | null): string {
  const path = mkdtempSync(join(tmpdir(), 'pgseq-programs-'));
  t.after(() => rmSync(path, { recursive: true }));
  writeFileSync(join(path, 'psql'), `#!/bin/sh\necho '${prints ?? ''}'\n`);
  chmodSync(join(path, 'psql'), prints === null ? 0o644 : 0o755);
  return path;
}

test('programs are asked for their version', async (t) => {
  for (const [prints, version, major, minor] of [
    ['psql (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)', '15.18', 15, 18],
    ['psql (PostgreSQL) 19devel', '19devel', 19, 0],
    ['psql (PostgreSQL) 18beta2', '18beta2', 18, 0],
  ] as const) {
    const binDir = folder(t, prints);
    assert.deepEqual(await findPrograms('psql', { binDir, path: undefined }), [
      { path: join(binDir, 'psql'), version, major, minor },
    ]);
  }
});

test('what is not there, cannot be run, or is something else, is not found', async (t) => {
  for (const binDir of [join(folder(t, null), 'nowhere'), folder(t, null), folder(t, 'hello')])
    await assert.rejects(findPrograms('psql', { binDir, path: undefined }), {
      message: `there is no psql in ${binDir}`,
      hint: /--bin-dir/,
    });
});

test('the PATH is looked through, beside the folders of packages', async (t) => {
  const there = folder(t, 'psql (PostgreSQL) 99.7');
  const found = await findPrograms('psql', { binDir: undefined, path: `:/nowhere:${there}` });
  assert.equal(found.find(({ major }) => major === 99)?.path, join(there, 'psql'));
});

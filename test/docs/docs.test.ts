// Takes long: every example of every page.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { commands } from '../../src/commands/index.ts';
import { rules } from '../../src/core/rules/index.ts';
import { checkReporters, reporters } from '../../src/report/index.ts';
import { versions } from '../adapters/clients.ts';
import { anchorsOf, blocksOf, linksOf } from './markdown.ts';
import { directoryOf, isUpdate, needsClients, runPage } from './page.ts';
import { withoutSqlite } from './sources.ts';
import { type Cluster, startCluster } from '../support/cluster.ts';
import { databaseTest, withDatabase } from '../support/database.ts';
import { startMariadb, withoutMariadb } from '../support/mariadb.ts';
import { fromRoot } from '../support/root.ts';
import { withoutPsql } from '../support/psql.ts';
import { newest } from '../support/servers.ts';

const read = (page: string): string => readFileSync(fromRoot(page), 'utf8');
const docs = readdirSync(fromRoot('docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name.replaceAll('\\', '/')}`)
  .toSorted();
const pages = ['README.md', ...docs];
const ruleNames = [...rules.map(({ name }) => name), 'standby', 'unfed'];

test('the TypeScript examples are right, by the types of the built package', () => {
  const directory = fromRoot('build', 'docs');
  mkdirSync(directory, { recursive: true });
  const compilerOptions = { rootDir: '.', outDir: '.', noEmit: false };
  writeFileSync(
    join(directory, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.json', compilerOptions, include: ['*/*.ts'] }),
  );
  for (const page of pages)
    for (const { kind, argument, text } of blocksOf(read(page))) {
      if (kind !== 'ts') continue;
      assert.match(argument, /^[\w-]+\.ts$/, `${page}: a ts block begins with the name of its file`);
      mkdirSync(directoryOf(page), { recursive: true });
      writeFileSync(join(directoryOf(page), argument), `${text}\n`);
    }
  const compiler = fromRoot('node_modules', 'typescript', 'bin', 'tsc');
  try {
    execFileSync(process.execPath, [compiler, '-p', directory], { encoding: 'utf8' });
  } catch (error) {
    assert.fail((error as { stdout: string }).stdout);
  }
});

for (const page of pages) {
  const markdown = read(page);
  const blocks = blocksOf(markdown);
  const fences = markdown.match(/^\s*(?:```|~~~)/gm) ?? [];
  test(`${page}: every fence begins or ends a block that can be run`, () => {
    assert.equal(fences.length, 2 * blocks.length);
  });
  const settle = (found: string): void => {
    if (isUpdate && found !== markdown) writeFileSync(fromRoot(page), found);
  };
  if (blocks.some(({ argument }) => argument === 'standby')) {
    test(page, async () => {
      await withStandby(async (primary, standby) => {
        await withDatabase(primary, page, '', async (database) => {
          settle(await runPage(page, markdown, { database, standby }));
        });
      });
    });
  } else if (blocks.some(({ argument }) => argument === 'mariadb')) {
    test(page, { skip: withoutMariadb }, async () => {
      const mariadb = await startMariadb();
      try {
        mariadb.run('create database shop');
        await withDatabase(newest, page, '', async (database) => {
          settle(await runPage(page, markdown, { database, mariadb }));
        });
      } finally {
        await mariadb.remove();
      }
    });
  } else if (blocks.length > 0) {
    const withoutClients =
      needsClients(page) && versions.length === 0 && 'npm test installs the clients when all tests are run';
    const needsPsql = /pgseq (?:restore|run .*-- psql)/.test(blocks.map(({ text }) => text).join('\n'));
    const needsSqlite = blocks.some(({ argument }) => argument.startsWith('sqlite '));
    databaseTest(
      page,
      newest,
      '',
      async (database) => {
        settle(await runPage(page, markdown, { database }));
      },
      { skip: (needsPsql && withoutPsql) || (needsSqlite && withoutSqlite) || withoutClients },
    );
  }
}

interface Manifest {
  readonly exports?: Record<string, unknown>;
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
}

function manifest(path: string): Manifest {
  return JSON.parse(read(path)) as Manifest;
}

/** Lends a server of its own and a standby of it. */
async function withStandby(work: (primary: Cluster, standby: Cluster) => Promise<void>): Promise<void> {
  const primary = await startCluster(newest.major);
  try {
    const standby = await startCluster(newest.major, { standbyOf: primary });
    try {
      await work(primary, standby);
    } finally {
      await standby.remove();
    }
  } finally {
    await primary.remove();
  }
}

test('every rule has its page, which shows its finding, and its situation', () => {
  const found = docs.filter((page) => dirname(page) === 'docs/findings' && !page.endsWith('README.md'));
  assert.deepEqual(found, ruleNames.map((name) => `docs/findings/${name}.md`).toSorted());
  // No folder can make a standby: its page runs on a real one
  const missing = rules.map(({ name }) => name).filter((name) => !existsSync(fromRoot('test', 'situations', name)));
  assert.deepEqual(missing, [], 'rules without a folder in test/situations');
  for (const name of ruleNames) {
    const markdown = read(`docs/findings/${name}.md`);
    assert.ok(markdown.startsWith(`# ${name}\n`), `docs/findings/${name}.md begins with the name of its rule`);
    const isShown = blocksOf(markdown).some(({ kind, text }) => kind === 'console' && text.includes(`[${name}]`));
    assert.ok(isShown, `docs/findings/${name}.md shows the finding in an example`);
  }
});

test('every command has its page, with its options', () => {
  const expected = commands.map(({ name }) => `docs/commands/${name.replaceAll(' ', '-')}.md`);
  assert.deepEqual(docs.filter((page) => dirname(page) === 'docs/commands').toSorted(), expected.toSorted());
  for (const [i, { name }] of commands.entries()) {
    const helps = blocksOf(read(expected[i] ?? '')).filter(({ kind }) => kind === 'help');
    assert.deepEqual(
      helps.map(({ argument }) => argument),
      [name],
    );
  }
});

test('every format of check has its part of the page, which shows it, and its test', () => {
  const page = read('docs/formats.md');
  for (const { name } of checkReporters) {
    assert.match(page, new RegExp(`^\\| \\[?\`${name}\``, 'm'));
    if (reporters.some((one) => one.name === name)) continue;
    const isShown = blocksOf(page).some(({ kind, text }) => kind === 'console' && text.includes(`--format ${name}`));
    assert.ok(isShown && anchorsOf(page).includes(name), `docs/formats.md shows ${name}`);
    assert.ok(existsSync(fromRoot('test', 'report', `${name}.test.ts`)), `test/report/${name}.test.ts`);
  }
});

test('every client has its page and its example, and the versions they name are those that are tried', () => {
  const { exports, peerDependencies } = manifest('package.json');
  const tried = (version: string): Record<string, string> =>
    manifest(`test/adapters/${version}/package.json`).dependencies ?? {};
  const packages: Record<string, string> = {
    prisma: '@prisma/client',
    drizzle: 'drizzle-orm',
    'mikro-orm': '@mikro-orm/core',
    pglite: '@electric-sql/pglite',
  };
  const clients = Object.keys(exports ?? {}).flatMap((name) => /^\.\/([\w-]+)$/.exec(name)?.[1] ?? []);
  assert.deepEqual(
    docs.filter((page) => dirname(page) === 'docs/clients'),
    clients.map((client) => `docs/clients/${client}.md`).toSorted(),
  );
  for (const client of clients) {
    const name = packages[client] ?? client;
    const first = tried('oldest')[name]?.replace(/\.0$/, '') ?? '';
    const row = new RegExp(`\\(clients/${client}\\.md\\).* ${first.replaceAll('.', '\\.')} – ([\\d.]+) `);
    const [, newest = ''] = row.exec(read('docs/library.md')) ?? [];
    assert.ok(newest !== '', `docs/library.md names ${first} as the first version of ${name}`);
    assert.ok(`${tried('current')[name]}.`.startsWith(`${newest}.`), `docs/library.md names ${newest} of ${name}`);
    const page = read(`docs/clients/${client}.md`);
    assert.ok(page.includes(` ${first} and newer`), `docs/clients/${client}.md names ${first}`);
    assert.ok(
      linksOf(page).includes(`../../examples/${client}/README.md`),
      `docs/clients/${client}.md leads to its example`,
    );
    if (client !== 'pg')
      assert.match(peerDependencies?.[name] ?? '', new RegExp(`^>=${first.replaceAll('.', '\\.')}\\b`));
  }
});

test('every link within the repository leads somewhere', () => {
  const dead: string[] = [];
  for (const page of [...pages, 'CONTRIBUTING.md', 'CHANGELOG.md'])
    for (const link of linksOf(read(page))) {
      if (/^[a-z]+:/.test(link)) continue;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      const isThere = existsSync(fromRoot(target));
      const isPart = anchor === undefined || (isThere && anchorsOf(read(target)).includes(anchor));
      if (!isThere || !isPart) dead.push(`${page}: ${link}`);
    }
  assert.deepEqual(dead, []);
});

test('every page of the docs is reached from their index', () => {
  const seen = new Set<string>();
  const follow = (page: string): void => {
    if (seen.has(page)) return;
    seen.add(page);
    for (const link of linksOf(read(page))) {
      const target = join(dirname(page), link.split('#')[0] ?? '');
      if (docs.includes(target)) follow(target);
    }
  };
  follow('docs/README.md');
  assert.deepEqual(
    docs.filter((page) => !seen.has(page)),
    [],
  );
});

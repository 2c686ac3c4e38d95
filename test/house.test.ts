import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { guardVersion } from '../src/pg/guard.ts';
import { fromRoot } from './support/root.ts';

// What holds the house together: imports go one way, one file moves sequences, only the command line touches the process.

/** The rooms, each with those that it may import from. */
const doors: Readonly<Record<string, readonly string[]>> = {
  cli: ['commands', 'report', 'pg'],
  commands: ['report', 'adapters', 'sources', 'core', 'pg'],
  report: ['core', 'pg'],
  adapters: ['core', 'pg'],
  core: ['pg'],
  pg: [],
  sources: ['core', 'pg'],
  '': ['sources', 'core', 'pg'], // index.ts, the library's door
};

const files = readdirSync(fromRoot('src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.generated.ts'))
  .map((file) => ({ file, room: roomOf(file), text: readFileSync(fromRoot('src', file), 'utf8') }));

test('imports go one way', () => {
  const wrong = files.flatMap(({ file, room, text }) =>
    [...text.matchAll(/(?:from|import\() ?'(\.[^']+)'/g)].flatMap(([, path]) => {
      const target = relative(fromRoot('src'), join(fromRoot('src', file), '..', path ?? ''));
      const to = roomOf(target);
      return to === room || target.endsWith('.generated.ts') || doors[room]?.includes(to)
        ? []
        : [`${file} → ${target}`];
    }),
  );
  assert.deepEqual(wrong, []);
});

test('what judges is pure: it imports nothing of Node and no client, and asks no clock', () => {
  const pure = files.filter(({ file }) =>
    /core.(sequence|judge|message|model|plan|patterns|links|finding|rules.[a-z-]+)\.ts$/.test(file),
  );
  assert.ok(pure.length > 20);
  const impure = pure.filter(({ text }) => /from 'node:|Date\.now|performance\.now|await |queryable\.ts/.test(text));
  assert.deepEqual(
    impure.map(({ file }) => file),
    [],
  );
});

test('one file says how a sequence is moved', () => {
  const movers = files.filter(({ text }) =>
    /(pg_catalog\.(nextval|setval)\(|alter sequence \$\{\w+\} cache)/.test(text),
  );
  assert.deepEqual(
    movers.map(({ file }) => file),
    [join('core', 'move.ts')],
  );
  const inSql = sqlFiles('sql').filter((file) => {
    const code = readFileSync(fromRoot('sql', file), 'utf8').replaceAll(/--.*|'(?:[^']|'')*'/g, '');
    return /\b(setval|alter\s+sequence)\b|\bnextval\s*\(/i.test(code);
  });
  assert.deepEqual(inSql, [], 'what pgseq asks moves nothing');
  const inDatabase = sqlFiles('sql/guard').filter((file) => {
    const code = readFileSync(fromRoot('sql', 'guard', file), 'utf8').replaceAll(/--.*/g, '');
    return /\b(setval|alter sequence)\b|\bnextval\s*\((?!name\b)/i.test(code.replaceAll(/regexp?_?\w*\(.*|~ '.*/g, ''));
  });
  assert.deepEqual(inDatabase, ['forward.sql'], 'of what is kept in a database one function moves');
});

/** Of what is asked by other names than those of the catalogs: who makes it, and why that is no read of somebody's table. */
const madeElsewhere: Readonly<Record<string, string>> = {
  'core/import/put.ts': 'loads rows, from a staging table of its own',
  'core/move.ts': 'moves a sequence that the screen has held',
  'core/psql/migration.ts': 'is printed, and never sent',
  'core/psql/refusals.ts': 'is printed, and never sent',
};

test('what reads a relation is made in one place, and asked through the screen', () => {
  const ofServer = files.filter(({ file }) => !/^sources.(?:mysql|sqlite)/.test(file));
  const makers = ofServer.filter(({ text }) =>
    /\b(?:select|exists|copy|create temporary)\b[^`\n]*(?:\b(?:from|join|like|only)|copy) \$\{|`lock table/.test(text),
  );
  assert.deepEqual(
    makers.map(({ file }) => slashed(file)).toSorted(),
    [...Object.keys(madeElsewhere), 'pg/matching.ts', 'pg/reading.ts', 'pg/screen.ts'].toSorted(),
  );
  const builder =
    /\b(?:position|furthest|collisions|between|highest|rowCount|hasRowsSince|holds|copyOut|likeOf|taken|dangling|furthestOf)\b/;
  const readers = ofServer.filter(({ text }) =>
    [...text.matchAll(/import (\{[^}]*\}) from '[./]+pg\/(?:reading|matching)\.ts'/g)].some(([, names = '']) =>
      builder.test(names),
    ),
  );
  assert.ok(readers.length > 8);
  const through = /\b(?:askAll|askPieces|screen)\(|: Trial\b/;
  assert.deepEqual(
    readers.filter(({ text }) => !through.test(text)).map(({ file }) => file),
    [],
  );
});

test('what is kept in a database says its version', () => {
  // The schema and a grant have no body that could say it
  for (const file of sqlFiles('sql/guard').filter((name) => name !== 'schema.sql' && name !== 'granted.sql')) {
    const versions = [...readFileSync(fromRoot('sql', 'guard', file), 'utf8').matchAll(/^-- version: (\d+)$/gm)];
    assert.ok(versions.length > 0, file);
    for (const [, version] of versions) assert.equal(Number(version), guardVersion, file);
  }
});

test('only the command line touches the process and the terminal', () => {
  const wrong = files.filter(
    ({ room, text }) =>
      room !== 'cli' && /\bprocess\.(exit|argv|stdout|stderr|stdin|title|on)\b|\bconsole\./.test(text),
  );
  assert.deepEqual(
    wrong.map(({ file }) => file),
    [],
  );
});

test('every test file is of the kind that test/kinds.txt lists: UPDATE_KINDS=1 writes it', async () => {
  const { kindOf, dependsOnNode } = (await import(
    pathToFileURL(fromRoot('scripts', 'test', 'kinds.mjs')).href
  )) as Record<'kindOf' | 'dependsOnNode', (file: string) => unknown>;
  const found = readdirSync(fromRoot('build', 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.js') && existsSync(fromRoot('test', file.replace(/\.js$/, '.ts'))))
    .map((file) => {
      const compiled = fromRoot('build', 'test', file);
      return `${String(kindOf(compiled)).padEnd(6)}  test/${file.replace(/\.js$/, '.ts')}${dependsOnNode(compiled) === true ? '  every Node' : ''}\n`;
    })
    .toSorted();
  if (process.env['UPDATE_KINDS'] === '1') writeFileSync(fromRoot('test', 'kinds.txt'), found.join(''));
  assert.equal(readFileSync(fromRoot('test', 'kinds.txt'), 'utf8'), found.join(''));
});

function sqlFiles(folder: string): string[] {
  return readdirSync(fromRoot(folder)).filter((file) => file.endsWith('.sql'));
}

function slashed(file: string): string {
  return file.replaceAll(sep, '/');
}

function roomOf(file: string): string {
  const [room = '', more] = file.split(sep);
  return more === undefined ? '' : room;
}

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { posix, sep } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { guardVersion } from '../src/pg/guard.ts';
import { fromRoot } from './support/root.ts';

// What holds the house together: imports go one way, one file moves sequences, only the command line touches the process.

/** A feature stands on the core and knows no other feature, so that each can be read, changed and removed alone. */
const feature = ['core', 'pg', 'problem.ts', 'text'];

/** The rooms, each with those that it may import from: types and dynamic imports count too. */
const doors: Readonly<Record<string, readonly string[]>> = {
  // The process: it calls a command, and prints what that threw
  cli: ['commands', 'pg', 'problem.ts', 'text'],
  // What each verb does: they bring everything together. The demo serves PGlite by its adapter
  commands: ['adapters', 'report', 'dump', 'explain', 'guard', 'import', 'psql', 'core', 'pg', 'problem.ts', 'text'],
  // The library's door: what the commands do, without the command line
  'index.ts': ['explain', 'guard', 'heal', 'import', 'core', 'pg', 'problem.ts'],
  // How results look. Of pg it takes how a shell quotes and what an offered command repeats: it prints commands
  report: ['dump', 'explain', 'guard', 'core', 'pg', 'text'],
  // The clients of applications: each becomes a Queryable, and heals
  adapters: ['heal', 'pg', 'problem.ts'],
  dump: feature,
  explain: feature,
  guard: feature,
  heal: feature,
  import: feature,
  psql: feature,
  // What a sequence is, when it is wrong, what the cure is
  core: ['pg', 'problem.ts', 'text'],
  // How to speak to PostgreSQL: it knows no sequence
  pg: ['problem.ts', 'text'],
  // An error whose message is for people: it keeps control characters out of it
  'problem.ts': ['text'],
  // Texts alone
  text: [],
};

/** The floors of a room, the highest first. A thing imports from floors below its own; those beside it do not know it. */
const floors: Readonly<Record<string, readonly (readonly string[])[]>> = {
  core: [
    // Doors that stand on other doors: they check or fix before, after or around something
    ['assert-in-step.ts', 'in-step-after.ts', 'around-a-load.ts'],
    // Doors: whoever wants something of the core comes by one of these
    ['check.ts', 'fix.ts', 'feeding-sequences.ts', 'suggested-links.ts'],
    // Survey, scope and measuring, opened once and handed on
    ['inspect.ts'],
    // What the rules are asked, and what has to be asked of the server for it
    ['findings'],
    // The stages: each takes plain values from the one before, and none calls another
    ['survey', 'measure', 'rules', 'move'],
    // Plain values, and what is computed from them: no database, no clock
    ['model'],
  ],
  commands: [
    // The table of verbs
    ['index.ts'],
    // With --init it is another verb
    ['check.ts'],
    // The verbs: none knows another
    [
      'baseline.ts',
      'explain.ts',
      'fix.ts',
      'init.ts',
      'run.ts',
      'completion',
      'demo',
      'guard',
      'import',
      'restore',
      'sql',
    ],
    // What came of a run
    ['result'],
    // What was asked for; and the programs that are run
    ['request', 'child.ts'],
    // What a verb is, and files
    ['command.ts', 'package-file.ts', 'replacement.ts'],
  ],
  pg: [
    // Opens sessions, by what conninfo read, that ask as query does
    ['connection'],
    // What we ask: it takes any session
    ['query', 'archive'],
    // Commands that an output offers
    ['offering.ts'],
    ['shell.ts', 'retry.ts', 'worker-pool.ts', 'programs.ts'],
    // What everybody needs, each by itself
    ['conninfo', 'guard.ts', 'identifier.ts', 'limit.ts', 'pause.ts', 'queryable.ts', 'raw-client.ts', 'sqlstate.ts'],
  ],
};

const files = readdirSync(fromRoot('src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.generated.ts'))
  .map((file) => ({ file: slashed(file), text: readFileSync(fromRoot('src', file), 'utf8') }));

/** Every import of a file of ours by another. */
const imports = files.flatMap(({ file, text }) =>
  [...text.matchAll(/(?:\bfrom|\bimport\()\s*'(\.[^']+)'/g)]
    .map(([, path = '']) => ({ file, target: posix.join(posix.dirname(file), path) }))
    .filter(({ target }) => !target.endsWith('.generated.ts')),
);

test('imports go one way between rooms', () => {
  assert.deepEqual([...new Set(files.map(({ file }) => thingIn('', file)))].toSorted(), Object.keys(doors).toSorted());
  const arrows = imports.map(({ file, target }) => ({
    from: thingIn('', file),
    to: thingIn('', target),
    file,
    target,
  }));
  const wrong = arrows.filter(({ from, to }) => from !== to && !doors[from]?.includes(to));
  assert.deepEqual(wrong.map(arrow), []);
  // A door that nobody uses is a promise that nobody checks
  const unused = Object.entries(doors).flatMap(([from, to]) =>
    to === feature
      ? []
      : to
          .filter((room) => !arrows.some((one) => one.from === from && one.to === room))
          .map((room) => `${from} → ${room}`),
  );
  assert.deepEqual(unused, []);
});

for (const [room, list] of Object.entries(floors))
  test(`imports go down the floors of ${room}`, () => {
    const inside = files.filter(({ file }) => file.startsWith(`${room}/`)).map(({ file }) => thingIn(room, file));
    assert.deepEqual([...new Set(inside)].toSorted(), list.flat().toSorted(), 'each thing has its floor');
    const floorOf = (thing: string): number => list.findIndex((things) => things.includes(thing));
    const wrong = imports.filter(({ file, target }) => {
      if (!file.startsWith(`${room}/`) || !target.startsWith(`${room}/`)) return false;
      const [from, to] = [thingIn(room, file), thingIn(room, target)];
      return from !== to && floorOf(from) >= floorOf(to);
    });
    assert.deepEqual(wrong.map(arrow), []);
  });

test('what judges is pure: it imports nothing of Node and no client, and asks no clock', () => {
  // Options carry sessions and callbacks
  const pure = files.filter(({ file }) =>
    /^core\/(?:model\/(?!options)|rules\/|move\/plan|survey\/patterns)[a-z-]*\.ts$/.test(file),
  );
  assert.ok(pure.length > 40);
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
    ['core/move/statements.ts'],
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
  assert.deepEqual(inDatabase, ['advance.sql'], 'of what is kept in a database one function moves');
});

/** Of what is asked by other names than those of the catalogs: who makes it, and why that is no read of somebody's table. */
const madeElsewhere: Readonly<Record<string, string>> = {
  'core/move/statements.ts': 'moves a sequence that the screen has held',
  'import/copy.ts': 'loads rows, from a staging table of its own',
  'psql/migration.ts': 'is printed, and never sent',
  'psql/refusals.ts': 'is printed, and never sent',
};

test('what reads a relation is made in one place, and asked through the screen', () => {
  const ofServer = files.filter(({ file }) => !/^import\/sources\/(?:mysql|sqlite)/.test(file));
  const makers = ofServer.filter(({ text }) =>
    /\b(?:select|exists|copy|create temporary)\b[^`\n]*(?:\b(?:from|join|like|only)|copy) \$\{|`lock table/.test(text),
  );
  assert.deepEqual(
    makers.map(({ file }) => file).toSorted(),
    [
      ...Object.keys(madeElsewhere),
      'pg/query/matching-sql.ts',
      'pg/query/measurement-sql.ts',
      'pg/query/relation-check.ts',
    ].toSorted(),
  );
  const builder =
    /\b(?:position|furthest|collisions|between|highest|rowCount|hasRowsSince|holds|copyOut|likeOf|taken|dangling|furthestOf)\b/;
  const readers = ofServer.filter(({ text }) =>
    [...text.matchAll(/import (\{[^}]*\}) from '[./]+(?:pg\/query\/)?(?:measurement|matching)-sql\.ts'/g)].some(
      ([, names = '']) => builder.test(names),
    ),
  );
  assert.ok(readers.length > 8);
  const through = /\b(?:runBatches|readBatches|verifyRelations)\(|: Trial\b/;
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
    ({ file, text }) =>
      thingIn('', file) !== 'cli' && /\bprocess\.(exit|argv|stdout|stderr|stdin|title|on)\b|\bconsole\./.test(text),
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

/** The file or folder of a room that a file is or lies in. */
function thingIn(room: string, file: string): string {
  const [thing = ''] = (room === '' ? file : file.slice(room.length + 1)).split('/');
  return thing;
}

function arrow({ file, target }: { readonly file: string; readonly target: string }): string {
  return `${file} → ${target}`;
}

import assert from 'node:assert/strict';
import { toString } from 'mdast-util-to-string';
import type { CheckReport } from '../../src/core/model/report.ts';
import { markdown } from '../../src/report/markdown.ts';
import { printable } from '../../src/text/printable.ts';
import { databaseTest } from '../support/database.ts';
import { pgseq } from '../support/pgseq.ts';
import { newest } from '../support/servers.ts';
import { assertPlain, cells, read } from './gfm.ts';
import { checked, hostileNames, hostileSetup, plain, several, statesSetup } from './support.ts';

databaseTest('a heading, a table of the findings, what cures them', newest, statesSetup, async (db) => {
  const root = read(markdown.check(await checked(db), plain));
  assertPlain(root);
  assert.deepEqual(
    root.children.map(({ type }) => type),
    ['heading', 'table', 'code', 'code'],
  );
  const [heading, findings, shell, sql] = root.children;
  assert.equal(
    toString(heading),
    `${db.name}: 8 sequences: 1 behind, 1 exhausted, 3 ok, 1 empty, 1 unlinked, 1 incomparable; 2 notes (--show-ok); unlinked: public.unlinked`,
  );
  assert.deepEqual(cells(findings), [
    ['level', 'rule', 'what', 'what to do'],
    [
      'error',
      'behind',
      'public.behind.id: the next id would be 1, but ids up to 9 exist (sequence public.behind_id_seq)',
      '3 more inserts succeed, then one fails (4 is taken). Likely cause: rows were restored or imported with their ids, and the sequence was not; or it was restarted.',
    ],
    [
      'error',
      'exhausted',
      'public.exhausted_id_seq has handed out its last value, 32767',
      'Every insert that uses it fails. Widening a column rewrites its table, which blocks all reads and writes until done.',
    ],
    [
      'warning',
      'near-limit',
      'public.near_id_seq has used 97.6 % of its values: 767 are left',
      'When none is left, every insert that uses it fails. Widening a column rewrites its table: plan for it now.',
    ],
  ]);
  assert.deepEqual(shell, { ...shell, lang: 'sh', value: 'pgseq fix --sequence public.behind_id_seq' });
  assert.ok(sql?.type === 'code' && sql.lang === 'sql');
  assert.equal(sql.value.split('\n').length, 8);
});

databaseTest('--show-ok adds the notes and a table of all sequences', newest, statesSetup, async (db) => {
  const root = read(markdown.check(await checked(db), { ...plain, showOk: true }));
  assertPlain(root);
  const [, findings, ...more] = root.children;
  assert.deepEqual(
    cells(findings).map(([level, rule]) => `${level} ${rule}`),
    ['level rule', 'error behind', 'error exhausted', 'warning near-limit', 'note unowned', 'note unlinked'],
  );
  assert.deepEqual(cells(more.at(-1)), [
    ['state', 'sequence', 'next', 'furthest', 'columns'],
    ['behind', 'public.behind_id_seq', '1', '9', 'public.behind.id'],
    ['ok', 'public.closed_id_seq', '2', '1', 'public.closed.id'],
    ['empty', 'public.empty_id_seq', '1', '-', 'public.empty.id'],
    ['exhausted', 'public.exhausted_id_seq', '-', '32767', 'public.exhausted.id'],
    ['ok', 'public.near_id_seq', '32001', '32000', 'public.near.id'],
    ['incomparable', 'public.numbers', '2', '-', 'public.incomparable.id'],
    ['ok', 'public.ok_id_seq', '2', '1', 'public.ok.id'],
    ['unlinked', 'public.unlinked', '1', '-', ''],
  ]);
});

databaseTest('several databases, some unchecked; nothing to say of the healthy', newest, '', async (db) => {
  await db.query('create table t (id integer primary key generated always as identity)');
  const name = '[x](y) @all `a` | <b>';
  const root = read(markdown.checkAll(several(await checked(db), name), plain));
  assertPlain(root);
  assert.deepEqual(
    root.children.map((node) => `${node.type} ${toString(node, { includeHtml: false })}`),
    [
      `heading ${name}: 1 sequence: 1 empty`,
      `heading ${name} of <yesterday>: unchecked`,
      'code password authentication failed for user "app"\n100%\nsee ~/.pgpass',
      `heading ${name} again: 1 sequence: 1 empty`,
      'paragraph 3 databases, 1 of them unchecked: 2 sequences: 2 empty',
    ],
  );
});

databaseTest('names that would be markup, links, mentions or cells are text', newest, hostileSetup, async (db) => {
  // One at a time: all of them do not fit into a comment
  const report = await checked(db);
  for (const name of hostileNames) {
    const sequences = report.sequences.filter(({ schema }) => schema === name);
    const findings = report.findings.filter(({ sequence }) => sequences.some((one) => one.name === sequence));
    const one: CheckReport = { ...report, sequences, findings };
    const root = read(markdown.check(one, { ...plain, showOk: true }));
    assertPlain(root);
    const [, told, shell, , listed] = root.children;
    const order = ['error', 'warning', 'info'];
    const sorted = findings.toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
    assert.deepEqual(
      cells(told)
        .slice(1)
        .map(([, rule, what, help]) => [rule, what, help]),
      sorted.map(({ rule, message, help }) => [rule, printable(message), printable(help)]),
    );
    assert.deepEqual(
      cells(listed)
        .slice(1)
        .map(([, sequence, , , columns]) => [sequence, columns]),
      sequences.map((sequence) => [
        printable(sequence.name),
        sequence.columns.map((column) => printable(column.name)).join(', '),
      ]),
    );
    assert.ok(
      shell?.type === 'code' && shell.value.startsWith('pgseq fix --sequence '),
      'a fence of a name ends no block',
    );
  }
});

databaseTest('what is too long for a comment of GitHub is counted', newest, statesSetup, async (db) => {
  const report = await checked(db);
  const finding = report.findings.find(({ rule }) => rule === 'behind');
  assert.ok(finding);
  const findings = Array.from({ length: 1000 }, () => finding);
  const sequences = Array.from({ length: 1000 }, () => report.sequences).flat();
  const long = markdown.check({ ...report, findings, sequences }, { ...plain, showOk: true });
  assert.ok(long.length > 55_000 && long.length < 65_536, String(long.length));
  const root = read(long);
  const [, told, more, shell, , all] = root.children;
  const rows = cells(told).length - 1;
  assert.equal(toString(more), `… and ${1000 - rows} more findings, too long for a comment.`);
  assert.equal(shell?.type === 'code' ? shell.value.split('\n').length : 0, rows, 'what is shown has its cure');
  assert.equal(toString(all), '');

  const many = markdown.checkAll(Array.from({ length: 300 }, () => several(report, '@'.repeat(63))).flat(), plain);
  assert.ok(many.length > 55_000 && many.length < 65_536, String(many.length));
  const last = read(many)
    .children.slice(-2)
    .map((node) => toString(node));
  assert.match(last[0] ?? '', /^… and \d+ more databases, too long for a comment\.$/);
  assert.match(last[1] ?? '', /^900 databases, 300 of them unchecked: 4800 sequences: /);
});

databaseTest('the command prints it, again the same', newest, statesSetup, async (db) => {
  const run = await pgseq(['check', '-q', '--format', 'markdown'], {
    env: { FORCE_COLOR: '1', DATABASE_URL: db.url },
  });
  assert.deepEqual([run.code, run.stdout], [1, markdown.check(await checked(db), plain)]);
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { survey as rows } from '../../../src/pg/query/queries.ts';
import { check } from '../../../src/core/check.ts';
import { type Database, databaseTest } from '../../support/database.ts';
import { withQueryable } from '../../support/queryable.ts';
import { fromRoot } from '../../support/root.ts';
import { servers } from '../../support/servers.ts';

// Every way in which a sequence can feed a column, and what the survey finds: exactly the rows that are expected.

const queryOptions = { statementTimeout: 0, lockTimeout: 0 };

databaseTest('the survey finds every link and invents none', servers, '', async (db) => {
  await prepare(db);
  await withQueryable(db.url, async (pgseq) => {
    const found = await rows(pgseq, queryOptions, { search_path: ['public', 'n'], links: [], sequences: null });
    const got = found.map((row) => [row.sequenceDisplay, row.relationDisplay, row.columnDisplay, row.how ?? 'none']);
    const expected = await db.query('select seq, tab, col, how from public.expect');
    // The temporary table belongs to the session that made it: for others it is not there
    assert.deepEqual(sorted(got), sorted(expected));
  });
});

databaseTest('what is reported of them follows the policies', servers, '', async (db) => {
  await prepare(db);
  await withQueryable(db.url, async (pgseq) => {
    const { sequences } = await check(pgseq, { sequences: ['*.*'] });
    const of = (name: string): [string, string[]] => {
      const found = sequences.find((sequence) => sequence.name === name);
      assert.ok(found, name);
      return [found.state, found.columns.map((column) => `${column.name} ${column.link}`)];
    };
    // currval reads and does not draw
    assert.deepEqual(of('n.g_cur'), ['empty', ['n.g.draws default']]);
    // partitions are read through their root; an attached one keeps its own sequence, and counts for both
    assert.deepEqual(of('n.f_ser_id_seq'), ['empty', ['n.f_ser.id owned']]);
    assert.deepEqual(of('n.f_ser2_id_seq'), ['empty', ['n.f_ser2.id owned']]);
    // a child with a source of its own does not count for the parent's sequence, one without does
    assert.deepEqual(of('n.e_par_id_seq'), ['empty', ['n.e_kid.id default', 'n.e_par.id owned']]);
    assert.deepEqual(of('n.e_ipar_id_seq'), ['empty', ['n.e_ikid.id inherited', 'n.e_ipar.id identity']]);
    // views are listed and never read
    assert.deepEqual(of('n.j_vs'), ['incomparable', ['n.j_v.id default']]);
    // a column that owns one sequence and draws from another
    assert.deepEqual(of('n.i_repl_id_seq'), ['unlinked', []]);
    assert.deepEqual(of('n.i_new'), ['empty', ['n.i_repl.id default']]);
    // owned without any default: clients draw
    assert.deepEqual(of('n.i_nouse_id_seq'), ['empty', ['n.i_nouse.id owned']]);
    assert.deepEqual(of('n.h_gen_owned'), ['unlinked', []]);
    // foreign tables only on request
    assert.deepEqual(of('n.j_ft_id_seq'), ['incomparable', ['n.j_ft.id owned']]);
    // members of extensions are there because the pattern names everything
    assert.deepEqual(of('n.m_ext_id_seq'), ['empty', ['n.m_ext.id owned']]);
  });
});

async function prepare(db: Database): Promise<void> {
  for (const major of [13, 14, 15])
    if (db.server.major >= major)
      await db.query(readFileSync(fromRoot('test', 'core', 'survey', 'links', `setup.${major}.sql`), 'utf8'));
}

/** Rows as sorted texts; how a column is fed is a set. */
function sorted(table: readonly (readonly (string | null)[])[]): string[] {
  return table
    .map(([sequence, relation, column, how]) =>
      [sequence, relation, column, (how ?? '').split(',').toSorted().join(',')].join(' | '),
    )
    .toSorted();
}

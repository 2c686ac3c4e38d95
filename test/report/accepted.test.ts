import assert from 'node:assert/strict';
import { toString } from 'mdast-util-to-string';
import { checkReporters } from '../../src/report/index.ts';
import type { Offering } from '../../src/pg/offering.ts';
import { json } from '../../src/report/json.ts';
import { databaseTest } from '../support/database.ts';
import { newest } from '../support/servers.ts';
import { cells, read } from './gfm.ts';
import { assertReport } from './schema.ts';
import { accepting, checked, plain, statesSetup } from './support.ts';

databaseTest(
  'what is accepted fails nowhere, and every format says that there is some',
  newest,
  statesSetup,
  async (db) => {
    const report = accepting(await checked(db));
    const told = Object.fromEntries(checkReporters.map((format) => [format.name, format.check(report, plain)]));
    const all = Object.fromEntries(
      checkReporters.map((format) => [format.name, format.check(report, { ...plain, showOk: true })]),
    );
    const total =
      '8 sequences: 1 behind, 1 exhausted, 3 ok, 1 empty, 1 unlinked, 1 incomparable; 2 notes (--show-ok); unlinked: public.unlinked; 2 findings accepted (1 behind)';
    for (const format of ['text', 'github', 'markdown']) {
      assert.ok(told[format]?.includes(total), told[format]);
      assert.ok(!told[format]?.includes('[behind]') && !told[format]?.includes('behind in'), told[format]);
    }
    assert.match(
      all['text'] ?? '',
      /^accepted: public\.behind\.id: the next id would be 1, .* \[behind\]\n  in the baseline$/m,
    );
    assert.match(
      all['text'] ?? '',
      /^accepted: public\.exhausted_id_seq has .* \[exhausted\]\n  read only \| since "May"$/m,
    );
    assert.deepEqual(
      cells(read(all['markdown'] ?? '').children[1])
        .filter(([level]) => level === 'accepted')
        .map(([, rule, , why]) => [rule, why]),
      [
        ['behind', 'in the baseline'],
        ['exhausted', 'read only | since "May"'],
      ],
    );
    assert.ok(!toString(read(told['markdown'] ?? '')).includes('in the baseline'));
    assert.match(told['junit'] ?? '', /tests="8" failures="0" errors="0"/);
    assert.match(
      told['junit'] ?? '',
      /name="exhausted_id_seq">\n\s+<skipped>public\.exhausted_id_seq has .*\naccepted: read only \| since "May"<\/skipped>/,
    );
    assert.match(told['prometheus'] ?? '', /^pgseq_findings_accepted\{database="\w+"\} 2$/m);
    assert.match(told['prometheus'] ?? '', /^pgseq_findings\{database="\w+",level="error"\} 0$/m);
    const { findings } = assertReport(told['json'] ?? '') as { findings: Record<string, unknown>[] };
    assert.deepEqual(
      findings
        .map(({ rule, accepted, acceptedBy, acceptedReason }) => [rule, accepted, acceptedBy, acceptedReason])
        .slice(-2),
      [
        ['behind', true, 'baseline', null],
        ['exhausted', true, 'ignore', 'read only | since "May"'],
      ],
    );
  },
);

databaseTest(
  'what is advised for one of several databases names the options that choose it',
  newest,
  statesSetup,
  async (db) => {
    const report = await checked(db);
    const databases = [
      { name: 'shop', report, error: null, offering: choosing('shop') },
      { name: 'audit', report, error: null, offering: choosing('audit') },
    ];
    for (const format of checkReporters) {
      if (format === json || format.name === 'prometheus') continue;
      const text = format.checkAll(databases, plain);
      for (const { name } of databases)
        assert.ok(
          text.includes(`pgseq fix --sequence public.behind_id_seq --database ${name}`),
          `${format.name}: ${text}`,
        );
    }
  },
);

function choosing(name: string): Offering {
  const entry = { choose: ['--database', name], instead: [] };
  return { program: 'pgseq', conninfo: undefined, flags: [], role: [], entry, links: [], looking: [] };
}

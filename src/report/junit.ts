import type { Finding } from '../core/model/finding.ts';
import type { AcceptedFinding, CheckedDatabase, CheckReport, SequenceReport } from '../core/model/report.ts';
import { whyAccepted } from './accepted.ts';
import { linesOf, shown } from './findings.ts';
import { printable } from '../text/printable.ts';
import type { CheckReporter, ReportOptions } from './reporter.ts';
import { optionsFor, troubleOf } from './several.ts';

/** JUnit's XML, as Jenkins, GitLab and others read it: a suite for each database, a case for each sequence. No times: equal states give equal bytes. */
export const junit: CheckReporter = {
  name: 'junit',
  check: (report, options) => document([suite(report.database.name, report, [], options)]),
  checkAll: (databases, options) =>
    document(
      databases.map((database) =>
        database.report === null
          ? unchecked(database)
          : // Jenkins puts cases of one class together, whatever suite they are of
            suite(database.name, database.report, [database.name], optionsFor(database, options)),
      ),
    ),
};

interface Case {
  readonly className: string;
  readonly name: string;
  /** Null: it passed. */
  readonly verdict: JunitVerdict | null;
  readonly notes: readonly string[];
}

interface JunitVerdict {
  readonly kind: 'failure' | 'error' | 'skipped';
  /** One word. */
  readonly type: string;
  readonly lines: readonly string[];
}

interface Suite {
  readonly name: string;
  readonly host: string | null;
  readonly cases: readonly Case[];
  readonly notes: readonly string[];
}

function suite(name: string, report: CheckReport, prefix: readonly string[], options: ReportOptions): Suite {
  const counted = (finding: Finding): boolean =>
    finding.level === 'error' || (finding.level === 'warning' && options.failOn === 'warning');
  const bySequence = new Map<string | null, Finding[]>();
  for (const finding of shown(report.findings, options))
    bySequence.set(finding.sequence, [...(bySequence.get(finding.sequence) ?? []), finding]);
  const ofDatabase = bySequence.get(null) ?? [];
  const accepted = new Map((report.accepted ?? []).filter(counted).map((finding) => [finding.sequence, finding]));
  return {
    name,
    host: report.database.host,
    cases: [
      ...report.sequences.map((sequence): Case => {
        const findings = bySequence.get(sequence.name) ?? [];
        const verdict =
          verdictOn(sequence, findings, findings.filter(counted), options) ??
          verdictOnAccepted(accepted.get(sequence.name));
        const notes = verdict?.kind === 'error' ? [] : findings.filter((finding) => !counted(finding));
        return {
          className: [...prefix, sequence.schema].join('.'),
          name: sequence.sequence,
          verdict,
          notes: notes.flatMap((finding) => linesOf(finding, options)),
        };
      }),
      ...ofDatabase.filter(counted).map((finding): Case => {
        const verdict = { kind: 'failure', type: finding.rule, lines: linesOf(finding, options) } as const;
        return { className: name, name: finding.rule, verdict, notes: [] };
      }),
    ],
    notes: ofDatabase.filter((finding) => !counted(finding)).flatMap((finding) => linesOf(finding, options)),
  };
}

function verdictOn(
  { state, reason, message }: SequenceReport,
  findings: readonly Finding[],
  counted: readonly Finding[],
  options: ReportOptions,
): JunitVerdict | null {
  const lines = (those: readonly Finding[]): string[] => those.flatMap((finding) => linesOf(finding, options));
  if (state === 'unknown')
    return { kind: 'error', type: reason ?? state, lines: [printable(message), ...lines(findings)] };
  const [first] = counted;
  if (first !== undefined) return { kind: 'failure', type: first.rule, lines: lines(counted) };
  if (state === 'incomparable' || state === 'unlinked')
    return { kind: 'skipped', type: reason ?? state, lines: [printable(message)] };
  return null;
}

/** What somebody has accepted does not fail, nor is it well. */
function verdictOnAccepted(finding: AcceptedFinding | undefined): JunitVerdict | null {
  if (finding === undefined) return null;
  const lines = [printable(finding.message), `accepted: ${printable(whyAccepted(finding))}`];
  return { kind: 'skipped', type: finding.rule, lines };
}

/** A database without a report: a suite with one case, which could not be run. */
function unchecked(database: CheckedDatabase): Suite {
  const lines = troubleOf(database).map(printable);
  const verdict = { kind: 'error', type: database.error?.code ?? 'unchecked', lines } as const;
  return {
    name: database.name,
    host: null,
    cases: [{ className: database.name, name: 'check', verdict, notes: [] }],
    notes: [],
  };
}

function document(suites: readonly Suite[]): string {
  const all = suites.flatMap(({ cases }) => cases);
  const { tests, failures, errors } = counts(all);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(
    '',
    'testsuites',
    { name: 'pgseq check', tests, failures, errors },
    suites.map(({ name, host, cases, notes }) =>
      element('  ', 'testsuite', { name, ...counts(cases), ...(host === null ? {} : { hostname: host }) }, [
        ...cases.map(caseElement),
        output('    ', notes),
      ]),
    ),
  )}`;
}

function counts(cases: readonly Case[]): Record<'tests' | 'failures' | 'errors' | 'skipped', string> {
  const count = (kind: JunitVerdict['kind']): string =>
    String(cases.filter(({ verdict }) => verdict?.kind === kind).length);
  return {
    tests: String(cases.length),
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
  };
}

function caseElement({ className, name, verdict, notes }: Case): string {
  return element('    ', 'testcase', { classname: className, name }, [
    verdict === null ? '' : verdictElement(verdict),
    output('      ', notes),
  ]);
}

function verdictElement({ kind, type, lines }: JunitVerdict): string {
  const text = escaped(lines.join('\n'));
  // The older schema of Jenkins knows no attributes of `skipped`
  if (kind === 'skipped') return `      <skipped>${text}</skipped>\n`;
  return `      <${kind}${attributes({ type, message: lines[0] ?? '' })}>${text}</${kind}>\n`;
}

function output(indent: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${indent}<system-out>${escaped(lines.join('\n'))}</system-out>\n`;
}

/** An element of elements, each a line or more. */
function element(
  indent: string,
  name: string,
  values: Readonly<Record<string, string>>,
  children: readonly string[],
): string {
  const content = children.join('');
  const start = `${indent}<${name}${attributes(values)}`;
  return content === '' ? `${start}/>\n` : `${start}>\n${content}${indent}</${name}>\n`;
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(
      ([name, value]) => ` ${name}="${escaped(printable(value)).replaceAll('"', '&quot;').replaceAll('\t', '&#9;')}"`,
    )
    .join('');
}

/** Printable text as XML; `]]>` may stand nowhere. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

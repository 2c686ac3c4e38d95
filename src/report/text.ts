import { createColors } from 'picocolors';
import type { Finding, FindingLevel } from '../core/model/finding.ts';
import type { GuardReport } from '../guard/report.ts';
import type { CheckedDatabase, CheckReport, FixedSequence, SequenceReport } from '../core/model/report.ts';
import { whyAccepted } from './accepted.ts';
import { cure, unsaid } from './cure.ts';
import { levelWords, shown } from './findings.ts';
import { guardGaps, guardRows, guardTotals, guardTroubles } from './guards.ts';
import type { Reporter, ReportOptions } from './reporter.ts';
import { inspected } from './inspect.ts';
import { loaded } from './loads.ts';
import { listed, listedRules, summaryOf } from './notes.ts';
import { printable } from '../text/printable.ts';
import { databaseCount, optionsFor, together, troubleOf } from './several.ts';
import { table } from './table.ts';
import { states, totals } from './totals.ts';

/** For people: what is wrong first, each with its cause and its cure; then one line of totals. */
export const text: Reporter = {
  name: 'text',
  check: (report, options) =>
    blocks([
      ...findingBlocks(withoutListed(report.findings), options, true),
      ...listedBlocks(report.findings, options),
      options.showOk ? acceptedLines(report, options) : '',
      options.showOk ? overview(report.sequences, options) : '',
      totals(report, options, listed(report.findings).length),
    ]),
  checkAll: (databases, options) =>
    blocks([
      ...databases.map((one) => section(one, options)),
      `${databaseCount(databases)}: ${totals(together(databases), options, listed(together(databases).findings).length)}`,
    ]),
  fix(report, options) {
    if (report.script !== null) return report.script;
    const outcome = report.sequences.filter(({ action }) => action !== 'unchanged');
    const said = new Set<string>();
    const errors = outcome.map((sequence) => errorLines(sequence, said)).join('');
    return blocks([
      table(outcome.map((sequence) => moveRow(sequence, options))) + errors,
      ...findingBlocks(report.findings, options, false, said),
      options.showOk ? acceptedLines(report, options) : '',
      options.showOk ? overview(report.sequences, options) : '',
      totals(report, options),
    ]);
  },
  inspect: (report, options) =>
    inspected(report, (state, word) =>
      paint(state === 'behind' || state === 'missing' ? paints.error : paints.ok, word, options),
    ),
  load: (report, options) => blocks([loaded(report, options), text.fix({ ...report.fix, script: null }, options)]),
  guards: guardReport,
};

/** One database of several: a heading, and what there is to say of it. */
function section(database: CheckedDatabase, options: ReportOptions): string {
  const heading = `${paint(bold, printable(database.name), options)}\n\n`;
  if (database.report !== null) return heading + text.check(database.report, optionsFor(database, options));
  const [message, ...more] = troubleOf(database);
  const lines = [`${paint((word) => bold(red(word)), 'error', options)}: ${printable(message ?? '')}`];
  return heading + [...lines, ...more.map((line) => `  ${printable(line)}`)].map((line) => `${line}\n`).join('');
}

function guardReport(report: GuardReport, options: ReportOptions, command: string): string {
  if (report.script !== null) return report.script;
  // What changes something tells what it changed
  const told = report.guards.filter(
    ({ action }) => command === 'guard status' || options.showOk || action !== 'unchanged',
  );
  const good: readonly string[] = ['guarded', 'unguardable'];
  const rows = guardRows(told, (state, word) =>
    paint(state === 'failed' ? paints.error : good.includes(state) ? paints.ok : paints.warning, word, options),
  );
  return blocks([
    guardGaps(report, command) + rows + guardTroubles(report, options) + guardTotals(report, command),
    report.fix === null ? '' : text.fix({ ...report.fix, findings: unguarded(report.fix.findings) }, options),
  ]);
}

/** The lines of the guards have told those already. */
function unguarded(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ rule }) => !rule.startsWith('guard-'));
}

const { red, yellow, green, dim, bold } = createColors(true);
const paints: Readonly<Record<FindingLevel | 'ok', (text: string) => string>> = {
  error: red,
  warning: yellow,
  info: dim,
  ok: green,
};

function paint(how: (text: string) => string, word: string, { color }: ReportOptions): string {
  return color ? how(word) : word;
}

/** Blocks with an empty line between them; empty ones leave none. */
function blocks(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n');
}

function findingBlocks(
  findings: readonly Finding[],
  options: ReportOptions,
  isCheck: boolean,
  said = new Set<string>(),
): string[] {
  return shown(findings, options).map((finding) => block(finding, options, isCheck, said));
}

/** `said`: the grants that stand above. */
function block(finding: Finding, options: ReportOptions, isCheck: boolean, said: Set<string>): string {
  const head = `${paint((word) => bold(paints[finding.level](word)), levelWords[finding.level], options)}: ${printable(finding.message)} ${paint(dim, `[${finding.rule}]`, options)}`;
  // fix has just tried what would cure what is behind
  const cures = finding.rule === 'behind' && !isCheck ? null : cure(finding, options);
  return [head, `  ${printable(finding.help)}`, ...unsaid(cures?.lines ?? [], said).map((line) => `  ${line}`)]
    .map((line) => `${line}\n`)
    .join('');
}

function withoutListed(findings: readonly Finding[]): Finding[] {
  const told = new Set(listed(findings));
  return findings.filter((finding) => !told.has(finding));
}

/** The notes that are told together, a line or block for each rule. */
function listedBlocks(findings: readonly Finding[], options: ReportOptions): string[] {
  const notes = listed(findings);
  return listedRules.flatMap((rule) => {
    const same = notes.filter((note) => note.rule === rule);
    if (same.length === 0) return [];
    const { head, lines } = summaryOf(rule, same);
    const first = `${paint((word) => bold(paints.info(word)), levelWords.info, options)}: ${printable(head)} ${paint(dim, `[${rule}]`, options)}`;
    return [[first, ...lines.map((line) => `  ${printable(line)}`)].map((line) => `${line}\n`).join('')];
  });
}

/** A line for each finding that is accepted, and why. */
function acceptedLines({ accepted = [] }: Pick<CheckReport, 'accepted'>, options: ReportOptions): string {
  return accepted
    .map(
      (one) =>
        `${paint(dim, 'accepted', options)}: ${printable(one.message)} ${paint(dim, `[${one.rule}]`, options)}\n  ${printable(whyAccepted(one))}\n`,
    )
    .join('');
}

function overview(sequences: readonly SequenceReport[], options: ReportOptions): string {
  const rows = sequences.map(({ state, name, next, furthest, columns }) => [
    paint(state === 'ok' || state === 'empty' ? paints.ok : paints.warning, state.padEnd(stateWidth), options),
    printable(name),
    next === null ? '-' : `next ${next}`,
    furthest === null ? '-' : `furthest ${furthest}`,
    columns.map((column) => printable(column.name)).join(', '),
  ]);
  return table(rows);
}

const stateWidth = Math.max(...states.map((state) => state.length));

function moveRow(
  { action, name, before, after, target, method, reason }: FixedSequence,
  options: ReportOptions,
): string[] {
  const how = action === 'moved' ? paints.ok : action === 'failed' ? paints.error : paints.warning;
  const from = before?.next === undefined ? '' : `next ${before.next ?? 'none'} -> ${after?.next ?? target ?? 'none'}`;
  return [
    paint(how, action.padEnd('would-move'.length), options),
    printable(name),
    action === 'skipped' ? (reason ?? '') : from,
    method ?? '',
  ];
}

function errorLines({ name, error }: FixedSequence, said: Set<string>): string {
  if (error === null) return '';
  const hints = unsaid(error.hint?.split('\n') ?? [], said);
  return [`${name}: ${error.message}`, ...hints.map((line) => `  ${line}`)]
    .map((line) => `${printable(line)}\n`)
    .join('');
}

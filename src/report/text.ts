import { createColors } from 'picocolors';
import type { Finding, Level } from '../core/finding.ts';
import type { GuardReport } from '../core/guard/report.ts';
import type { State } from '../core/judge.ts';
import type {
  AcceptedFinding,
  CheckedDatabase,
  CheckReport,
  FixedSequence,
  SequenceReport,
  Summary,
} from '../core/report.ts';
import { guardRows, guardTotals, guardTroubles } from './guards.ts';
import type { Reporter, ReportOptions } from './reporter.ts';
import { inspected } from './inspect.ts';
import { loaded } from './loads.ts';
import { printable, shellWord } from './printable.ts';
import { table } from './table.ts';

/** For people: what is wrong first, each with its cause and its cure; then one line of totals. */
export const text: Reporter = {
  name: 'text',
  check: (report, options) =>
    blocks([
      ...findingBlocks(report.findings, options, true),
      options.showOk ? acceptedLines(report, options) : '',
      options.showOk ? overview(report.sequences, options) : '',
      totals(report, options),
    ]),
  checkAll: (databases, options) => blocks([...databases.map((one) => section(one, options)), totalOfAll(databases)]),
  fix(report, options) {
    if (report.script !== null) return report.script;
    const outcome = report.sequences.filter(({ action }) => action !== 'unchanged');
    return blocks([
      table(outcome.map((sequence) => moveRow(sequence, options))) + outcome.map(errorLines).join(''),
      ...findingBlocks(report.findings, options, false),
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
function section({ name, report, error, told = [] }: CheckedDatabase, options: ReportOptions): string {
  const heading = `${paint(bold, printable(name), options)}\n`;
  if (report !== null) return `${heading}\n${text.check(report, { ...options, told })}`;
  const head = `${paint((word) => bold(red(word)), 'error', options)}: ${printable(error?.message ?? '')}`;
  const hint = error?.hint === null || error?.hint === undefined ? [] : error.hint.split('\n');
  return `${[heading, head, ...hint.map((line) => `  ${printable(line)}`)].join('\n')}\n`;
}

function totalOfAll(databases: readonly CheckedDatabase[]): string {
  const failed = databases.filter(({ report }) => report === null).length;
  const count = databases.length === 1 ? '1 database' : `${databases.length} databases`;
  return `${count}${failed > 0 ? `, ${failed} of them not checked` : ''}\n`;
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
    rows + guardTroubles(report) + guardTotals(report, command),
    report.fix === null ? '' : text.fix({ ...report.fix, findings: unguarded(report.fix.findings) }, options),
  ]);
}

/** The lines of the guards have told those already. */
function unguarded(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ rule }) => !rule.startsWith('guard-'));
}

const { red, yellow, green, dim, bold } = createColors(true);
const paints: Readonly<Record<Level | 'ok', (text: string) => string>> = {
  error: red,
  warning: yellow,
  info: dim,
  ok: green,
};
const words: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', info: 'note' };

function paint(how: (text: string) => string, word: string, { color }: ReportOptions): string {
  return color ? how(word) : word;
}

/** Blocks with an empty line between them; empty ones leave none. */
function blocks(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n');
}

function findingBlocks(findings: readonly Finding[], options: ReportOptions, isCheck: boolean): string[] {
  const order: readonly Level[] = options.showOk ? ['error', 'warning', 'info'] : ['error', 'warning'];
  return order.flatMap((level) =>
    findings.filter((finding) => finding.level === level).map((finding) => block(finding, options, isCheck)),
  );
}

function block(finding: Finding, options: ReportOptions, isCheck: boolean): string {
  const head = `${paint((word) => bold(paints[finding.level](word)), words[finding.level], options)}: ${printable(finding.message)} ${paint(dim, `[${finding.rule}]`, options)}`;
  return [head, `  ${printable(finding.help)}`, ...cure(finding, options, isCheck).map((line) => `  ${line}`)]
    .map((line) => `${line}\n`)
    .join('');
}

/** What to type: pgseq itself where it can cure it, with what it was told, else the SQL. */
function cure({ rule, sequence, fix }: Finding, { told }: ReportOptions, isCheck: boolean): string[] {
  if (fix === null || (rule === 'behind' && !isCheck)) return [];
  if (rule !== 'behind') return fix.split(/\n(?=alter |grant )/).map(printable);
  const words = ['pgseq', 'fix', '--sequence', sequence ?? '', ...(told ?? [])];
  return [printable(words.map(shellWord).join(' '))];
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

const states: readonly State[] = ['behind', 'exhausted', 'unknown', 'ok', 'empty', 'unlinked', 'incomparable'];
const stateWidth = Math.max(...states.map((state) => state.length));

function totals(
  { summary, findings, accepted = [], leftOut }: Pick<CheckReport, 'summary' | 'findings' | 'accepted' | 'leftOut'>,
  options: ReportOptions,
): string {
  const notes = findings.filter(({ level }) => level === 'info').length;
  const count =
    (summary.sequences === 1 ? '1 sequence' : `${summary.sequences} sequences`) +
    (summary.sequences === 0 ? '' : `: ${counts(summary)}`);
  const hidden = notes > 0 && !options.showOk ? `; ${notes === 1 ? '1 note' : `${notes} notes`} (--show-ok)` : '';
  const outside = [
    ...(leftOut.extensions > 0 ? [`${leftOut.extensions} of extensions`] : []),
    ...(leftOut.closedSchemas > 0 ? [`${leftOut.closedSchemas} in schemas without USAGE`] : []),
    ...(leftOut.system > 0 ? [`${leftOut.system} of the system`] : []),
  ];
  return `${count}${hidden}${acceptedCount(accepted)}\n${outside.length === 0 ? '' : `left out: ${outside.join(', ')}\n`}`;
}

/** A line for each finding that is accepted, with the reason where there is one. */
function acceptedLines({ accepted = [] }: Pick<CheckReport, 'accepted'>, options: ReportOptions): string {
  return accepted
    .map(({ message, rule, by, reason }) => {
      const why = by === 'baseline' ? 'in the baseline' : (reason ?? 'ignored');
      return `${paint(dim, 'accepted', options)}: ${printable(message)} ${paint(dim, `[${rule}]`, options)}\n  ${printable(why)}\n`;
    })
    .join('');
}

/** What is accepted is not told, but that there is some is. */
function acceptedCount(accepted: readonly AcceptedFinding[]): string {
  if (accepted.length === 0) return '';
  const behind = accepted.filter(({ rule }) => rule === 'behind').length;
  const count = accepted.length === 1 ? '1 finding' : `${accepted.length} findings`;
  return `; ${count} accepted${behind > 0 ? ` (${behind} behind)` : ''}`;
}

function counts(summary: Summary): string {
  return states.flatMap((state) => (summary[state] > 0 ? [`${summary[state]} ${state}`] : [])).join(', ');
}

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

function errorLines({ name, error }: FixedSequence): string {
  if (error === null) return '';
  return [`${name}: ${error.message}`, ...(error.hint === null ? [] : [`  ${error.hint}`])]
    .map((line) => `${printable(line)}\n`)
    .join('');
}

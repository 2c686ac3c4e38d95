import { counted } from '../text/counted.ts';
import type { Finding } from '../core/model/finding.ts';
import type { AcceptedFinding, CheckedDatabase, CheckReport, SequenceReport } from '../core/model/report.ts';
import { whyAccepted } from './accepted.ts';
import { cure } from './cure.ts';
import { levelWords, shown } from './findings.ts';
import { code, fenced, prose } from './markup.ts';
import { printable } from '../text/printable.ts';
import type { CheckReporter, ReportOptions } from './reporter.ts';
import { databaseCount, optionsFor, together, troubleOf } from './several.ts';
import { totals } from './totals.ts';

/** GitHub refuses a comment of more than 65,536 characters: what does not fit is counted, not shown. */
const most = 60_000;

/** For a comment or the page of a run: tables of GitHub's Markdown. */
export const markdown: CheckReporter = {
  name: 'markdown',
  check: (report, options) => section(report.database.name, report, options, { left: most }),
  checkAll(databases, options) {
    const room = { left: most };
    const sections: string[] = [];
    for (const database of databases) {
      if (room.left < 0) break;
      sections.push(
        database.report === null
          ? unchecked(database, room)
          : section(database.name, database.report, optionsFor(database, options), room),
      );
    }
    const total = `**${databaseCount(databases)}**: ${paragraphs(totals(together(databases), options))}`;
    const missing = omitted(databases.length - sections.length, 'database');
    return [...sections, ...(missing === '' ? [] : [missing]), total].join('\n');
  },
};

/** How many characters may still be written. */
interface Room {
  left: number;
}

function unchecked(database: CheckedDatabase, room: Room): string {
  const text = `### ${code(database.name)}: unchecked\n\n${fenced('text', troubleOf(database).map(printable))}`;
  room.left -= text.length;
  return text;
}

function section(name: string, report: CheckReport, options: ReportOptions, room: Room): string {
  const [count = '', ...leftOut] = totals(report, options).trimEnd().split('\n');
  const heading = `### ${code(name)}: ${count}\n`;
  room.left -= heading.length;
  const findings = shown(report.findings, options);
  const told = fitting(findings, room, (finding) => {
    const row = findingRow(finding, report.sequences);
    return row + (cure(finding, options)?.lines ?? []).join('\n');
  });
  const accepted = options.showOk ? (report.accepted ?? []) : [];
  const acceptedRow = (finding: AcceptedFinding): string =>
    findingRow({ ...finding, help: whyAccepted(finding) }, report.sequences, 'accepted');
  const excused = fitting(accepted, room, acceptedRow);
  const sequences = options.showOk ? report.sequences : [];
  const listed = fitting(sequences, room, sequenceRow);
  return [
    heading,
    rows(
      ['level', 'rule', 'what', 'what to do'],
      [...told.map((finding) => findingRow(finding, report.sequences)), ...excused.map(acceptedRow)],
    ),
    omitted(findings.length - told.length + accepted.length - excused.length, 'finding'),
    ...cures(told, options),
    rows(['state', 'sequence', 'next', 'furthest', 'columns'], listed.map(sequenceRow)),
    omitted(sequences.length - listed.length, 'sequence'),
    ...leftOut.map((line) => `${line}\n`),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** As many of the first ones as there is room for. */
function fitting<Item>(items: readonly Item[], room: Room, text: (item: Item) => string): Item[] {
  const end = items.findIndex((item) => {
    room.left -= text(item).length;
    return room.left < 0;
  });
  return items.slice(0, end < 0 ? items.length : end);
}

function omitted(count: number, what: string): string {
  return count === 0 ? '' : `… and ${counted(count, `more ${what}`)}, too long for a comment.\n`;
}

function findingRow(
  { level, rule, sequence, message, help }: Finding,
  sequences: readonly SequenceReport[],
  word = levelWords[level],
): string {
  const subject = sequences.find(({ name }) => name === sequence);
  const names = subject === undefined ? [] : [subject.name, ...subject.columns.map(({ name }) => name)];
  return row([word, rule, prose(message, names), prose(help, names)]);
}

function sequenceRow({ state, name, next, furthest, columns }: SequenceReport): string {
  const fed = columns.map((column) => code(column.name)).join(', ');
  return row([state, code(name), String(next ?? '-'), String(furthest ?? '-'), fed]);
}

/** A block to paste into a shell and one for psql, of what cures the findings. */
function cures(findings: readonly Finding[], options: ReportOptions): string[] {
  const all = findings.flatMap((finding) => cure(finding, options) ?? []);
  return (['sh', 'sql'] as const).flatMap((language) => {
    const lines = all.flatMap((one) => (one.language === language ? one.lines : []));
    return lines.length === 0 ? [] : [fenced(language, lines)];
  });
}

function rows(head: readonly string[], lines: readonly string[]): string {
  return lines.length === 0 ? '' : row(head) + row(head.map(() => '---')) + lines.join('');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

/** Lines as paragraphs. */
function paragraphs(text: string): string {
  return `${text.trimEnd().replaceAll('\n', '\n\n')}\n`;
}

import type { CheckedDatabase, SequenceReport } from '../core/model/report.ts';
import { escapeOf, withoutHarm } from '../text/printable.ts';
import type { CheckReporter } from './reporter.ts';
import { states } from './totals.ts';

/**
 * Gauges in the text format of Prometheus, version 0.0.4, for the textfile collector of node_exporter. No times: the collector has the file's.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export const prometheus: CheckReporter = {
  name: 'prometheus',
  check: (report) =>
    gauges.map((gauge) => family(gauge, [{ name: report.database.name, report, error: null }])).join(''),
  checkAll: (databases) => gauges.map((gauge) => family(gauge, databases)).join(''),
};

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly labels?: Labels;
  readonly value: bigint | number;
}

/** A metric: its samples of one database. */
interface Gauge {
  readonly name: string;
  readonly help: string;
  samples(database: CheckedDatabase): readonly Sample[];
}

/** A metric of each sequence; null where it does not apply to one. */
function ofSequences(name: string, help: string, value: (sequence: SequenceReport) => bigint | number | null): Gauge {
  return {
    name: `pgseq_sequence_${name}`,
    help,
    samples: ({ report }) =>
      (report?.sequences ?? []).flatMap((one) => {
        const found = value(one);
        return found === null ? [] : [{ labels: sequenceLabels(one), value: found }];
      }),
  };
}

function sequenceLabels({ schema, sequence }: SequenceReport): Labels {
  return { schema, sequence };
}

const gauges: readonly Gauge[] = [
  {
    name: 'pgseq_check_success',
    help: 'Whether the database was checked and the state of every sequence in scope is known: 1, else 0.',
    samples: ({ report }) => [{ value: report !== null && report.summary.unknown === 0 ? 1 : 0 }],
  },
  {
    name: 'pgseq_sequences',
    help: 'Number of sequences in each state.',
    samples: ({ report }) =>
      report === null ? [] : states.map((state) => ({ labels: { state }, value: report.summary[state] })),
  },
  {
    name: 'pgseq_findings',
    help: 'Number of findings of each level.',
    samples: ({ report }) =>
      report === null
        ? []
        : (['error', 'warning', 'info'] as const).map((level) => ({
            labels: { level },
            value: report.findings.filter((finding) => finding.level === level).length,
          })),
  },
  {
    name: 'pgseq_findings_accepted',
    help: 'Number of accepted findings, which are counted nowhere else.',
    samples: ({ report }) => (report === null ? [] : [{ value: report.accepted?.length ?? 0 }]),
  },
  {
    name: 'pgseq_sequence_state',
    help: 'The state of the sequence, as a label; always 1.',
    samples: ({ report }) =>
      (report?.sequences ?? []).map((one) => ({ labels: { ...sequenceLabels(one), state: one.state }, value: 1 })),
  },
  ofSequences(
    'behind_calls',
    'Number of nextval calls by which the sequence is behind its target; 0 when it is in sync.',
    ({ state, behindBy }) => (state === 'ok' || state === 'empty' ? 0 : behindBy),
  ),
  ofSequences(
    'collision_after_calls',
    'Number of nextval calls before the first one that returns a stored value.',
    ({ collision }) => collision?.after ?? null,
  ),
  ofSequences(
    'remaining_calls',
    "Number of nextval calls left before the end of the sequence or of its columns' types.",
    ({ remaining }) => remaining,
  ),
  ofSequences('used_ratio', 'Share of the values that are used up, from 0 to 1.', ({ used }) => used),
];

function family({ name, help, samples }: Gauge, databases: readonly CheckedDatabase[]): string {
  const lines = databases.flatMap((database) =>
    samples(database).map(
      ({ labels = {}, value }) => `${name}{${pairs({ database: database.name, ...labels })}} ${value}\n`,
    ),
  );
  return lines.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`;
}

function pairs(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.split('\n').map(escaped).join(String.raw`\n`)}"`)
    .join(',');
}

/**
 * A line of a value. The format has no escapes for what a terminal or a runner would obey: it is shown as reports show it, and a backslash
 * that looks like that too, since two sequences with the same labels would make the collector refuse all of them.
 */
function escaped(line: string): string {
  const unlike = line.replaceAll(/\\(?=u[\da-f{])/g, escapeOf(0x5c));
  return withoutHarm(unlike, escapeOf).replaceAll('\\', String.raw`\\`).replaceAll('"', String.raw`\"`);
}

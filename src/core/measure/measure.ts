import { collisions, furthest, positionWidth, readPosition } from '../../pg/query/measurement-sql.ts';
import type { Failure } from '../../pg/sqlstate.ts';
import type { Measured } from '../model/assessed.ts';
import {
  type ColumnAnswer,
  type ColumnReading,
  type FedColumn,
  isReading,
  type Measurement,
  rangesOf,
  type SurveyedSequence,
  type Unreadable,
  unreadOf,
} from '../model/surveyed.ts';
import {
  readBatches,
  readPositions,
  splitReads,
  isRead,
  type ReadBatch,
  type ReadBatchAnswer,
  type ReadOptions,
} from './batches.ts';
import { type Block, nextValue, upward } from '../model/sequence.ts';

export interface MeasureOptions extends ReadOptions {
  /** Look closely also at sequences that have less room than this beyond the furthest value. */
  readonly margin: bigint;
  /** Surveys some sequences again, by oid: a relation was dropped, renamed or made anew meanwhile. */
  readonly surveyAgain: (oids: readonly string[]) => Promise<SurveyedSequence[]>;
}

/**
 * Measures where each sequence stands and how far the columns that it feeds reach: first the furthest value of each column,
 * then, only where that lies at or beyond the next value, exactly which stored values the sequence will run into.
 * What changed since the survey is looked at once more; sequences that are gone are left out, unless others have their names.
 */
export async function measure(sequences: readonly SurveyedSequence[], options: MeasureOptions): Promise<Measured[]> {
  const once = await measureOnce(sequences, options);
  const changed = once.filter(({ measurement }) => hasChanged(measurement)).map(({ sequence }) => sequence.oid);
  if (changed.length === 0) return once;
  const anew = new Map(
    (await measureOnce(await options.surveyAgain(changed), options)).map((found) => [found.sequence.oid, found]),
  );
  return once.flatMap((found) => {
    if (!hasChanged(found.measurement)) return [found];
    // What has its name now was not asked for under this oid: that something is there which was not looked at is told
    return anew.get(found.sequence.oid) ?? (found.measurement.replaced ? [found] : []);
  });
}

async function measureOnce(sequences: readonly SurveyedSequence[], options: MeasureOptions): Promise<Measured[]> {
  const readable = sequences.filter(
    ({ readable, schemaClosed, unspeakable }) => readable && !schemaClosed && !unspeakable,
  );
  const looked = await read(readable, furthestOf, options);
  const suspects = [...looked].filter(([sequence, measurement]) => isSuspect(sequence, measurement, options.margin));
  const closer = await read(
    suspects.map(([sequence]) => sequence),
    collisionsOf(options.margin),
    options,
  );
  const nothing: Omit<Measurement, 'unreadable'> = { position: null, detail: null, replaced: false, columns: [] };
  return sequences.map((sequence) => ({
    sequence,
    measurement: closer.get(sequence) ??
      looked.get(sequence) ?? { ...nothing, unreadable: sequence.unspeakable ? 'name' : 'permission' },
  }));
}

function hasChanged({ unreadable, columns }: Measurement): boolean {
  return unreadable === 'changing' || columns.some((column) => unreadOf(column)?.unreadable === 'changing');
}

/** Whether some stored value lies at or beyond the next one, or nearer than the margin: worth a closer look. */
function isSuspect(sequence: SurveyedSequence, { position, columns }: Measurement, margin: bigint): boolean {
  if (position === null) return false;
  const next = nextValue(sequence, position);
  if (next === null) return false;
  const { up } = upward(sequence, []);
  return columns.some(
    (column, i) =>
      isReading(column) &&
      column.furthest !== null &&
      up(column.furthest) + margin >= up(next) + blockOf(sequence, sequence.columns[i]?.block ?? null).from,
  );
}

/** The block that a value stands for; where nobody said, the larger of the two that are common: the one below. */
function blockOf(sequence: SurveyedSequence, block: Block | null): Block {
  return block ?? { from: 1n - (sequence.increment < 0n ? -sequence.increment : sequence.increment), to: 0n };
}

/** One way of reading: its SQL, and how many fields it gives for a column: the relation's oid, then the values. */
interface Way {
  readonly sql: (piece: ReadBatch, serverVersion: number) => string;
  readonly width: (column: FedColumn) => number;
  readonly reading: (values: readonly (string | null)[]) => ColumnReading;
}

/** A column that got another type since the survey may show anything. */
function isWhole(text: string | null): boolean {
  return text === null || /^-?\d+$/.test(text);
}

const value = (text: string | null | undefined): bigint | null =>
  text === null || text === undefined ? null : BigInt(text);

const furthestOf: Way = {
  width: () => 2,
  sql: ({ sequence, columns }, serverVersion) =>
    furthest(
      sequence,
      columns.map(({ source }) => source),
      serverVersion,
    ),
  reading: ([text]) => ({
    furthest: value(text),
    first: null,
    last: null,
    within: value(text),
    undecided: false,
    unread: null,
  }),
};

/** `margin`: with it, or with a step, what lies between the sequence's own values matters too. */
const collisionsOf = (margin: bigint): Way => ({
  width: ({ block }) => (block === null ? 10 : 5),
  sql({ sequence, columns }, serverVersion) {
    const { step, range, back } = upward(sequence, rangesOf(sequence));
    const probes = columns.flatMap(({ fed, source }) => {
      const blocks = fed.block === null ? [blockOf(sequence, null), { from: 0n, to: step - 1n }] : [fed.block];
      return blocks.map((block) => ({
        source,
        probe: {
          offset: back(block.from),
          limit: back(range.to),
          beyondLast: block.from === 0n && block.to === 0n ? null : back(block.to),
          step: block.from === 0n && block.to === 0n ? step : 1n,
        },
      }));
    });
    return collisions(sequence, probes, step > 1n || margin > 0n, serverVersion);
  },
  // Where nobody said which block a value stands for, both kinds were asked for, and must agree
  reading([text, first, last, within, ...other]) {
    const undecided = other.length > 0 && (last === null) !== (other[3] === null);
    return {
      furthest: value(text),
      first: undecided ? null : value(first),
      last: undecided ? null : value(last),
      within: value(within),
      undecided,
      unread: null,
    };
  },
});

async function read(
  sequences: readonly SurveyedSequence[],
  way: Way,
  options: ReadOptions,
): Promise<Map<SurveyedSequence, Measurement>> {
  const pieces = await splitReads(sequences, options);
  const answers = await readBatches(pieces, (piece) => way.sql(piece, options.serverVersion), options);
  const bySequence = new Map<SurveyedSequence, ReadBatchAnswer[]>(sequences.map((sequence) => [sequence, []]));
  for (const answer of answers) bySequence.get(answer.piece.sequence)?.push(answer);
  // Read in several statements, or not at all: the position comes last, so that no default insert looks like a collision
  const apart = [...bySequence]
    .filter(([, list]) => list.length !== 1 || list[0]?.failure !== null)
    .map(([sequence]) => sequence);
  const last = new Map((await readPositions(apart, options)).map((answer) => [answer.piece.sequence, answer]));
  return new Map(
    [...bySequence].map(([sequence, list]) => [sequence, combine(sequence, list, last.get(sequence) ?? list[0], way)]),
  );
}

function combine(
  sequence: SurveyedSequence,
  answers: readonly ReadBatchAnswer[],
  last: ReadBatchAnswer | undefined,
  way: Way,
): Measurement {
  const found = readPosition(last?.fields ?? []);
  const stranger = found !== null && found.oid !== sequence.oid;
  const columns = sequence.columns.map((): ColumnAnswer | null => null);
  for (const answer of answers) {
    let place = positionWidth;
    for (const { index, fed, source } of answer.piece.columns) {
      const values = answer.fields.slice(place, (place += way.width(fed)));
      const next: ColumnAnswer =
        answer.failure !== null
          ? { unreadable: unreadable(answer.failure), detail: answer.message }
          : values[0] !== source.relationOid || !values.slice(1).every(isWhole)
            ? { unreadable: 'changing', detail: null }
            : way.reading(values.slice(1));
      columns[index] = merge(sequence, columns[index] ?? null, next);
    }
  }
  const answered = sequence.columns.map((fed, i) => (isRead(fed) ? columns[i] : unread(fed.unreadable)) ?? null);
  const why = last?.failure ?? null;
  return {
    position: found === null || stranger ? null : { lastValue: found.lastValue, isCalled: found.isCalled },
    unreadable: stranger ? 'changing' : found === null ? unreadable(why ?? 'error') : null,
    detail: last?.message ?? null,
    replaced: stranger || (why === 'gone' && last?.message === null), // the screen says so without a word of the server's
    columns: answered,
  };
}

function unread(reason: Unreadable | null): ColumnAnswer | null {
  return reason === null ? null : { unreadable: reason, detail: null };
}

/** Why something could not be read, by what went wrong when it was. */
export function unreadable(failure: Failure): Unreadable {
  if (failure === 'gone') return 'changing';
  return failure === 'read-only' || failure === 'lost' ? 'error' : failure;
}

/** Two answers of one column that was read in parts: its partitions. What some show counts, and that others were not read. */
function merge(sequence: SurveyedSequence, a: ColumnAnswer | null, b: ColumnAnswer): ColumnAnswer {
  if (a === null) return b;
  if (!isReading(a)) return isReading(b) ? { ...b, unread: a } : a;
  if (!isReading(b)) return { ...a, unread: a.unread ?? b };
  const ahead = sequence.increment > 0n ? (x: bigint, y: bigint) => x > y : (x: bigint, y: bigint) => x < y;
  const far = (x: bigint | null, y: bigint | null): bigint | null =>
    x === null || (y !== null && ahead(y, x)) ? y : x;
  const near = (x: bigint | null, y: bigint | null): bigint | null =>
    x === null || (y !== null && ahead(x, y)) ? y : x;
  return {
    furthest: far(a.furthest, b.furthest),
    first: near(a.first, b.first),
    last: far(a.last, b.last),
    within: far(a.within, b.within),
    undecided: a.undecided || b.undecided,
    unread: a.unread ?? b.unread,
  };
}

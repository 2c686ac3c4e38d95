import { counted } from '../../text/counted.ts';
import type { Judgement } from './judge.ts';
import { reachOf, restartOf } from './restart.ts';
import { isReading, type Measurement, type SurveyedSequence } from './surveyed.ts';

/** What a sequence's state comes to, in one sentence. */
export function messageOf(sequence: SurveyedSequence, measurement: Measurement, judgement: Judgement): string {
  const { state, next, furthest, reason } = judgement;
  const { name, increment } = sequence;
  const direction = increment < 0n ? 'down' : 'up';
  const place = measurement.columns.findIndex((column) => isReading(column) && column.furthest === furthest);
  const column = (sequence.columns[place] ?? sequence.columns[0])?.name ?? '';
  switch (state) {
    case 'behind':
      return `${column}: the next id would be ${next}${blockOf(sequence, next)}, but ids ${direction} to ${furthest} exist (sequence ${name})`;
    case 'exhausted': {
      const restart = restartOf(sequence, measurement, judgement);
      const although = restart === null ? '' : `, ${reachOf(restart)}`;
      const end = sequence.increment > 0n ? sequence.max : sequence.min;
      if (next === null)
        // Where rows are stored, and end far before it, a setval may have brought it there
        return `${name} ${(restart?.furthest ?? null) === null ? 'has handed out' : 'is at'} its last value, ${end}${although}`;
      const full = sequence.columns.find(({ range }) => range !== null && (next > range.to || next < range.from));
      return `the next value of ${name} is ${next}, which ${full?.name} (${full?.dataType}) cannot hold${although}`;
    }
    case 'ok':
      return `${column}: the next id is ${next}, and ids ${direction} to ${furthest} exist (sequence ${name})`;
    case 'empty':
      return `${column}: the next id is ${next}, and no ids exist (sequence ${name})`;
    case 'unlinked':
      return sequence.idleOwner === null
        ? `${name} feeds no column that the catalogs show`
        : `${name} is owned by ${sequence.idleOwner}, which takes its values from elsewhere`;
    case 'incomparable':
      return `${name} cannot be compared with ${column}: ${reason}`;
    case 'unknown':
      return `${name} could not be judged: ${reason}`;
  }
}

/** How many inserts succeed before one meets a stored id; of blocks of ids, how many calls do, since how much of one is used, nobody sees. */
export function succeeding(sequence: SurveyedSequence, after: bigint): string {
  const size = blockSize(sequence);
  return size === 1n
    ? counted(after, 'more insert succeeds', 'more inserts succeed')
    : `${counted(after, 'more nextval call returns', 'more nextval calls return')} ${after === 1n ? 'a block' : 'blocks'} of ${size} free ids`;
}

/** How many ids a drawn value stands for. */
export function blockSize({ columns, increment }: SurveyedSequence): bigint {
  const sizes = columns.map(({ block }) =>
    block === null ? (increment < 0n ? -increment : increment) : block.to - block.from + 1n,
  );
  return sizes.reduce((most, size) => (size > most ? size : most), 1n);
}

/** The ids that the next value stands for, where clients take it for a block of them. */
function blockOf({ columns, increment }: SurveyedSequence, next: bigint | null): string {
  const block = columns.find((column) => column.block !== null && column.block.from !== column.block.to)?.block;
  if (next === null || block === null || block === undefined) return '';
  const [from, to] = increment > 0n ? [next + block.from, next + block.to] : [next - block.to, next - block.from];
  return ` (a block from ${from} to ${to})`;
}

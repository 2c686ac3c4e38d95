import { counted } from '../../text/counted.ts';
import type { LoadProgress } from '../../import/options.ts';
import { megabytes } from '../result/progress.ts';

/** How often the line is made anew, in milliseconds: rows come faster than anybody reads. */
const often = 100;

/** Tells how a load gets on: `public.users 2/5: 1200000 rows, 88 MB of 240 MB, 150000 rows/s, 11 s left`. */
export function tellProgress(show: (words: string) => void): (progress: LoadProgress) => void {
  let table = '';
  let since = 0;
  let shown = 0;
  return (progress) => {
    const now = performance.now();
    if (progress.table !== table) [table, since, shown] = [progress.table, now, 0];
    if (now - shown < often) return;
    shown = now;
    show(describe(progress, (now - since) / 1000));
  };
}

function describe({ table, place, tables, rows, allRows, bytes, allBytes }: LoadProgress, seconds: number): string {
  const part =
    bytes !== null && allBytes !== null && allBytes > 0
      ? bytes / allBytes
      : allRows !== null && allRows > 0n
        ? Number(rows) / Number(allRows)
        : null;
  const rate = seconds > 0 ? Number(rows) / seconds : 0;
  const left = part === null || part <= 0 || part >= 1 ? null : (seconds / part) * (1 - part);
  const size =
    bytes === null ? [] : [allBytes === null ? megabytes(bytes) : `${megabytes(bytes)} of ${megabytes(allBytes)}`];
  const words = [
    allRows === null ? counted(rows, 'row') : `${rows} of ${counted(allRows, 'row')}`,
    ...size,
    ...(seconds < 1 ? [] : [`${Math.round(rate)} rows/s`]),
    ...(left === null || seconds < 1 ? [] : [`${duration(left)} left`]),
  ];
  return `loading ${table}${tables > 1 ? ` ${place}/${tables}` : ''}: ${words.join(', ')}`;
}

function duration(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}

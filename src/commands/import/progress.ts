import type { ImportProgress } from '../../core/import/load.ts';
import type { Context } from '../command.ts';

/** Shows rows, bytes, how fast, and how long it will take, a few times a second. */
export function rowsProgress(context: Context): ((progress: ImportProgress) => void) | undefined {
  if (!context.isWatched) return undefined;
  let table = '';
  let begun = 0;
  let shown = 0;
  return (at) => {
    const now = performance.now();
    if (at.table !== table) [table, begun] = [at.table, now];
    if (now - shown < 200) return;
    shown = now;
    context.progress(described(at, (now - begun) / 1000));
  };
}

function described({ table, rows, bytes, totalBytes, totalRows }: ImportProgress, seconds: number): string {
  const share =
    totalRows !== null && totalRows > 0n
      ? Number(rows) / Number(totalRows)
      : bytes !== null && totalBytes !== null && totalBytes > 0
        ? bytes / totalBytes
        : null;
  const left = share === null || share === 0 || seconds < 1 ? null : Math.ceil((seconds / share) * (1 - share));
  return [
    `importing ${table}: ${rows} rows`,
    ...(bytes === null ? [] : [`${Math.floor(bytes / 1_048_576)} MB`]),
    ...(seconds < 1 ? [] : [`${Math.round(Number(rows) / seconds)} rows/s`]),
    ...(left === null ? [] : [`${left} s left`]),
  ].join(', ');
}

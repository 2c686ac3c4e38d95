import { copiedText } from '../pg/query/copy-text.ts';
import type { TableLoad } from './plan.ts';

/**
 * Which rows a foreign key complained about, among lines of COPY's text format: their places. The server names no row, but the
 * key that it did not find: `Key (user_id)=(99) is not present …`. Empty where no line has it as it is shown.
 */
export function failingRows(error: unknown, { target, columns }: TableLoad, lines: readonly Uint8Array[]): number[] {
  const { constraint, detail } = error as { constraint?: unknown; detail?: unknown };
  const key = target.foreignKeys.find(({ name }) => name === constraint);
  const named = typeof detail === 'string' ? /\)=\((.*)\)[^)]*$/s.exec(detail)?.[1] : undefined;
  if (key === undefined || named === undefined) return [];
  const places = key.columns.map((name) => columns.findIndex((pair) => pair.target.name === name));
  if (places.includes(-1)) return [];
  return lines.flatMap((line, i) => {
    const fields = Buffer.from(line).toString().replace(/\n$/, '').split('\t');
    return places.map((place) => copiedText(fields[place] ?? '')).join(', ') === named ? [i] : [];
  });
}

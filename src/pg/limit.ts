import { Problem } from '../problem.ts';

const megabyte = 1024 * 1024;

/**
 * The most bytes that one thing may have which has to be held as a whole, unless told otherwise: a JSON element, a statement, a row of
 * MySQL's. A few megabytes of a compressed file may stand for gigabytes.
 */
export const mostInOne = 64 * megabyte;

/** JavaScript has no longer text. */
const mostEver = 500 * megabyte;

const units: Readonly<Record<string, number>> = { kB: 1024, MB: megabyte, GB: 1024 * megabyte };

/** Reads such a limit with its unit, as PostgreSQL writes sizes: `256MB`. */
export function readElementSize(text: string, option: string): number {
  const [, amount, unit = ''] = /^(\d+)(kB|MB|GB)$/.exec(text) ?? [];
  const size = Number(amount) * (units[unit] ?? Number.NaN);
  if (!Number.isSafeInteger(size))
    throw new Problem(`${option} ${text}: not a size`, { hint: `write a number with its unit: ${option} 256MB` });
  return provedElementSize(size, `${option} ${text}`);
}

/** The same limit in bytes. Throws a Problem for one that nothing can have. */
export function provedElementSize(size: number, shown: string): number {
  if (size >= megabyte && size <= mostEver) return size;
  throw new Problem(`${shown}: must be from 1MB to ${mostEver / megabyte}MB`);
}

/** `users.json, line 3: an element`: beyond that limit. */
export function tooLong(what: string, most: number): Problem {
  return new Problem(`${what} is longer than ${sizeText(most)}`, {
    hint: `this limit keeps an input from using up the memory${most < mostEver ? '; --max-element raises it' : ''}`,
  });
}

function sizeText(bytes: number): string {
  return bytes % megabyte === 0 ? `${bytes / megabyte} MB` : `${bytes / 1024} kB`;
}

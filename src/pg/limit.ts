import { Problem } from '../pg/problem.ts';

/**
 * The most bytes that one thing may have which has to be held as a whole: a JSON element, a statement, a header, a row of MySQL's. A few
 * megabytes of a compressed file may stand for gigabytes.
 */
export const mostInOne = 64 * 1024 * 1024;

/** `users.json, line 3: an element`: beyond that limit. */
export function tooLong(what: string, most: number): Problem {
  return new Problem(`${what} is longer than ${most / (1024 * 1024)} MB`, {
    hint: 'what is read as a whole has that limit, so that no input takes all memory',
  });
}

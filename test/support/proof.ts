import { createHash, randomInt } from 'node:crypto';
import type { TestContext } from 'node:test';

// A long proof has two forms: all of it by `npm run proof`, and a short one by `npm test`, which takes other samples each time.

/** Whether this run is `npm run proof`. */
export const isProof: boolean = process.env['PGSEQ_PROOF'] === '1';

/** How much of something: by `npm test`, and by `npm run proof`. */
export function amount<T>(short: T, long: T): T {
  return isProof ? long : short;
}

const given = process.env['PGSEQ_SEED'];
if (given !== undefined && !/^\d{1,9}$/.test(given))
  throw new Error(`PGSEQ_SEED is a number of up to nine digits: ${given}`);
const ours = given === undefined ? randomInt(1_000_000_000) : Number(given);

/** What samples are chosen by: another number each time unless `PGSEQ_SEED` gives it. The test says how to repeat it. */
export function seed(t: TestContext): number {
  t.diagnostic(`PGSEQ_SEED=${ours} chooses the same again`);
  return ours;
}

/** A number from 0 to 1 without 1: the same for the same seed and the same `what`. */
export function chance(from: number, what: string | number): number {
  return createHash('sha256').update(`${from} ${what}`).digest().readUInt32BE() / 2 ** 32;
}

/** So many of these as the seed chooses, in the order in which they stand; all of them by `npm run proof`. */
export function pick<T>(from: number, items: readonly T[], count: number): readonly T[] {
  return isProof ? items : sample(from, items, count);
}

/** The same whatever runs. */
export function sample<T>(from: number, items: readonly T[], count: number): readonly T[] {
  const places = items.map((_, at) => at).toSorted((a, b) => chance(from, a) - chance(from, b));
  const chosen = new Set(places.slice(0, count));
  return items.filter((_, at) => chosen.has(at));
}

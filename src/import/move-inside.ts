import { offered } from '../pg/offering.ts';
import { Problem } from '../problem.ts';
import type { Queryable } from '../pg/queryable.ts';
import { shellWord } from '../pg/shell.ts';
import type { FixOptions } from '../core/model/options.ts';
import { upward } from '../core/model/sequence.ts';
import type { ImportOptions } from './options.ts';
import { fixLoaded, type LoadedSequences } from './sequences.ts';
import type { FixReport } from '../core/model/report.ts';

/** More calls of nextval than this take half a minute: a sequence that has further to go is set, by a session that holds no rows. */
const mostSteps = 50_000_000n;

/**
 * Moves the sequences beyond the rows that the open transaction holds, before anybody else can see them. By nextval alone: a lock
 * on a sequence, asked for by who holds rows that others wait for, ends in a deadlock with one ordinary insert. `inside` sees
 * the rows. Returns what was done, in order. Throws a Problem where a sequence cannot follow: then nothing may be committed.
 */
export async function moveInside(
  inside: Queryable,
  loaded: LoadedSequences,
  options: FixOptions,
  another: ImportOptions['another'],
): Promise<FixReport[]> {
  const seen = await fixLoaded(inside, loaded, { ...options, method: 'step', dryRun: true });
  const far = new Map(
    seen.sequences.flatMap((sequence) => {
      const { target, next, action, name } = sequence;
      if (action !== 'would-move' || target === null || next === null) return [];
      const { up, step } = upward(sequence, []);
      return (up(target) - up(next)) / step > mostSteps ? [[name, target] as const] : [];
    }),
  );
  const reports = far.size > 0 ? [await setFromOutside(loaded, far, options, another)] : [];
  const report = await fixLoaded(inside, loaded, { ...options, method: 'step' });
  refuseFailed(report);
  return [...reports, report];
}

async function setFromOutside(
  loaded: LoadedSequences,
  far: ReadonlyMap<string, bigint>,
  options: FixOptions,
  another: ImportOptions['another'],
): Promise<FixReport> {
  if (another === undefined) {
    const [[name, target]] = [...far] as [[string, bigint]];
    throw new Problem(`${name} has too far to go (to ${target}) to be moved in this transaction`, {
      hint: `move it first: ${offered(options.offering, `fix --sequence ${shellWord(name)} --to ${target}`)}`,
    });
  }
  const sequences = loaded.sequences.filter(({ name }) => far.has(name));
  const session = await another();
  const report = await fixLoaded(session, { ...loaded, sequences, floors: far }, { ...options, method: 'auto' });
  refuseFailed(report);
  return report;
}

/** Throws what kept a sequence from being moved. */
export function refuseFailed({ stopped, sequences }: FixReport): void {
  if (stopped !== undefined) throw stopped;
  const failed = sequences.find(({ action }) => action === 'failed');
  if (failed?.error)
    throw new Problem(`${failed.name} could not be moved beyond the imported ids: ${failed.error.message}`, {
      hint: failed.error.hint ?? undefined,
      code: failed.error.code ?? undefined,
    });
}

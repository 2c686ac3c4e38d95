import type { InspectOptions, FixProgress } from '../../core/model/options.ts';
import type { Context } from '../command.ts';

/** What long work is at, in words. */
const phases: Readonly<Record<FixProgress['phase'], string>> = {
  survey: 'reading the catalogs',
  guard: 'changing guards',
  measure: 'measuring',
  move: 'moving',
  wait: 'waiting for open transactions',
  verify: 'checking again',
};

/** For work that ends when the run does, shows how far it has got (`measuring 3/10`), and offers commands. */
export function progressOf(
  context: Pick<Context, 'signal' | 'progress' | 'offering'>,
): Pick<InspectOptions, 'signal' | 'onProgress' | 'offering'> {
  return {
    signal: context.signal,
    offering: context.offering,
    onProgress: ({ phase, done, total }) => context.progress(`${phases[phase]}${total > 0 ? ` ${done}/${total}` : ''}`),
  };
}

/** `5.3 MB`, `88 MB`. */
export function megabytes(bytes: number | bigint): string {
  const millions = Number(bytes) / 1e6;
  return `${millions.toFixed(millions < 10 ? 1 : 0)} MB`;
}

import type { Progress } from '../core/options.ts';

/** What long work is at, in words. */
const phases: Readonly<Record<Progress['phase'], string>> = {
  survey: 'reading the catalogs',
  guard: 'changing guards',
  measure: 'measuring',
  move: 'moving',
  wait: 'waiting for open transactions',
  verify: 'measuring again',
};

/** How far it has got: `measuring 3/10`. */
export function describeProgress({ phase, done, total }: Progress): string {
  return `${phases[phase]}${total > 0 ? ` ${done}/${total}` : ''}`;
}

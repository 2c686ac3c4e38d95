import type { Source } from '../../core/import/source.ts';
import { Problem } from '../../pg/problem.ts';
import type { SourceOptions } from '../options.ts';

export function open(_spec: string, _options: SourceOptions): Promise<Source> {
  throw new Problem('not yet');
}

import type { PositionsBefore } from '../../core/around-a-load.ts';
import type { Context } from '../command.ts';

/**
 * Notes, before anything is loaded, which rights will be lacking afterwards. It goes on: the load may touch nothing that lacks them, and
 * what it makes anew belongs to whoever loads.
 */
export function tellLacked({ lacked }: Pick<PositionsBefore, 'lacked'>, context: Context): void {
  if (lacked.length > 0)
    context.note([
      'these privileges are missing; without them, not every existing sequence can be brought in sync afterwards:',
      ...lacked.map((line) => `  ${line}`),
    ]);
}

import { guardCommand } from './change.ts';

export const guardUpgrade = guardCommand({
  verb: 'upgrade',
  description:
    'Repairs guards: those of an older pgseq version, those whose column, table or sequence has changed, ' +
    'and those with missing or weakened triggers. Disabled guards stay disabled. Without filters: every guard.',
  wantsTables: false,
  examples: ['pgseq guard upgrade -d app', 'pgseq guard upgrade -t public.users -d app'],
});

import { guardCommand } from './change.ts';

export const guardUpgrade = guardCommand({
  verb: 'upgrade',
  description:
    'Makes guards what they should be: those of an older version of pgseq, those whose column, table or sequence has changed, ' +
    'those with triggers missing or weakened. What somebody disabled stays disabled. Without filters: every guard there is.',
  wantsTables: false,
  examples: ['pgseq guard upgrade -d app', 'pgseq guard upgrade -t public.users -d app'],
});

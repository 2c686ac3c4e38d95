import { guardCommand } from './change.ts';

export const guardRemove = guardCommand({
  verb: 'remove',
  description:
    'Takes guards away, and with the last one everything else that pgseq made in the database: the schema pgseq with what is in it.',
  wantsTables: true,
  examples: ['pgseq guard remove -t public.users -d app', 'pgseq guard remove --all-tables -d app'],
});

import { guardCommand } from './change.ts';

export const guardRemove = guardCommand({
  verb: 'remove',
  description:
    'Removes guards, and with the last one everything else that pgseq created in the database: the schema pgseq and its contents.',
  wantsTables: true,
  examples: ['pgseq guard remove -t public.users -d app', 'pgseq guard remove --all-tables -d app'],
});

import { guardCommand } from './change.ts';

export const guardDisable = guardCommand({
  verb: 'disable',
  description:
    'Disables the triggers of guards, for everybody, until pgseq guard enable. For one load, select pgseq.pause() in its ' +
    'transaction does less harm.',
  wantsTables: true,
  examples: ['pgseq guard disable -t public.users -d app'],
});

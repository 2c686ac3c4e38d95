import { guardCommand } from './change.ts';

export const guardDisable = guardCommand({
  verb: 'disable',
  description:
    'Disables the triggers of guards for everybody until pgseq guard enable. For a single load, select pgseq.pause() in its ' +
    'transaction is the safer way.',
  wantsTables: true,
  examples: ['pgseq guard disable -t public.users -d app'],
});

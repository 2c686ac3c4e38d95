import { guardCommand } from './change.ts';

export const guardEnable = guardCommand({
  verb: 'enable',
  description:
    'Enables the triggers of guards again, each in its proper mode. For rows stored in the meantime, run pgseq fix.',
  wantsTables: true,
  examples: ['pgseq guard enable --all-tables -d app'],
});

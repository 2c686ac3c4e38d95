import { guardCommand } from './change.ts';

export const guardEnable = guardCommand({
  verb: 'enable',
  description:
    'Enables the triggers of guards again, each for what it is there for. What was stored meanwhile is for pgseq fix.',
  wantsTables: true,
  examples: ['pgseq guard enable --all-tables -d app'],
});

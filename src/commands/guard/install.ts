import { margin, wait } from '../request/options.ts';
import { guardCommand } from './change.ts';

export const guardInstall = guardCommand({
  verb: 'install',
  description:
    'Guards columns with triggers that move a sequence beyond every id that a statement stores, for every program that inserts. Then brings the ' +
    'same sequences in sync, as pgseq fix does. It can be run again: it repairs what has changed.\n\n' +
    'Exit code: 0 guarded and in sync, 1 findings remain (or, with --dry-run, there is something to do), 2 something could not be done.',
  options: [
    {
      flags: '--updates',
      help: 'also guard updates of the ids; makes every UPDATE of the table slower (see the docs)',
    },
    {
      flags: '--new-tables',
      help: 'also guard new tables when they are created, with an event trigger; needs a superuser',
    },
    { ...margin, help: 'leave this many ids free beyond the furthest stored one, for this run (0)' },
    wait,
  ],
  wantsTables: true,
  examples: [
    'pgseq guard install -t public.users postgres://app@localhost/app',
    'pgseq guard install --all-tables --dry-run -d app',
    'pgseq guard install --all-tables --new-tables -U postgres -d app',
  ],
});

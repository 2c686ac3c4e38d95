import { margin, wait } from '../request/options.ts';
import { guardCommand } from './change.ts';

export const guardInstall = guardCommand({
  verb: 'install',
  description:
    'Guards columns: triggers that move a sequence beyond every id that a statement stores, whoever stores it. Then brings the ' +
    'same sequences in step, as pgseq fix does. May be run again: it mends what is not as it should be.\n\n' +
    'Exit code: 0 guarded and in step, 1 findings remain (or, with --dry-run, there is something to do), 2 something could not be done.',
  options: [
    {
      flags: '--updates',
      help: 'guard updates of the ids too: every UPDATE of the table then costs more (see the docs)',
    },
    { flags: '--new-tables', help: 'guard tables as they are made, by an event trigger; needs a superuser' },
    { ...margin, help: 'leave this many ids free beyond the furthest stored one, once (0)' },
    wait,
  ],
  wantsTables: true,
  examples: [
    'pgseq guard install -t public.users postgres://app@localhost/app',
    'pgseq guard install --all-tables --dry-run -d app',
    'pgseq guard install --all-tables --new-tables -U postgres -d app',
  ],
});

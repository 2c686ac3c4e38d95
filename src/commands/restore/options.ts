import type { OptionGroup } from '../command.ts';
import { connection, looking, margin, maxElement, reporting, wait } from '../request/options.ts';
import { archiveFormat, clientOptions } from './client-options.ts';

/** -j is pg_restore's here. */
const afterwards = looking.options.filter(({ flags }) => !flags.startsWith('-j'));

export const restoreGroups: readonly OptionGroup[] = [
  {
    title: 'What to do',
    options: [
      {
        flags: '--inspect',
        help: 'tell what is in the archive and which sequences it leaves behind; connects to nothing',
      },
      { flags: '--into-existing', help: 'into a database that has tables already' },
      { flags: '--restrict', help: 'a script may not have commands of psql beyond those of dumps' },
      { flags: '--bin-dir <directory>', help: 'where pg_restore and psql are' },
      maxElement,
      archiveFormat,
    ],
  },
  { title: 'What pg_restore takes (a script knows -e and -1)', options: clientOptions },
  connection,
  {
    title: 'What to do afterwards',
    options: [
      margin,
      wait,
      ...afterwards.map((option) =>
        option.flags.startsWith('--timeout') ? { ...option, help: 'for what comes after the restore (5m)' } : option,
      ),
    ],
  },
  reporting,
];

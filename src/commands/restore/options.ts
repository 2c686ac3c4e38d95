import type { OptionGroup } from '../command.ts';
import { connection, looking, margin, maxElement, reporting, wait } from '../request/options.ts';
import { archiveFormat, clientOptions } from './client-options.ts';

/** -j is pg_restore's here. */
const afterwards = looking.options.filter(({ flags }) => !flags.startsWith('-j'));

export const restoreGroups: readonly OptionGroup[] = [
  {
    title: 'How to restore',
    options: [
      {
        flags: '--inspect',
        help: 'show what is in the archive and which sequences it leaves behind; connects to nothing',
      },
      { flags: '--into-existing', help: 'restore into a database that already has tables' },
      { flags: '--restrict', help: 'refuse scripts with psql commands that no dump contains' },
      { flags: '--bin-dir <directory>', help: 'the directory of pg_restore and psql' },
      maxElement,
      archiveFormat,
    ],
  },
  { title: 'Options of pg_restore (for a script: -e and -1 only)', options: clientOptions },
  connection,
  {
    title: 'After the restore',
    options: [
      margin,
      wait,
      ...afterwards.map((option) =>
        option.flags.startsWith('--timeout')
          ? { ...option, help: 'time limit of what follows the restore (5m)' }
          : option,
      ),
    ],
  },
  reporting,
];

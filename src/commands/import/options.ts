import type { OptionGroup } from '../command.ts';
import { connection, looking, reporting } from '../options.ts';

const kept = (option: { readonly flags: string }): boolean => !/^(?:-j|--near-limit)/.test(option.flags);

export const importGroups: readonly OptionGroup[] = [
  {
    title: 'Where to',
    options: [
      { flags: '--to <connection>', help: 'the database: a URI, a libpq connection string, or its name' },
      ...connection.options.filter(({ flags }) => !flags.startsWith('--url')),
    ],
  },
  {
    title: 'What goes where',
    options: [
      {
        flags: '-t, --table <name>',
        help: 'the table that the rows are for; of a source with many: only these of its tables',
        many: true,
      },
      { flags: '--rename-table <old=new>', help: 'a table that is called otherwise in the database', many: true },
      { flags: '--map <old=new>', help: 'a column that is called otherwise in the database', many: true },
      { flags: '--columns <names>', help: 'of a CSV without a header, its columns: id,name,email' },
      {
        flags: '--source-format <format>',
        help: 'csv, tsv, ndjson or json, where neither name nor content tell',
        choices: ['csv', 'tsv', 'ndjson', 'json'],
      },
      { flags: '--delimiter <character>', help: 'between the fields of a CSV (a comma; a tab in TSV)' },
      { flags: '--encoding <name>', help: 'of a CSV (UTF8)' },
    ],
  },
  {
    title: 'What to do',
    options: [
      { flags: '--dry-run', help: 'load into copies that nobody sees, and tell what would come; changes nothing' },
      {
        flags: '--on-conflict <what>',
        help: 'where a row is there already: error, skip or update (error)',
        choices: ['error', 'skip', 'update'],
      },
      { flags: '--truncate', help: 'empty the tables first; never others with them' },
      { flags: '--rejects <file>', help: 'go on without rows that PostgreSQL refuses, and write them there' },
      {
        flags: '--wait <duration>',
        help: 'afterwards: how long to wait for open transactions that hold the tables (30s)',
      },
    ],
  },
  {
    title: 'How to look',
    options: looking.options
      .filter(kept)
      .map((option) =>
        option.flags.startsWith('--timeout') ? { ...option, help: 'for what comes after the rows (5m)' } : option,
      ),
  },
  reporting,
];

import type { OptionGroup } from '../command.ts';
import { connection, looking as all, maxElement } from '../request/options.ts';

/** The options of `pgseq import`, as its help shows them. */

export const target: OptionGroup = {
  title: 'What goes where',
  options: [
    {
      flags: '--to <connection>',
      help: 'the database that the rows go into: a URI, a libpq connection string, or a name',
    },
    {
      flags: '-t, --table <table>',
      help: 'the table of a file that has one; of a source of many, one that is wanted (all)',
      many: true,
    },
    { flags: '--rename-table <old=new>', help: 'load the table old of a source into new', many: true },
    { flags: '--map <old=new>', help: "load the column old of a source into new; 'old=' leaves it out", many: true },
  ],
};

export const reading: OptionGroup = {
  title: 'How to read files',
  options: [
    {
      flags: '--input-format <format>',
      help: "csv, tsv (COPY's text format), ndjson or json; the name and the content of a file tell otherwise",
      choices: ['csv', 'tsv', 'ndjson', 'json'],
    },
    { flags: '--columns <names>', help: 'the columns of a CSV or TSV without a header, in their order: id,name,…' },
    { flags: '--delimiter <character>', help: "what stands between the values of a CSV (,); '\\t' is a tab" },
    { flags: '--null <text>', help: 'what stands for NULL in a CSV (an empty value) or TSV (\\N)' },
    {
      flags: '--zero-dates <action>',
      help: 'what to do with a date of MySQL that PostgreSQL does not know, such as 0000-00-00: reject it, or load null (reject)',
      choices: ['null', 'reject'],
    },
    maxElement,
    { flags: '--encoding <encoding>', help: 'of a CSV or TSV, as PostgreSQL calls it (UTF8)' },
  ],
};

export const conflict: OptionGroup = {
  title: 'What to do',
  options: [
    {
      flags: '--on-conflict <action>',
      help: 'with a row whose key is taken: error, skip it, or update what is there (error)',
      choices: ['error', 'skip', 'update'],
    },
    { flags: '--truncate', help: 'empty the tables first; readers wait until the import is committed' },
    { flags: '--dry-run', help: 'load into temporary copies and tell what would happen; changes nothing' },
    { flags: '--rejects <file>', help: 'put rows that do not fit into a file, with the reason, and go on' },
  ],
};

export const importConnection: OptionGroup = {
  ...connection,
  options: connection.options.filter(({ flags }) => !flags.startsWith('--url')),
};

export const looking: OptionGroup = {
  title: 'Sequences',
  options: [
    ...all.options.filter(({ flags }) => /^--(?:read-foreign|trust-owners|max-jump|statement-timeout)\b/.test(flags)),
    {
      flags: '--timeout <duration>',
      help: 'for the whole run; unless given, rows take as long as they take, and what comes after them has 5m',
    },
  ],
};

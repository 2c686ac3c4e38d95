import type { OptionGroup } from '../command.ts';
import { connection, looking as all, maxElement } from '../request/options.ts';

/** The options of `pgseq import`, as its help shows them. */

export const target: OptionGroup = {
  title: 'Source and target',
  options: [
    {
      flags: '--to <connection>',
      help: 'the target database: a URI, a libpq connection string, or a name',
    },
    {
      flags: '-t, --table <table>',
      help: 'target table of a file; for a database source, a table to load (default: all)',
      many: true,
    },
    { flags: '--rename-table <old=new>', help: 'load the source table old into new', many: true },
    { flags: '--map <old=new>', help: "load the source column old into new; 'old=' leaves it out", many: true },
  ],
};

export const reading: OptionGroup = {
  title: 'How to read files',
  options: [
    {
      flags: '--input-format <format>',
      help: "csv, tsv (COPY's text format), ndjson or json (default: detected from name and content)",
      choices: ['csv', 'tsv', 'ndjson', 'json'],
    },
    { flags: '--columns <names>', help: 'the columns of a CSV or TSV without a header, in order: id,name,…' },
    { flags: '--delimiter <character>', help: "the separator of a CSV (,); '\\t' is a tab" },
    { flags: '--null <text>', help: 'the text that means NULL in a CSV (an empty value) or TSV (\\N)' },
    {
      flags: '--zero-dates <action>',
      help: 'for MySQL dates that PostgreSQL does not accept, such as 0000-00-00: reject them, or load null (reject)',
      choices: ['null', 'reject'],
    },
    maxElement,
    { flags: '--encoding <encoding>', help: 'encoding of a CSV or TSV, by its PostgreSQL name (UTF8)' },
  ],
};

export const conflict: OptionGroup = {
  title: 'How to load',
  options: [
    {
      flags: '--on-conflict <action>',
      help: 'for a row whose key exists already: error, skip it, or update the stored row (error)',
      choices: ['error', 'skip', 'update'],
    },
    { flags: '--truncate', help: 'empty the tables first; readers wait until the import is committed' },
    { flags: '--dry-run', help: 'load into temporary copies and report what would happen; changes nothing' },
    { flags: '--rejects <file>', help: 'write rejected rows to a file, with the reason, and continue' },
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
      help: 'time limit of the whole run (default: none for loading rows, 5m for what follows)',
    },
  ],
};

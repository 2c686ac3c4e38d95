import { reporters } from '../../report/index.ts';
import type { ArgumentSpec, OptionGroup, OptionSpec } from '../command.ts';

/** Options that several commands share, written once. */

export const connectionArgument: ArgumentSpec = {
  shape: '[connection]',
  help: 'a URI, a libpq connection string, or the name of a database',
};

export const dryRun: OptionSpec = {
  flags: '--dry-run',
  help: 'print the SQL that would run, ready for psql, and change nothing',
};
export const margin: OptionSpec = {
  flags: '--margin <number>',
  help: 'leave this many ids free beyond the furthest stored one (0)',
};
export const lockTimeout: OptionSpec = {
  flags: '--lock-timeout <duration>',
  help: 'longest time to block writers while waiting for a lock; tried up to 5 times (100ms)',
};
export const wait: OptionSpec = {
  flags: '--wait <duration>',
  help: 'longest time to wait for open transactions that use the tables (30s)',
};
export const link: OptionSpec = {
  flags: '--link <link>',
  help: "for Hibernate, Doctrine and the like: which column a sequence feeds: 'schema.sequence=schema.table.column[@below|@above|@single],…'",
  many: true,
};
const readForeign: OptionSpec = {
  flags: '--read-foreign',
  help: 'also read foreign tables, which queries the foreign server',
};
const trustOwners: OptionSpec = {
  flags: '--trust-owners',
  help: "also read tables where reading may execute their owners' code",
};
export const maxJump: OptionSpec = {
  flags: '--max-jump <percent>',
  help: 'never skip more than this share of the remaining values for a few outlying ids (50%)',
};

export const connection: OptionGroup = {
  title: 'Connection',
  options: [
    { flags: '--url <connection>', help: 'the connection, instead of the argument' },
    { flags: '-h, --host <host>', help: "the server's host, or its socket directory" },
    { flags: '-p, --port <port>', help: "the server's port" },
    { flags: '-U, --username <user>', help: 'the user to connect as' },
    { flags: '-d, --dbname <database>', help: 'the database, or a connection string' },
    { flags: '--env-file <file>', help: 'read environment variables from a file; they override those already set' },
    { flags: '--role <role>', help: 'SET ROLE before anything else, as pg_dump does' },
  ],
};

/** The baseline that is read, or written. */
export const baselineOption: OptionSpec = {
  flags: '--baseline <file>',
  help: 'the file with accepted findings (pgseq.baseline.json)',
};

export const configFile: OptionSpec = {
  flags: '--config <file>',
  help: 'the configuration file (pgseq.json, if it exists)',
};

export const configuredDatabase: OptionSpec = {
  flags: '--database <name>',
  help: 'the database with this name in the configuration',
  offers: 'databases',
};

/** For commands that work on several databases. */
export const databases: OptionGroup = {
  title: 'Which databases',
  options: [
    configFile,
    {
      flags: '--database <name>',
      help: 'a database with this name in the configuration; repeatable',
      many: true,
      offers: 'databases',
    },
    { flags: '--all-databases', help: 'every database in the configuration, or on the server if there is none' },
    { flags: '--exclude-database <pattern>', help: 'with --all-databases: skip databases that match', many: true },
    baselineOption,
  ],
};

export const filters: OptionGroup = {
  title: 'Which sequences (psql patterns, repeatable)',
  options: [
    { flags: '-t, --table <pattern>', help: 'only sequences that feed a matching table', many: true },
    { flags: '-T, --exclude-table <pattern>', help: 'skip sequences that feed a matching table', many: true },
    {
      flags: '-n, --schema <pattern>',
      help: 'only sequences in a matching schema, or feeding a table in one',
      many: true,
    },
    {
      flags: '-N, --exclude-schema <pattern>',
      help: 'skip sequences in a matching schema, or feeding a table in one',
      many: true,
    },
    { flags: '--sequence <pattern>', help: 'only sequences that match', many: true },
  ],
};

export const looking: OptionGroup = {
  title: 'Advanced',
  options: [
    link,
    readForeign,
    trustOwners,
    { flags: '--near-limit <percent>', help: 'warn when a sequence has used this share of its values (80%)' },
    maxJump,
    { flags: '-j, --jobs <number>', help: 'parallel connections for measuring (2)' },
    { flags: '--statement-timeout <duration>', help: 'time limit of one measurement (30s)' },
    { flags: '--timeout <duration>', help: 'time limit of the whole run (5m)' },
  ],
};

/** How to report, in one of these formats; the first is the default. */
export const reportingAs = (formats: readonly string[]): OptionGroup => ({
  title: 'Report',
  options: [
    {
      flags: '--format <format>',
      help: `${formats.slice(0, -1).join(', ')} or ${formats.at(-1)} (${formats[0]})`,
      choices: formats,
    },
    { flags: '-o, --output <file>', help: 'write the report to a file' },
    { flags: '--show-ok', help: 'also list healthy sequences, and notes' },
    {
      flags: '--fail-on <level>',
      help: 'exit 1 for findings of this level or worse: error, warning or none (error)',
      choices: ['error', 'warning', 'none'],
    },
    { flags: '-q, --quiet', help: 'print only the report' },
  ],
});

/** What is read as a whole has a limit. */
export const maxElement: OptionSpec = {
  flags: '--max-element <size>',
  help: 'largest JSON element, row or statement to read as a whole, up to 500MB (64MB)',
};

export const reporting = reportingAs(reporters.map(({ name }) => name));

/** How a script for psql looks. */
export const sqlLooking: OptionGroup = {
  title: 'Advanced',
  options: [link, readForeign, trustOwners, maxJump],
};

/** Where a script for psql goes. */
export const sqlOutput: OptionGroup = {
  title: 'Report',
  options: [{ flags: '-o, --output <file>', help: 'write the SQL to a file' }],
};

/** The same for a command that connects, which may have something to say beside the SQL. */
export const connectedSqlOutput: OptionGroup = {
  ...sqlOutput,
  options: [...sqlOutput.options, { flags: '-q, --quiet', help: 'print only the SQL' }],
};

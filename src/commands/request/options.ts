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
  help: 'how long a lock may keep writers waiting, each of at most 5 times (100ms)',
};
export const wait: OptionSpec = {
  flags: '--wait <duration>',
  help: 'how long to wait for open transactions that hold the tables (30s)',
};
export const link: OptionSpec = {
  flags: '--link <link>',
  help: "what the catalogs don't know: 'schema.sequence=schema.table.column[@below|@above|@single],…'",
  many: true,
};
const readForeign: OptionSpec = {
  flags: '--read-foreign',
  help: 'read foreign tables too: asks the foreign server',
};
const trustOwners: OptionSpec = {
  flags: '--trust-owners',
  help: 'read tables also where that may run code that their owners wrote',
};
export const maxJump: OptionSpec = {
  flags: '--max-jump <percent>',
  help: 'share of what remains that a few lone ids may use up (50%)',
};

export const connection: OptionGroup = {
  title: 'Connection',
  options: [
    { flags: '--url <connection>', help: 'the connection, in place of the argument' },
    { flags: '-h, --host <host>', help: "the server's host, or the directory of its socket" },
    { flags: '-p, --port <port>', help: "the server's port" },
    { flags: '-U, --username <user>', help: 'whom to connect as' },
    { flags: '-d, --dbname <database>', help: 'the database, or a connection string' },
    { flags: '--env-file <file>', help: 'read environment variables from a file; they win over those that are set' },
    { flags: '--role <role>', help: 'SET ROLE before anything else, as pg_dump does' },
  ],
};

/** The baseline that is read, or written. */
export const baselineOption: OptionSpec = {
  flags: '--baseline <file>',
  help: 'the accepted findings (pgseq.baseline.json)',
};

export const configFile: OptionSpec = {
  flags: '--config <file>',
  help: 'the configuration (pgseq.json, where it is there)',
};

export const configuredDatabase: OptionSpec = {
  flags: '--database <name>',
  help: 'the one that the configuration calls so',
  offers: 'databases',
};

/** For commands that work on several databases. */
export const databases: OptionGroup = {
  title: 'Which databases',
  options: [
    configFile,
    {
      flags: '--database <name>',
      help: 'one that the configuration calls so; may be given several times',
      many: true,
      offers: 'databases',
    },
    { flags: '--all-databases', help: 'all that the configuration names; without one, all of the server' },
    { flags: '--exclude-database <pattern>', help: 'not those that match, of all', many: true },
    baselineOption,
  ],
};

export const filters: OptionGroup = {
  title: 'Which sequences (psql patterns, each may be given several times)',
  options: [
    { flags: '-t, --table <pattern>', help: 'sequences that feed a table that matches', many: true },
    { flags: '-T, --exclude-table <pattern>', help: 'not those that feed a table that matches', many: true },
    { flags: '-n, --schema <pattern>', help: 'sequences in, or feeding a table in, a schema that matches', many: true },
    {
      flags: '-N, --exclude-schema <pattern>',
      help: 'not those in, or feeding a table in, a schema that matches',
      many: true,
    },
    { flags: '--sequence <pattern>', help: 'sequences that match', many: true },
  ],
};

export const looking: OptionGroup = {
  title: 'How to look',
  options: [
    link,
    readForeign,
    trustOwners,
    { flags: '--near-limit <percent>', help: 'warn when a sequence has used this much of its values (80%)' },
    maxJump,
    { flags: '-j, --jobs <number>', help: 'connections that measure side by side (2)' },
    { flags: '--statement-timeout <duration>', help: 'for one measurement (30s)' },
    { flags: '--timeout <duration>', help: 'for the whole run (5m)' },
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
    { flags: '--show-ok', help: 'list the healthy too, and the notes' },
    {
      flags: '--fail-on <level>',
      help: 'exit 1 from this level on: error, warning or none (error)',
      choices: ['error', 'warning', 'none'],
    },
    { flags: '-q, --quiet', help: 'only the report' },
  ],
});

/** What is read as a whole has a limit. */
export const maxElement: OptionSpec = {
  flags: '--max-element <size>',
  help: 'what one JSON element, row or statement may have that is read as a whole, up to 500MB (64MB)',
};

export const reporting = reportingAs(reporters.map(({ name }) => name));

/** How a script for psql looks. */
export const sqlLooking: OptionGroup = {
  title: 'How to look',
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
  options: [...sqlOutput.options, { flags: '-q, --quiet', help: 'only the SQL' }],
};

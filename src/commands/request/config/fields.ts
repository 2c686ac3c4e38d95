import { readLink } from '../../../core/model/links.ts';
import { relationPattern, schemaPattern } from '../../../core/survey/patterns.ts';
import { readDuration, readInteger, readPercent } from '../values.ts';

/** What may stand behind a key. */
interface Kind {
  readonly what: string;
  /** Ready to write. */
  readonly example: string;
  /** The same for editors, in words of JSON Schema. */
  readonly schema: object;
  /** A list of such values. */
  readonly isList?: true;
  /** Whether a value, or one of the list, is of this kind. Throws a Problem that says why a text is not. */
  accepts(value: unknown, key: string): boolean;
}

/** A key of pgseq.json. */
export interface Field {
  readonly key: string;
  /** The option of the command line that says the same, in camel case; null where none does. */
  readonly option: string | null;
  readonly kind: Kind;
  readonly help: string;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** A text that `read` takes; it throws a Problem for others. */
function proved(
  what: string,
  example: string,
  read: (text: string, key: string) => unknown,
  schema: object = {},
): Kind {
  return {
    what,
    example,
    schema: { type: 'string', minLength: 1, ...schema },
    accepts: (value, key) => isText(value) && (read(value, key), true),
  };
}

function listOf({ what, example, schema, accepts }: Kind): Kind {
  return { what, example: `[${example}]`, schema: { type: 'array', items: schema }, isList: true, accepts };
}

const text = (what: string, example: string, pattern?: RegExp): Kind => ({
  what,
  example,
  schema: { type: 'string', minLength: 1, ...(pattern === undefined ? {} : { pattern: pattern.source }) },
  accepts: (value) => isText(value) && (pattern?.test(value) ?? true),
});
/** What readers of patterns say begins with the pattern. */
const pattern = (example: string, read: (text: string) => unknown): Kind =>
  listOf(proved('a psql pattern', example, read));
const flag: Kind = {
  what: 'true or false',
  example: 'true',
  schema: { type: 'boolean' },
  accepts: (value) => typeof value === 'boolean',
};
const duration = (example: string): Kind =>
  proved('a duration with its unit', example, readDuration, { pattern: String.raw`^\d+(\.\d+)?(ms|s|m|min|h)$` });
const percent = (example: string): Kind => ({
  what: 'a percentage',
  example,
  schema: { type: ['string', 'number'], pattern: String.raw`^\d+(\.\d+)?%?$`, minimum: 0, maximum: 100 },
  accepts: (value, key) => (typeof value === 'number' || isText(value)) && (readPercent(String(value), key), true),
});
const choice = (...choices: readonly string[]): Kind => ({
  what: `one of ${choices.map((one) => `"${one}"`).join(', ')}`,
  example: `"${choices[0]}"`,
  schema: { enum: choices },
  accepts: (value) => isText(value) && choices.includes(value),
});

/** What is said of a database; also the order of the docs. */
export const databaseFields: readonly Field[] = [
  {
    key: 'connection',
    option: null,
    kind: text('a connection', '"postgres://app@localhost/app"'),
    help: 'the connection: a URI or a libpq connection string. Without it and without `env`, the environment is used, as without a configuration file',
  },
  {
    key: 'env',
    option: null,
    kind: text('the name of a variable', '"APP_DATABASE_URL"', /^[A-Za-z_]\w*$/),
    help: 'the environment variable that holds the connection, so that no password is stored here',
  },
  { key: 'role', option: 'role', kind: text('a role', '"pgseq_fixer"'), help: 'SET ROLE before anything else' },
  {
    key: 'schemas',
    option: 'schema',
    kind: pattern('"public"', schemaPattern),
    help: 'only sequences in these schemas, or feeding a table in them',
  },
  {
    key: 'excludeSchemas',
    option: 'excludeSchema',
    kind: pattern('"legacy*"', schemaPattern),
    help: 'skip sequences in these schemas, or feeding a table in them',
  },
  {
    key: 'tables',
    option: 'table',
    kind: pattern('"public.order*"', relationPattern),
    help: 'only sequences that feed these tables',
  },
  {
    key: 'excludeTables',
    option: 'excludeTable',
    kind: pattern('"public.archive_*"', relationPattern),
    help: 'skip sequences that feed these tables',
  },
  {
    key: 'sequences',
    option: 'sequence',
    kind: pattern('"public.*_id_seq"', relationPattern),
    help: 'only these sequences',
  },
  {
    key: 'links',
    option: 'link',
    kind: listOf(proved('a link', '"public.hibernate_sequence=public.users.id,public.orders.id@below"', readLink)),
    help: 'for Hibernate, Doctrine and the like: which columns a sequence feeds, where the catalogs do not show it',
  },
  {
    key: 'readForeign',
    option: 'readForeign',
    kind: flag,
    help: 'also read foreign tables, which queries the foreign server',
  },
  {
    key: 'trustOwners',
    option: 'trustOwners',
    kind: flag,
    help: "also read tables where reading may execute their owners' code",
  },
  {
    key: 'nearLimit',
    option: 'nearLimit',
    kind: percent('"80%"'),
    help: 'warn when a sequence has used this share of its values',
  },
  {
    key: 'maxJump',
    option: 'maxJump',
    kind: percent('"50%"'),
    help: 'never skip more than this share of the remaining values for a few outlying ids',
  },
  {
    key: 'failOn',
    option: 'failOn',
    kind: choice('error', 'warning', 'none'),
    help: 'exit 1 for findings of this level or worse',
  },
  {
    key: 'statementTimeout',
    option: 'statementTimeout',
    kind: duration('"30s"'),
    help: 'time limit of one measurement',
  },
  { key: 'timeout', option: 'timeout', kind: duration('"5m"'), help: 'time limit of all work in this database' },
];

/** What is said of all databases together, beside `databases` itself. */
export const fileFields: readonly Field[] = [
  {
    key: '$schema',
    option: null,
    kind: text('the URL of a JSON schema', '"./node_modules/pgseq/schema/pgseq.schema.json"'),
    help: 'lets editors complete and check this file',
  },
  {
    key: 'jobs',
    option: 'jobs',
    kind: {
      what: 'a whole number from 1 to 32',
      example: '2',
      schema: { type: 'integer', minimum: 1, maximum: 32 },
      accepts: (value) =>
        typeof value === 'number' && Number.isInteger(value) && value <= 32 && readInteger(String(value), 'jobs') >= 1n,
    },
    help: 'parallel connections for measuring, for all databases together',
  },
  {
    key: 'baseline',
    option: 'baseline',
    kind: text('a file', '"pgseq.baseline.json"'),
    help: 'the file with the accepted findings, relative to this file',
  },
];

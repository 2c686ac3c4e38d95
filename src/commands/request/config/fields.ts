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
    help: 'where the database is: a URI or a libpq connection string. Without it and `env`: the environment, as without a file',
  },
  {
    key: 'env',
    option: null,
    kind: text('the name of a variable', '"APP_DATABASE_URL"', /^[A-Za-z_]\w*$/),
    help: 'the environment variable that holds the connection, so that no password stands here',
  },
  { key: 'role', option: 'role', kind: text('a role', '"pgseq_fixer"'), help: 'SET ROLE before anything else' },
  {
    key: 'schemas',
    option: 'schema',
    kind: pattern('"public"', schemaPattern),
    help: 'only sequences in, or feeding a table in, these schemas',
  },
  {
    key: 'excludeSchemas',
    option: 'excludeSchema',
    kind: pattern('"legacy*"', schemaPattern),
    help: 'not those in, or feeding a table in, these schemas',
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
    help: 'not those that feed these tables',
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
    help: 'what the catalogs do not know: which columns a sequence feeds',
  },
  {
    key: 'readForeign',
    option: 'readForeign',
    kind: flag,
    help: 'read foreign tables too: asks the foreign server',
  },
  {
    key: 'trustOwners',
    option: 'trustOwners',
    kind: flag,
    help: 'read tables also where that may run code that their owners wrote',
  },
  {
    key: 'nearLimit',
    option: 'nearLimit',
    kind: percent('"80%"'),
    help: 'warn when a sequence has used this much of its values',
  },
  {
    key: 'maxJump',
    option: 'maxJump',
    kind: percent('"50%"'),
    help: 'share of what remains that a few lone ids may use up',
  },
  {
    key: 'failOn',
    option: 'failOn',
    kind: choice('error', 'warning', 'none'),
    help: 'exit 1 from this level on',
  },
  {
    key: 'statementTimeout',
    option: 'statementTimeout',
    kind: duration('"30s"'),
    help: 'for one measurement',
  },
  { key: 'timeout', option: 'timeout', kind: duration('"5m"'), help: 'for all that is done in this database' },
];

/** What is said of all databases together, beside `databases` itself. */
export const fileFields: readonly Field[] = [
  {
    key: '$schema',
    option: null,
    kind: text('the address of a schema', '"./node_modules/pgseq/schema/pgseq.schema.json"'),
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
    help: 'connections that measure side by side, of all databases together',
  },
  {
    key: 'baseline',
    option: 'baseline',
    kind: text('a file', '"pgseq.baseline.json"'),
    help: 'where accepted findings are, beside this file',
  },
];

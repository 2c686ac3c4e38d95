// A stand-in for psql, so that the examples run where PostgreSQL's own programs are not installed: `psql [-qX] [-U user]
// [-v ON_ERROR_STOP=1]` runs the SQL of its standard input, goes on after an error unless it is told not to, and shows results and
// errors as psql does.
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import pg from 'pg';

/** The variable that says which role of this server stands for one of the page's: a JSON object. */
export const rolesVariable = 'PGSEQ_DOCS_ROLES';

/** SQL cut into its statements, each with its semicolon, as psql sends them: a statement ends where a line does. */
export function statementsOf(sql: string): string[] {
  const statements: string[] = [];
  let statement = '';
  for (const line of sql.split('\n')) {
    statement += `${line}\n`;
    if (isQuoted(statement) || !/;\s*(--.*)?$/.test(line)) continue;
    statements.push(statement.trim());
    statement = '';
  }
  const isMore = statement.split('\n').some((line) => line.trim() !== '' && !line.trim().startsWith('--'));
  return isMore ? [...statements, statement.trim()] : statements;
}

/** Whether a text ends within a quote of the kind `$tag$`. */
function isQuoted(sql: string): boolean {
  let open: string | undefined;
  for (const [tag] of sql.matchAll(/\$\w*\$/g)) {
    if (open === undefined) open = tag;
    else if (open === tag) open = undefined;
  }
  return open !== undefined;
}

/** The SQL with the roles of the page replaced by those of this server. */
export function renamed(sql: string, roles: Readonly<Record<string, string>>): string {
  return Object.entries(roles).reduce(
    (all, [name, real]) => all.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), real),
    sql,
  );
}

/** An error as psql shows it. */
export function shownError(error: unknown): string {
  const { severity = 'ERROR', message, detail, hint } = error as pg.DatabaseError;
  return [
    `${severity}:  ${message}`,
    ...(detail === undefined ? [] : [`DETAIL:  ${detail}`]),
    ...(hint === undefined ? [] : [`HINT:  ${hint}`]),
  ].join('\n');
}

/** Numbers stand to the right: int8, int2, int4, oid, float4, float8, numeric. */
const toTheRight: readonly number[] = [20, 21, 23, 26, 700, 701, 1700];

/** A result as psql shows it; nothing for a statement that has none. */
function shownResult({ fields, rows }: pg.QueryArrayResult<(string | null)[]>): string {
  if (fields.length === 0) return '';
  const widths = fields.map(({ name }, i) => Math.max(name.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (cells: readonly string[]): string => ` ${cells.join(' | ')}`;
  const centred = (text: string, width: number): string =>
    text.padStart(text.length + Math.floor((width - text.length) / 2)).padEnd(width);
  const cell = (text: string | null, i: number): string => {
    const isRight = toTheRight.includes(fields[i]?.dataTypeID ?? 0);
    const width = widths[i] ?? 0;
    return isRight ? (text ?? '').padStart(width) : i === fields.length - 1 ? (text ?? '') : (text ?? '').padEnd(width);
  };
  return [
    `${line(fields.map(({ name }, i) => centred(name, widths[i] ?? 0)))} `,
    widths.map((width) => '-'.repeat(width + 2)).join('+'),
    ...rows.map((row) => line(row.map(cell))),
    `(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`,
    '',
    '',
  ].join('\n');
}

/** Runs SQL as psql would, and writes as it does; returns its exit code. */
export async function psql(
  args: readonly string[],
  sql: string,
  env: Readonly<Record<string, string | undefined>>,
  write: (stream: 'stdout' | 'stderr', text: string) => void,
): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quiet: { type: 'boolean', short: 'q' },
      'no-psqlrc': { type: 'boolean', short: 'X' },
      username: { type: 'string', short: 'U' },
      variable: { type: 'string', short: 'v' },
    },
  });
  const { PGHOST: host, PGPORT: port, PGUSER: user, PGDATABASE: database } = env;
  const client = new pg.Client({ host, port: Number(port), user: values.username ?? user, database });
  await client.connect();
  try {
    const types = { getTypeParser: () => (value: string) => value };
    for (const statement of statementsOf(
      renamed(sql, JSON.parse(env[rolesVariable] ?? '{}') as Record<string, string>),
    )) {
      try {
        const result = await client.query<(string | null)[]>({ text: statement, rowMode: 'array', types });
        write('stdout', shownResult(result));
      } catch (error) {
        write('stderr', `${shownError(error)}\n`);
        if (values.variable === 'ON_ERROR_STOP=1') return 3;
      }
    }
    return 0;
  } finally {
    await client.end();
  }
}

if (import.meta.filename === process.argv[1])
  process.exitCode = await psql(process.argv.slice(2), await text(process.stdin), process.env, (stream, shown) =>
    process[stream].write(shown),
  );

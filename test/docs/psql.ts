// A stand-in for psql, so that the examples run where PostgreSQL's own programs are not installed: `psql [-q] [-U user]`
// runs the SQL of its standard input, goes on after an error, and shows errors as psql does. It prints no results.
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

if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: { quiet: { type: 'boolean', short: 'q' }, username: { type: 'string', short: 'U' } },
  });
  const sql = renamed(
    await text(process.stdin),
    JSON.parse(process.env[rolesVariable] ?? '{}') as Record<string, string>,
  );
  const client = new pg.Client(values.username === undefined ? {} : { user: values.username });
  await client.connect();
  for (const statement of statementsOf(sql)) {
    await client.query(statement).catch((error: unknown) => process.stderr.write(`${shownError(error)}\n`));
  }
  await client.end();
}

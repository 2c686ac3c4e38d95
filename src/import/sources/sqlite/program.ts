import { Buffer } from 'node:buffer';
import { devNull } from 'node:os';
import { Problem } from '../../../problem.ts';
import { converse, type Conversation } from './conversation.ts';
import type { Forms, Reader, Rows } from './reader.ts';
import { withReals } from './reals.ts';

/** SQLite itself makes the lines of COPY. In no escaped value is a carriage return: one stands on both sides of a real number. */
const escaped: Forms = {
  text: (sql) =>
    // JSON writes more than two quotes around a text only if it has one of those characters: a fifth less for all of it than by looking
    `case when length(json_quote(${sql})) = length(${sql}) + 2 then ${sql} ` +
    // The program would print a text only up to a NUL. PostgreSQL refuses one, and counts the line
    `when instr(${sql}, char(0)) then '\\000' ` +
    `else replace(replace(replace(replace(${sql}, '\\', '\\\\'), char(10), '\\n'), char(13), '\\r'), char(9), '\\t') end`,
  real: (sql) => `char(13) || ieee754_mantissa(${sql}) || '*' || ieee754_exponent(${sql}) || char(13)`,
  backslash: '\\\\',
};

/** The first that knows `pragma table_list`. */
const oldest = [3, 37] as const;

/** How the program is started. */
export interface ProgramOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Opens a file by the program `sqlite3`, at a path or a `file:` URI: one process with one transaction from beginning to end.
 * Throws a Problem where there is no such program or it is too old; else errors are SQLite's own.
 */
export async function openProgram(location: string, { env, signal }: ProgramOptions): Promise<Reader> {
  const args = ['-batch', '-bail', '-readonly', '-init', devNull, location];
  const program = converse('sqlite3', args, { env, signal });
  try {
    program.send('.timeout 5000'); // the first question may already need the file
    await printAsItIs(program);
    await refuseOld(program);
    await answer(program, 'pragma trusted_schema = off; begin; select 1 from sqlite_schema;');
  } catch (error) {
    await program.end();
    throw error;
  }
  return {
    async ask(expressions, rest) {
      const hex = expressions.map((sql) => `case when ${sql} is null then '-' else hex(cast(${sql} as text)) end`);
      const lines = (await answer(program, `select ${hex.join(', ')} ${rest};`)).split('\n').slice(0, -1);
      return lines.map((line) =>
        line.split('\t').map((value) => (value === '-' ? null : Buffer.from(value, 'hex').toString())),
      );
    },
    lines: ({ values, from, order }: Rows) => {
      const sql = `select ${values(escaped).join(', ')} from ${from}${order === null ? '' : ` order by ${order}`};`;
      return withReals(program.answer(sql));
    },
    close: () => program.end(),
  };
}

async function answer(program: Conversation, sql: string): Promise<string> {
  let text = '';
  for await (const piece of program.answer(sql)) text += Buffer.from(piece).toString('latin1');
  return text;
}

async function refuseOld(program: Conversation): Promise<void> {
  const version = (await answer(program, 'select sqlite_version();')).trim();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  throw new Problem(`sqlite3 has version ${version}; ${oldest.join('.')} or newer is needed`, {
    hint: 'install a newer one, or run pgseq with Node 22.13 or newer, which reads SQLite files itself',
  });
}

/**
 * Has it print values as they are, with a tab between them and NULL as \N. Since 3.50 it shows control characters as something
 * else unless told not to; those before do not know that option, and a new mode forgets what was set. So it is tried.
 */
async function printAsItIs(program: Conversation): Promise<void> {
  for (const mode of ['.mode list', '.mode list --escape off']) {
    program.send(`${mode}\n.separator "\\t" "\\n"\n.nullvalue '\\N'\n.headers off`);
    if ((await answer(program, "select char(1, 13, 27), null, '';")) === '\u0001\r\u001b\t\\N\t\n') return;
  }
  throw new Problem('sqlite3 does not print values unchanged', {
    hint: 'run pgseq with Node 22.13 or newer, which reads SQLite files itself',
  });
}

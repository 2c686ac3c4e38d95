import { parse } from '../pg/conninfo/gather.ts';
import type { SlashArgument, SlashCommand } from './slash.ts';

/** In place of a database that only psql can tell: a program or a variable gives it. */
export const unknown = Symbol('unknown');

/** Where a script turns to, as far as it says so: what it leaves open stays as it is. */
export interface Connect {
  /** The database; null where it stays, `unknown` where only psql can tell. */
  readonly database: string | null | typeof unknown;
  /** Null where it stays. */
  readonly host: string | null;
  readonly port: string | null;
  /** The line of the script, from 1. */
  readonly line: number;
}

/** What `\connect` turns to, as pg_dump --create and pg_dumpall write it, or anybody else; null where it stays where it is. */
export function connectOf(command: SlashCommand, line: number): Connect | null {
  const [first, ...more] = command.arguments;
  const isPrefix = first?.text?.startsWith('-reuse-previous=') === true;
  const [database = null, , host = null, port = null] = (isPrefix ? more : command.arguments).map(said);
  if (database === unknown || host === unknown || port === unknown)
    return { database: unknown, host: null, port: null, line };
  const plain = { database, host, port, line };
  const to = typeof database === 'string' && isConninfo(database) ? { ...plain, ...readConninfo(database) } : plain;
  return to.database === null && to.host === null && to.port === null ? null : to;
}

/** A word of \connect: null where it stays as it is, `unknown` where only psql can tell. */
function said({ text, isQuoted }: SlashArgument): string | null | typeof unknown {
  if (text === null) return unknown;
  return !isQuoted && (text === '' || text === '-') ? null : text;
}

function isConninfo(text: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(text) || text.includes('=');
}

function readConninfo(text: string): Omit<Connect, 'line'> {
  const { values, mistakes } = parse(text, '');
  const isElsewhere = mistakes.length > 0 || values.has('service');
  return {
    database: isElsewhere ? unknown : (values.get('dbname') ?? null),
    host: values.get('host') ?? values.get('hostaddr') ?? null,
    port: values.get('port') ?? null,
  };
}

import { Problem } from '../../pg/problem.ts';
import type { SourceOptions } from '../../sources/index.ts';
import type { Context } from '../command.ts';
import type { SettingsReader } from '../settings.ts';

/** How sources are opened. */
export function sourceOptions(settings: SettingsReader, context: Context, env: Context['env']): SourceOptions {
  const tables = settings.many('table', () => undefined);
  const delimiter = settings.one('delimiter', readDelimiter) ?? null;
  return {
    table: tables.length === 1 ? (tables[0] ?? null) : null,
    tables,
    columns: settings.one('columns', (text) => text.split(',').map((name) => name.trim())) ?? null,
    delimiter,
    encoding: settings.one('encoding', (text) => text) ?? null,
    format: settings.one('sourceFormat', (text) => text as SourceOptions['format']) ?? null,
    input: context.input,
    env,
    cwd: context.cwd,
    signal: context.signal,
    onNote: (note) => context.note(note),
  };
}

function readDelimiter(text: string): string {
  const delimiter = text === '\\t' ? '\t' : text;
  if (Buffer.byteLength(delimiter) !== 1) throw new Problem(`--delimiter ${text}: one character of ASCII, or \\t`);
  return delimiter;
}

/** `old=new`, as often as it was given. */
export function readPairs(settings: SettingsReader, option: string, flag: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  settings.many(
    option,
    (text) => {
      const at = text.indexOf('=');
      if (at <= 0 || at === text.length - 1) throw new Problem(`${text}: write old=new`);
      pairs.set(text.slice(0, at), text.slice(at + 1));
    },
    flag,
  );
  return pairs;
}

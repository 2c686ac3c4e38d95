import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Source } from '../source.ts';
import { firstBytes } from '../../pg/archive/bytes.ts';
import { isLikeUrl, uriScheme } from '../../pg/conninfo/index.ts';
import { nearest } from '../../text/nearest.ts';
import { Problem } from '../../problem.ts';
import { shellWord } from '../../pg/shell.ts';
import { sourceFile, type SourceFile, spooled } from './files/file.ts';
import type { SourceOptions } from './options.ts';

export type { SourceOptions } from './options.ts';

/**
 * Opens what rows come from: `-` for standard input, a path, `sqlite:PATH`, `mysql://…`, `postgres://…`. What a file is, is told by
 * `format`, else by what is in it and by its name. Throws a Problem for what it does not understand.
 */
export async function openSource(spec: string, options: SourceOptions): Promise<Source> {
  if (/^(?:mysql|mariadb):\/\//i.test(spec)) return await (await import('./mysql/index.ts')).open(spec, options);
  if (uriScheme.test(spec)) return await (await import('./postgresql/index.ts')).open(spec, options);
  const path = spec.replace(/^sqlite:(?:\/\/)?/i, '');
  if (isLikeUrl(path) && !existsSync(resolve(options.cwd, path))) throw unknownUrl(path);
  const file = isInput(spec)
    ? await spooled('standard input', options.input(), options.signal)
    : await sourceFile(path, resolve(options.cwd, path));
  try {
    return await openFile({ ...file, mostInOne: options.maxElement }, spec, options);
  } catch (error) {
    await file.remove();
    throw error;
  }
}

function isInput(spec: string): boolean {
  return spec === '-' || spec === '/dev/stdin';
}

/** What is no file and looks like a URL. It may hold a password, and is not repeated. */
function unknownUrl(text: string): Problem {
  const [, word = ''] = /^\W*([a-z]+)/i.exec(text) ?? [];
  if (/^(?:https?|ftps?|s3|gs|az|file)$/i.test(word))
    return new Problem(`a source is a ${word.toLowerCase()} URL, which import does not read`, {
      hint: word.toLowerCase() === 'file' ? 'name its path' : 'curl -sS URL | pgseq import - …',
    });
  const meant = nearest(word.toLowerCase(), ['postgres', 'postgresql', 'mysql', 'mariadb', 'sqlite']);
  return new Problem('a source looks like a URL, but is not one', {
    hint: meant === undefined ? 'it begins with mysql://, mariadb:// or postgres://' : `did you mean ${meant}://?`,
  });
}

async function openFile(file: SourceFile, spec: string, options: SourceOptions): Promise<Source> {
  const head = file.size === 0 ? Buffer.alloc(0) : await firstBytes(file, 64 * 1024);
  if (/^sqlite:/i.test(spec) || head.subarray(0, 15).toString('latin1') === 'SQLite format 3') {
    const source = await (await import('./sqlite/index.ts')).open(file.path, options, file.name);
    const close = async (): Promise<void> => {
      try {
        await source.close();
      } finally {
        await file.remove();
      }
    };
    return { ...source, close };
  }
  if (head.subarray(0, 5).toString('latin1') === 'PGDMP')
    throw new Problem(`${file.name} is an archive of pg_dump`, {
      hint: `pgseq restore ${shellWord(file.name)} CONNECTION`,
    });
  const name = isInput(spec) ? null : tableNameOf(file.path);
  const format = options.format ?? formatOf(file.path, head);
  if (format === 'tsv' && options.format === 'tsv' && options.delimiter !== null)
    throw new Problem('--delimiter is for CSV; --input-format tsv always uses tabs', { hint: '--input-format csv' });
  if (format === 'tsv' && options.delimiter === null)
    return await (await import('./files/tsv.ts')).openTsv(file, name, options);
  if (format === 'csv' || format === 'tsv') {
    const { openCsv } = await import('./files/csv.ts');
    return await openCsv(file, name, options);
  }
  const { openRows, openTables } = await import('./files/json.ts');
  if (format === 'json' && objectOfArrays.test(head.toString('utf8'))) return await openTables(file, options.signal);
  return await openRows(file, name, options.signal);
}

/** A document that begins with a key whose value is an array. */
const objectOfArrays = /^\ufeff?\s*\{\s*(?:\}|"(?:[^"\\]|\\.)*"\s*:\s*\[)/s;

/** `users.csv.gz` → `users`. */
function tableNameOf(path: string): string {
  return basename(path)
    .replace(/\.(?:gz|zst)$/i, '')
    .replace(/\.(?:csv|tsv|tab|txt|ndjson|jsonl|json)$/i, '');
}

function formatOf(path: string, head: Buffer): NonNullable<SourceOptions['format']> {
  const name = path.replace(/\.(?:gz|zst)$/i, '').toLowerCase();
  if (/\.(?:ndjson|jsonl)$/.test(name)) return 'ndjson';
  if (name.endsWith('.json')) return 'json';
  if (/\.(?:tsv|tab)$/.test(name)) return 'tsv';
  if (name.endsWith('.csv')) return 'csv';
  const text = head
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (text.startsWith('[')) return 'json';
  if (text.startsWith('{')) return objectOfArrays.test(text) ? 'json' : 'ndjson';
  const [first = ''] = text.split('\n');
  return first.includes('\t') && !first.includes(',') ? 'tsv' : 'csv';
}

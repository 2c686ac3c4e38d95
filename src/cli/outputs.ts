import { open, realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import type { Writable } from 'node:stream';
import type { Raw, Words } from '../commands/index.ts';
import { placeOf, replacementFor } from '../commands/replacement.ts';
import { Problem } from '../problem.ts';

/** Options that name a file to write. */
const outputs = ['output', 'rejects'] as const;

/** What is read where nothing names it. */
const readAnyway = ['pgseq.json', 'pgseq.baseline.json', '.env'];

/**
 * Refuses, before anything is opened, to write over what this run reads (the same file under any name, or one in a folder that it reads)
 * and to write two things into one file.
 */
export async function refuseOverwriting(raw: Raw, words: Words, cwd: string): Promise<void> {
  const read = [
    ...Object.entries(raw).flatMap(([name, value]) =>
      (outputs as readonly string[]).includes(name) ? [] : (value ?? []),
    ),
    ...words.all,
    ...readAnyway,
  ].filter((value) => typeof value === 'string');
  // What else is the name of a folder here may be that of a database or a schema
  const folders = new Set(words.all.filter((word) => word !== words.one('connection')));
  const written = new Map<string, string>();
  for (const option of outputs) {
    const file = raw[option];
    if (typeof file !== 'string') continue;
    const path = await placeOf(resolve(cwd, file));
    const other = written.get(path);
    if (other !== undefined) throw new Problem(`${other} and --${option} name the same file: ${file}`);
    written.set(path, `--${option}`);
    for (const source of read)
      if (await isRead(path, resolve(cwd, source), folders.has(source)))
        throw new Problem(`--${option} ${file} would overwrite ${source}, which this run reads`, {
          hint: 'nothing was done; name another file',
        });
  }
}

/** Whether a file is that source, hard links too, or exists in it where it is a folder that is read. */
async function isRead(path: string, source: string, mayBeFolder: boolean): Promise<boolean> {
  const known = async (file: string) => await stat(file, { bigint: true }).catch(() => null);
  const [one, other] = [await known(path), await known(source)];
  if (one === null || other === null || !one.isFile()) return false;
  if (other.isDirectory()) return mayBeFolder && path.startsWith(`${await realpath(source)}${sep}`);
  return one.dev === other.dev && one.ino === other.ino;
}

/** Finds out whether a file can be written later, and leaves no trace. */
export async function proveWritable(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null) await (await replacementFor(path)).discard();
  else if (!found.isFIFO()) await (await open(path, 'a')).close();
}

/** Puts a text in place of a file, whole or not at all. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const file = await replacementFor(path);
  try {
    await file.write(text);
    await file.commit();
  } finally {
    await file.discard();
  }
}

/** Writes to a stream and waits until it is taken. A reader that has seen enough (`| head`) is no error. */
export async function writeTo(stream: Writable, text: string): Promise<void> {
  await new Promise<void>((done, fail) => {
    stream.write(text, (error: (Error & { code?: string }) | null | undefined) => {
      if (error === null || error === undefined || error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED')
        done();
      else fail(error);
    });
  });
}

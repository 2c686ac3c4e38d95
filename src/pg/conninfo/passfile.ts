import { readFile, stat } from 'node:fs/promises';
import { usualSocketDirectories } from './defaults.ts';

/** What a password file is asked for. Empty fields match nothing but `*`. */
export interface PassfileKey {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

export interface PassfileAnswer {
  /** The password of the first line that matches, `undefined` if none does or the file is not used. */
  readonly password: string | undefined;
  /** Why an existing file was ignored, for standard error. */
  readonly note?: string;
}

/**
 * Looks a password up as libpq does (fe-connect.c, `passwordFromFile`): the first line that matches wins, the default
 * socket directory (here: any of the usual ones) goes by the name of `localhost`, and a file that others can read is
 * ignored with a note. A missing file is no mistake.
 */
export async function readPassfile(file: string, key: PassfileKey, platform: string): Promise<PassfileAnswer> {
  const status = await stat(file).catch(() => undefined);
  if (!status) return { password: undefined };
  if (platform !== 'win32') {
    if (!status.isFile()) {
      return { password: undefined, note: `the password file ${file} is ignored: it is not a plain file` };
    }
    if ((status.mode & 0o077) !== 0) {
      const note = `the password file ${file} is ignored: others can read it; try: chmod 600 ${file}`;
      return { password: undefined, note };
    }
  }
  const text = await readFile(file, 'utf8').catch(() => '');
  return { password: passwordIn(text, key) };
}

/** The password for the key in the text of a password file, `undefined` if no line matches. */
export function passwordIn(text: string, key: PassfileKey): string | undefined {
  const host = key.host === '' || usualSocketDirectories.includes(key.host) ? 'localhost' : key.host;
  const wanted = [host, String(key.port), key.database, key.user];
  for (const raw of text.split('\n')) {
    const line = raw.replace(/\r$/, '');
    if (line === '' || line.startsWith('#')) continue;
    const fields = splitLine(line);
    if (fields && wanted.every((value, index) => fields[index] === '*' || unescape(fields[index] ?? '') === value)) {
      return unescape(fields[4] ?? '');
    }
  }
  return undefined;
}

/** The first five fields as they stand (a password ends at the next colon too), `undefined` if there are fewer. */
function splitLine(line: string): string[] | undefined {
  const fields = line
    .match(/(?:^|:)(?:\\.|[^:\\]|\\$)*/g)
    ?.map((field, index) => (index === 0 ? field : field.slice(1)));
  return fields && fields.length >= 5 ? fields : undefined;
}

function unescape(field: string): string {
  return field.replace(/\\(.)/gs, '$1');
}

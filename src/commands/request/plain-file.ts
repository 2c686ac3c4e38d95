import { readFileSync, statSync } from 'node:fs';
import { devNull } from 'node:os';
import { Problem } from '../../problem.ts';
import { mostInOne } from '../../pg/limit.ts';

/**
 * The text of a file that is read as a whole. Standard input may stand for one; a folder is none, and a pipe or a device might never
 * end. Throws where it cannot be read, a Problem or the system's error.
 */
export function plainFile(path: string): string {
  const found = statSync(path);
  if (found.isDirectory()) throw new Problem('it is a directory, not a file');
  // Empty, and what people write for no file at all
  if (path === devNull) return '';
  if (!found.isFile() && !/^\/dev\/(?:stdin|fd\/\d+)$|^\/proc\/self\/fd\/\d+$/.test(path))
    throw new Problem('it is a pipe or a device, not a file, and may never end');
  if (found.size > mostInOne) throw new Problem('it is larger than 64 MB');
  return readFileSync(path, 'utf8');
}

/** A file and the name by which messages call it. */
export interface NamedFile {
  readonly name: string;
  readonly path: string;
}

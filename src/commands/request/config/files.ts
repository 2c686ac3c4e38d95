import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Problem } from '../../../problem.ts';
import { errorCode, errorMessage } from '../../../pg/sqlstate.ts';
import type { Context, Raw } from '../../command.ts';
import { type NamedFile, plainFile } from '../plain-file.ts';
import { textOption } from '../settings.ts';

const configuration = 'pgseq.json';
const baseline = 'pgseq.baseline.json';

/** The configuration: of --config, or the one of this directory where there is one. */
export function configurationFile(raw: Raw, { cwd }: Pick<Context, 'cwd'>): NamedFile | null {
  const named = textOption(raw, 'config');
  const file = { name: named ?? configuration, path: resolve(cwd, named ?? configuration) };
  return named !== undefined || existsSync(file.path) ? file : null;
}

/** Where the baseline is or will be: of --baseline, of the configuration, or beside that. `isNamed`: somebody says so. */
export function baselineFile(
  raw: Raw,
  said: Raw[string],
  config: NamedFile | null,
  { cwd }: Pick<Context, 'cwd'>,
): NamedFile & { readonly isNamed: boolean } {
  const typed = textOption(raw, 'baseline');
  if (typed !== undefined) return { name: typed, path: resolve(cwd, typed), isNamed: true };
  const isNamed = typeof said === 'string';
  const name = join(config === null ? '.' : dirname(config.name), isNamed ? said : baseline);
  return { name, path: resolve(cwd, name), isNamed };
}

/** The text of a file. Throws a Problem, with `hint`, where it cannot be read. */
export function textOf({ name, path }: NamedFile, hint?: string): string {
  try {
    return plainFile(path);
  } catch (cause) {
    const message = errorCode(cause) === 'ENOENT' ? 'no such file' : errorMessage(cause);
    throw new Problem(`${name}: ${message}`, { hint, cause });
  }
}

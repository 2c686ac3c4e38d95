import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from '../support/root.ts';

/** This checkout's version. */
export const { version } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8')) as { version: string };

const program = fromRoot('build', 'src', 'cli', 'main.js');

/**
 * Makes a folder for PATH in which `pgseq` is what was just built, and `npx --yes pgseq@VERSION …` runs it if the version is
 * this checkout's. Returns the folder; it goes away with `parent`.
 */
export function programs(parent: string): string {
  const folder = join(parent, 'programs');
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string): void => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  write('pgseq', `exec '${process.execPath}' '${program}' "$@"`);
  write(
    'npx',
    `case "$1 $2" in '--yes pgseq@${version}') ;; *) echo "nobody has $*" >&2; exit 127 ;; esac
shift 2
exec '${process.execPath}' '${program}' "$@"`,
  );
  return folder;
}

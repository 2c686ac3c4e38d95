import { execFile } from 'node:child_process';
import { pipeline } from 'node:stream/promises';
import { knowsRestrict, type Archive, oldestReader } from '../../pg/archive/recognize.ts';
import { readPacked } from '../../pg/archive/bytes.ts';
import { Problem } from '../../pg/problem.ts';
import { chooseProgram, findPrograms, type Program } from '../../pg/programs.ts';
import type { Context, Raw } from '../command.ts';

/** Finds the program that restores an archive: pg_restore, or psql for a script. `server`: its major, null where there is none. */
export async function clientFor(archive: Archive, server: number | null, raw: Raw, context: Context): Promise<Program> {
  const name = archive.kind === 'script' ? 'psql' : 'pg_restore';
  const binDir = typeof raw['binDir'] === 'string' ? raw['binDir'] : undefined;
  const programs = await findPrograms(name, { binDir, path: context.env['PATH'] });
  if (name === 'psql')
    return chooseProgram(programs, {
      name,
      server,
      suits: (program) => !archive.restricted || knowsRestrict(program),
      unless: `${archive.name} begins with \\restrict, which only psql of August 2025 and later knows`,
      hint: 'install 13.22, 14.19, 15.14, 16.10, 17.6, 18 or newer, or say where it is: --bin-dir',
    });
  const least = oldestReader(archive);
  const { major = 1, minor = 0 } = archive.format ?? {};
  return chooseProgram(programs, {
    name,
    server,
    suits: (program) => program.major >= least,
    unless: `${archive.name} was written by a newer pg_dump (format ${major}.${minor}) and needs pg_restore ${least} or newer`,
    hint: `install the client programs of PostgreSQL ${least} (Debian and Ubuntu: postgresql-client-${least}), or say where they are: --bin-dir`,
  });
}

/** What pg_restore prints about an archive, which it reads from its file, or through a decompressor. */
export async function asked(
  { path }: Program,
  archive: Archive,
  args: readonly string[],
  context: Context,
): Promise<string> {
  const file = archive.compression === null ? [archive.path] : [];
  return await new Promise((resolve, reject) => {
    const child = execFile(
      path,
      [...args, ...file],
      { env: { ...context.env, LC_ALL: 'C' }, maxBuffer: 1024 ** 3, signal: context.signal },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else if (context.signal.aborted) reject(context.signal.reason as Error);
        else
          reject(
            new Problem(`${archive.name}: ${stderr.trim().replace(/^pg_restore: error: /, '') || error.message}`, {
              hint: 'nothing was restored',
              cause: error,
            }),
          );
      },
    );
    if (archive.compression !== null && child.stdin !== null)
      pipeline(readPacked(archive), child.stdin).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'EPIPE' && cause.code !== 'ERR_STREAM_PREMATURE_CLOSE') reject(cause);
      });
  });
}

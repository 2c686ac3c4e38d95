import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { knowsRestrict, type Archive, oldestReader } from '../../pg/archive/recognize.ts';
import { readPacked } from '../../pg/archive/bytes.ts';
import { Problem } from '../../problem.ts';
import { chooseProgram, findPrograms, type Program } from '../../pg/programs.ts';
import { errorMessage } from '../../pg/sqlstate.ts';
import { sendInto } from '../child.ts';
import type { Context, Raw } from '../command.ts';
import { textOption } from '../request/settings.ts';

/** Finds the program that restores an archive: pg_restore, or psql for a script. `server`: its major, null where there is none. */
export async function clientFor(archive: Archive, server: number | null, raw: Raw, context: Context): Promise<Program> {
  const name = archive.kind === 'script' ? 'psql' : 'pg_restore';
  const programs = await findPrograms(name, { binDir: textOption(raw, 'binDir'), path: context.env['PATH'] });
  if (name === 'psql')
    return chooseProgram(programs, {
      name,
      server,
      suits: (program) => !archive.restricted || knowsRestrict(program),
      unless: `${raw['restrict'] === true ? '--restrict needs' : `${archive.name} begins with`} \\restrict, which only psql of August 2025 or later supports`,
      hint: 'install 13.22, 14.19, 15.14, 16.10, 17.6, 18 or newer, or give its directory: --bin-dir',
    });
  const least = oldestReader(archive);
  const { major = 1, minor = 0 } = archive.format ?? {};
  return chooseProgram(programs, {
    name,
    server,
    suits: (program) => program.major >= least,
    unless: `${archive.name} was written by a newer pg_dump (format ${major}.${minor}) and needs pg_restore ${least} or newer`,
    hint: `install the client programs of PostgreSQL ${least} (Debian and Ubuntu: postgresql-client-${least}), or give their directory: --bin-dir`,
  });
}

/**
 * What pg_restore prints about an archive, which it reads from its file, or through a decompressor. Throws a Problem, with a hint
 * of what that means, where it fails: after whatever it has printed until then.
 */
export async function* printed(
  { path }: Program,
  archive: Archive,
  args: readonly string[],
  context: Context,
  hint = 'nothing was restored',
): AsyncGenerator<Uint8Array> {
  const isStreamed = archive.compression !== null;
  const child = spawn(path, [...args, ...(isStreamed ? [] : ['--', archive.path])], {
    env: { ...context.env, LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'pipe'],
    signal: context.signal,
  });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString()));
  let failure: unknown;
  const failed = (cause: unknown): void => {
    failure ??= cause;
  };
  const closed = new Promise<number | null>((resolve) => child.on('error', failed).once('close', resolve));
  if (isStreamed) sendInto(child.stdin, [readPacked(archive)], context.signal).catch(failed);
  else child.stdin.end();
  try {
    yield* child.stdout as AsyncIterable<Uint8Array>;
  } finally {
    if (!child.stdout.readableEnded) child.kill(); // nobody wants the rest
  }
  const code = await closed;
  context.signal.throwIfAborted();
  if (failure instanceof Problem) throw failure;
  if (code === 0) return;
  const why = failure === undefined ? `pg_restore exited with ${code}` : errorMessage(failure);
  throw new Problem(`${archive.name}: ${said.trim().replace(/^pg_restore: error: /, '') || why}`, {
    hint,
    cause: failure,
  });
}

/** The same, when it is all there. */
export async function asked(...what: Parameters<typeof printed>): Promise<string> {
  return await text(printed(...what));
}

import { spawn } from 'node:child_process';
import { pipeline } from 'node:stream/promises';
import { inspectReport } from '../../core/dump/report.ts';
import { scanDump } from '../../core/dump/scan.ts';
import { firstBytes, readPacked } from '../../pg/archive/bytes.ts';
import type { Archive } from '../../pg/archive/recognize.ts';
import { parseToc } from '../../pg/archive/toc.ts';
import { Problem } from '../../pg/problem.ts';
import type { Program } from '../../pg/programs.ts';
import { reporter, reportOptions } from '../check.ts';
import type { Context, Outcome, Raw } from '../command.ts';
import { asked, clientFor } from './client.ts';

/** Tells what is in an archive, and which sequences it leaves behind when it is restored with these options into an empty database. */
export async function inspect(
  archive: Archive,
  options: readonly string[],
  raw: Raw,
  context: Context,
): Promise<Outcome> {
  const report =
    archive.kind === 'script'
      ? inspectReport(archive, await headOf(archive), await scanDump(watched(readPacked(archive), archive, context)))
      : await inspectArchive(archive, options, raw, context);
  context.progress('');
  await context.output.write(reporter(raw).inspect(report, reportOptions(raw, context)));
  return report.summary.behind + report.summary.missing > 0 && raw['failOn'] !== 'none' ? 'findings' : 'in step';
}

/** A script tells its versions in comments at its top. */
async function headOf(archive: Archive): Promise<{ dumpedFrom: string | null; dumpedBy: string | null }> {
  const head = (await firstBytes(archive, 4096)).toString('utf8');
  const said = (what: string): string | null =>
    new RegExp(`^-- Dumped ${what} version (\\S+)`, 'm').exec(head)?.[1] ?? null;
  return { dumpedFrom: said('from database'), dumpedBy: said('by pg_dump') };
}

async function inspectArchive(
  archive: Archive,
  options: readonly string[],
  raw: Raw,
  context: Context,
): Promise<ReturnType<typeof inspectReport>> {
  const program = await clientFor(archive, null, raw, context);
  const { dumpedFrom, dumpedBy } = parseToc(await asked(program, archive, ['--list'], context));
  const contents = await scanDump(watched(script(program, archive, options, context), archive, context));
  return inspectReport(archive, { dumpedFrom, dumpedBy }, contents);
}

/** The archive as a script, which pg_restore makes of it. */
async function* script(
  { path }: Program,
  archive: Archive,
  options: readonly string[],
  context: Context,
): AsyncGenerator<Uint8Array> {
  const isStreamed = archive.compression !== null;
  const child = spawn(path, [...options, '--file=-', ...(isStreamed ? [] : ['--', archive.path])], {
    env: { ...context.env, LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'pipe'],
    signal: context.signal,
  });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  let failure: unknown;
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (cause) => {
      failure = cause;
    });
    child.once('close', resolve);
  });
  if (isStreamed)
    pipeline(readPacked(archive), child.stdin).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EPIPE' && cause.code !== 'ERR_STREAM_PREMATURE_CLOSE') failure = cause;
    });
  else child.stdin.end();
  yield* child.stdout as AsyncIterable<Uint8Array>;
  const code = await ended;
  context.signal.throwIfAborted();
  if (failure instanceof Problem) throw failure;
  if (code !== 0)
    throw new Problem(
      `${archive.name}: ${said.trim().replace(/^pg_restore: error: /, '') || `pg_restore ended with ${code}`}`,
      {
        hint: 'what was read until there is not all of it',
        cause: failure,
      },
    );
}

async function* watched(
  chunks: AsyncIterable<Uint8Array>,
  { name }: Archive,
  context: Context,
): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const chunk of chunks) {
    context.signal.throwIfAborted();
    read += chunk.length;
    context.progress(`reading ${name}, ${Math.floor(read / 1_048_576)} MB`);
    yield chunk;
  }
}

import { inspectReport } from '../../dump/report.ts';
import { scanDump } from '../../dump/scan.ts';
import { firstBytes, readPacked } from '../../pg/archive/bytes.ts';
import type { Archive } from '../../pg/archive/recognize.ts';
import { parseToc } from '../../pg/archive/toc.ts';
import type { Context, Outcome, Raw } from '../command.ts';
import { megabytes } from '../result/progress.ts';
import { asked, clientFor, printed } from './client.ts';
import { reporter, reportOptions } from '../result/write-check.ts';

/** Tells what is in an archive, and which sequences it leaves behind when it is restored with these options into an empty database. */
export async function inspect(
  archive: Archive,
  options: readonly string[],
  raw: Raw,
  context: Context,
): Promise<Outcome> {
  const report =
    archive.kind === 'script'
      ? inspectReport(
          archive,
          await headOf(archive),
          await scanDump(watched(readPacked(archive), archive, context), archive.name, archive.mostInOne),
        )
      : await inspectArchive(archive, options, raw, context);
  context.progress('');
  await context.output.write(reporter(raw).inspect(report, reportOptions(raw, context)));
  if (report.cut !== null) return 'incomplete';
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
  const script = printed(
    program,
    archive,
    [...options, '--file=-'],
    context,
    'reading stopped there, so what was read is incomplete',
  );
  const contents = await scanDump(watched(script, archive, context), archive.name, archive.mostInOne);
  return inspectReport(archive, { dumpedFrom, dumpedBy }, contents);
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
    context.progress(`reading ${name}, ${megabytes(read)}`);
    yield chunk;
  }
}

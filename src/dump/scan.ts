import type { ByteRange, DumpContents } from './contents.ts';
import type { CopiedRows } from './copy-block.ts';
import { Ending } from './ending.ts';
import { Gathered } from '../text/gathered.ts';
import { mostInOne, tooLong } from '../pg/limit.ts';
import { ScriptReader } from './script-reader.ts';
import { StatementSplitter } from './statement-splitter.ts';

const newline = 10;

/** From here on a line lies in one place. */
const longLine = 1024 * 1024;

/** The commands of psql's that dumps have. */
const passing: ReadonlySet<string> = new Set(['restrict', 'unrestrict', 'connect', 'c']);

/**
 * Reads a script as pg_dump writes it, from its first byte to its last, and tells what it brings: tables with their rows, sequences with
 * what they feed and where they end. `most`: bytes that a line, and a statement, may have. What it does not know it passes over.
 */
export async function scanDump(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  name = 'the dump',
  most = mostInOne,
): Promise<DumpContents> {
  const place = (line: number): string => `${name}, line ${line}`;
  const reader = new ScriptReader();
  let lines = 0;
  const passed: ByteRange[] = [];
  /** Of the line that is being read: where it begins, what stands in it. */
  let start = 0;
  let isPassed = false;
  const splitter = new StatementSplitter(
    (command, isAlone) => {
      rows = reader.command(command, lines, isAlone) ?? rows;
      isPassed = isAlone && passing.has(command.name);
    },
    reader.valueOf,
    most,
  );
  const begun = new Gathered(longLine, most);
  const gather = (piece: Buffer): void => {
    if (!begun.add(piece)) throw tooLong(place(lines + 1), most);
  };
  let rows: CopiedRows | null = null;
  const ending = new Ending();
  const copied = (block: CopiedRows): void => {
    if (block.titled !== null) ending.withinRows(reader.copying ?? '', lines + Number(block.titled));
    lines += Number(block.rows);
  };
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.byteLength;
    let piece: Buffer | null = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    while (piece !== null && piece.length > 0) {
      if (rows !== null) {
        piece = rows.take(piece);
        if (piece !== null) {
          copied(rows);
          lines++;
          reader.copied(rows);
          rows = null;
          start = total - piece.length;
        }
        continue;
      }
      const end: number = piece.indexOf(newline);
      if (end < 0) {
        gather(piece);
        break;
      }
      gather(piece.subarray(0, end + 1));
      const line: string = begun.take().toString('latin1');
      piece = piece.subarray(end + 1);
      lines++;
      if (splitter.isIdle) ending.line(line, lines);
      isPassed = false;
      for (const statement of splitter.line(line, place(lines))) rows = reader.statement(statement) ?? rows;
      const to = total - piece.length;
      if (isPassed) passed.push({ from: start, to });
      start = to;
    }
  }
  const unfinished = rows?.begun ?? 'nothing';
  const open = rows === null || unfinished === 'the end' ? null : reader.copying;
  if (rows !== null) {
    copied(rows);
    reader.copied(rows);
  }
  const last = begun.take().toString('latin1');
  if (last !== '' && splitter.isIdle) ending.line(last, lines + 1);
  if (last !== '') lines++;
  isPassed = false;
  for (const statement of splitter.line(`${last}\n`, place(lines))) reader.statement(statement);
  if (isPassed) passed.push({ from: start, to: total });
  return {
    ...reader.contents(),
    passed,
    cut: ending.end(lines + (last === '' && unfinished !== 'nothing' ? 1 : 0), open),
  };
}

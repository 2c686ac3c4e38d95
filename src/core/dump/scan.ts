import type { DumpContents } from './contents.ts';
import type { CopiedRows } from './copied.ts';
import { Ending } from './ending.ts';
import { mostInOne, tooLong } from '../../pg/limit.ts';
import { ScriptReader } from './script-reader.ts';
import { StatementSplitter } from './splitter.ts';

const newline = 10;

/**
 * Reads a script as pg_dump writes it, from its first byte to its last, and tells what it brings: tables with their rows, sequences with
 * what they feed and where they end. What it does not know it passes over.
 */
export async function scanDump(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  name = 'the dump',
): Promise<DumpContents> {
  const place = (line: number): string => `${name}, line ${line}`;
  const reader = new ScriptReader();
  const splitter = new StatementSplitter();
  let begun: Buffer[] = [];
  let size = 0;
  let rows: CopiedRows | null = null;
  const ending = new Ending();
  let lines = 0;
  const copied = (block: CopiedRows): void => {
    if (block.titled !== null) ending.withinRows(reader.copying ?? '', lines + Number(block.titled));
    lines += Number(block.rows);
  };
  for await (const chunk of chunks) {
    let piece: Buffer | null = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    while (piece !== null && piece.length > 0) {
      if (rows !== null) {
        piece = rows.take(piece);
        if (piece !== null) {
          copied(rows);
          lines++;
          reader.copied(rows);
          rows = null;
        }
        continue;
      }
      const end: number = piece.indexOf(newline);
      if (end < 0) {
        begun.push(piece);
        size += piece.length;
        if (size > mostInOne) throw tooLong(place(lines + 1), mostInOne);
        break;
      }
      const line: string = text(begun, piece.subarray(0, end + 1));
      begun = [];
      size = 0;
      piece = piece.subarray(end + 1);
      lines++;
      if (splitter.isIdle) ending.line(line, lines);
      // A command of psql's own, \restrict and \connect among them, stands alone
      if (splitter.isIdle && line.startsWith('\\')) reader.command(line);
      else for (const statement of splitter.line(line, place(lines))) rows = reader.statement(statement) ?? rows;
    }
  }
  const unfinished = rows?.begun ?? 'nothing';
  const open = rows === null || unfinished === 'the end' ? null : reader.copying;
  if (rows !== null) {
    copied(rows);
    reader.copied(rows);
  }
  const last = text(begun);
  if (last !== '' && splitter.isIdle) ending.line(last, lines + 1);
  for (const statement of splitter.line(`${last}\n`, place(lines + 1))) reader.statement(statement);
  return { ...reader.contents(), cut: ending.end(lines + (last === '' && unfinished === 'nothing' ? 0 : 1), open) };
}

function text(begun: readonly Buffer[], more?: Buffer): string {
  if (more !== undefined && begun.length === 0) return more.toString('utf8');
  return Buffer.concat(more === undefined ? begun : [...begun, more]).toString('utf8');
}

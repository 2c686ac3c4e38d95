import type { DumpContents } from './contents.ts';
import type { CopiedRows } from './copied.ts';
import { ScriptReader } from './script-reader.ts';
import { StatementSplitter } from './splitter.ts';

const newline = 10;

/**
 * Reads a script as pg_dump writes it, from its first byte to its last, and tells what it brings: tables with their rows, sequences with
 * what they feed and where they end. What it does not know it passes over.
 */
export async function scanDump(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<DumpContents> {
  const reader = new ScriptReader();
  const splitter = new StatementSplitter();
  let rest: Buffer = Buffer.alloc(0);
  let rows: CopiedRows | null = null;
  for await (const chunk of chunks) {
    let piece: Buffer | null = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    while (piece !== null && piece.length > 0) {
      if (rows !== null) {
        piece = rows.take(piece);
        if (piece !== null) {
          reader.copied(rows);
          rows = null;
        }
        continue;
      }
      const end: number = piece.indexOf(newline);
      if (end < 0) {
        rest = Buffer.concat([rest, piece]);
        break;
      }
      const line: string = Buffer.concat([rest, piece.subarray(0, end + 1)]).toString('utf8');
      rest = Buffer.alloc(0);
      piece = piece.subarray(end + 1);
      // A command of psql's own, \restrict and \connect among them, stands alone
      if (splitter.isIdle && line.startsWith('\\')) continue;
      for (const statement of splitter.line(line)) rows = reader.statement(statement) ?? rows;
    }
  }
  if (rows !== null) reader.copied(rows);
  for (const statement of splitter.line(`${rest.toString('utf8')}\n`)) reader.statement(statement);
  return reader.contents();
}

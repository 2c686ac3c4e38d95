import { escapeOf } from '../../text/printable.ts';
import type { QueryRow, TransactionOptions } from '../queryable.ts';
import { readRow, rowAsText } from './row-text.ts';
import { errorCode } from '../sqlstate.ts';

// A database of the encoding SQL_ASCII takes any bytes for names, and refuses to send those as UTF-8 that are none: one such name
// would keep all others from being read. Then rows are sent in hexadecimal digits, and each byte that belongs to no character
// becomes a lone surrogate, U+DC80 to U+DCFF, as in Python. No name that was read so can be sent.

const stray = /[\udc80-\udcff]/u;

/**
 * Runs a transaction, and once more where the server could not send the rows of its last statement as UTF-8: 22021
 * character_not_in_repertoire, 22P05 untranslatable_character. What writes is not run twice.
 */
export async function sent(
  statements: readonly string[],
  mode: TransactionOptions['mode'],
  run: (statements: readonly string[]) => Promise<readonly QueryRow[]>,
): Promise<readonly QueryRow[]> {
  try {
    return await run(statements);
  } catch (error) {
    const isUnsendable = mode === 'read only' && ['22021', '22P05'].includes(errorCode(error) ?? '');
    const asHex = isUnsendable ? rowAsHex(statements.at(-1) ?? '') : null;
    if (asHex === null) throw error;
    return (await run([...statements.slice(0, -1), asHex])).map(readHexRow);
  }
}

/** The statement with each row in one text of hexadecimal digits; null where it brings no rows. */
function rowAsHex(statement: string): string | null {
  const inner = rowAsText(statement);
  return inner === null
    ? null
    : `select pg_catalog.encode(pg_catalog.convert_to(q.row, 'SQL_ASCII'), 'hex') from (\n${inner}\n) q (row)`;
}

/** Reads what `rowAsHex` brings. */
function readHexRow([hex]: QueryRow): QueryRow {
  return readRow(decoded(Buffer.from(hex ?? '', 'hex')));
}

/** Whether a text has bytes that are no UTF-8. */
export function hasStray(text: string): boolean {
  return stray.test(text);
}

/** A text for people: such bytes as escapes, `caf\xe9`. */
export function shown(text: string): string {
  if (!hasStray(text)) return text;
  return text.replaceAll(/[\udc80-\udcff]/gu, (byte) => escapeOf(byte.charCodeAt(0)));
}

/** Characters of more than one byte, as bytes: https://www.unicode.org/versions/latest/core-spec/chapter-3/, table 3-7. */
const characters =
  /(?:[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})+|[\x80-\xff]/g;

function decoded(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replaceAll(characters, (some) =>
      some.length === 1
        ? String.fromCharCode(0xdc00 + some.charCodeAt(0))
        : Buffer.from(some, 'latin1').toString('utf8'),
    );
}

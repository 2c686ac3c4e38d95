/** A statement in a text, as far as it tells where a key came from. */
export interface Statement {
  readonly index: number;
  readonly end: number;
  readonly kind: 'insert' | 'update' | 'copy';
  readonly schema: string | null;
  readonly table: string;
  /** The columns that an INSERT gives values for; null where its text does not show them. */
  readonly given: readonly string[] | null;
  /** The rows of an INSERT without a list of columns; a null value is one that PostgreSQL gives. */
  readonly rows: readonly (readonly (string | null)[])[] | null;
}

const identifier = String.raw`(?:"[^"\n]+"|[\x60“‘][^\x60”’\n]+[\x60”’]|[\p{L}_][\p{L}\p{N}_$]*)`;
const relation = String.raw`(?:(${identifier})\s*\.\s*)?(?:(${identifier})\s*\.\s*)?(${identifier})`;

const copy = new RegExp(String.raw`\bCOPY\s+(${identifier}),\s`, 'gu');
const insert = new RegExp(String.raw`\binsert\s+into\s+${relation}(?:\s+as\s+${identifier})?`, 'giu');
const merge = new RegExp(String.raw`\bmerge\s+into\s+(?:only\s+)?${relation}[^]{0,5000}?\binsert(?=\s*\()`, 'giu');
const update = new RegExp(String.raw`\bupdate\s+(?:only\s+)?${relation}\s+(?:as\s+)?(?:${identifier}\s+)?set\b`, 'giu');

/** The statements in a text that store rows, in their order. */
export function statementsIn(text: string): Statement[] {
  const copies = [...text.matchAll(copy)].map(
    (match): Statement => ({
      ...placeOf(match),
      kind: 'copy',
      schema: null,
      table: unquoted(match[1] ?? ''),
      ...nothing,
    }),
  );
  const inserts = [...text.matchAll(insert), ...text.matchAll(merge)].map((match): Statement => {
    const { given, rows, end } = givenIn(text, match.index + match[0].length);
    return { index: match.index, end, kind: 'insert', ...relationOf(match), given, rows };
  });
  const updates = [...text.matchAll(update)].map(
    (match): Statement => ({ ...placeOf(match), kind: 'update', ...relationOf(match), ...nothing }),
  );
  return [...copies, ...inserts, ...updates].toSorted((a, b) => a.index - b.index);
}

const nothing = { given: null, rows: null };

function placeOf(match: RegExpExecArray): { index: number; end: number } {
  return { index: match.index, end: match.index + match[0].length };
}

function relationOf([, first, second, table = '']: readonly (string | undefined)[]): Pick<
  Statement,
  'schema' | 'table'
> {
  const schema = second ?? first;
  return { schema: schema === undefined ? null : folded(schema), table: folded(table) };
}

/** A name as PostgreSQL reads it: in lower case, unless it stands in quotes. */
function folded(name: string): string {
  return /^["`“‘]/.test(name) ? unquoted(name) : name.toLowerCase();
}

/** A name without the quotes around it. */
export function unquoted(name: string): string {
  return name.replace(/^["'`“”‘’[]+/, '').replace(/["'`“”‘’\]]+$/, '');
}

/** Which columns an INSERT gives values for. DEFAULT and nextval(…) are none; nor is what OVERRIDING USER VALUE passes over. */
function givenIn(text: string, start: number): Pick<Statement, 'given' | 'rows' | 'end'> {
  const list = itemsAt(text, start);
  const isList = list !== null && !/^\s*(?:select|with|values|table)\b/i.test(list.items[0] ?? '');
  const columns = isList ? list.items.map((item) => folded(item.trim())) : null;
  const from = isList ? list.end : start;
  const rest = text.slice(from, from + 60);
  if (/^\s*default\s+values\b/i.test(rest)) return { given: [], rows: null, end: from };
  const overriding = /^\s*overriding\s+(user|system)\s+value\b/i.exec(rest);
  if (overriding?.[1]?.toLowerCase() === 'user') return { given: [], rows: null, end: from };
  const after = from + (overriding?.[0].length ?? 0);
  const { rows, end } = rowsAt(text, after);
  if (rows === null) return { given: columns, rows: null, end };
  if (columns === null) return { given: null, rows, end };
  const given = columns.filter((_, i) => rows.some((row) => i >= row.length || row[i] !== null));
  return { given, rows: null, end };
}

/** The rows of `VALUES (…), (…)`, or the one that a SELECT without a table makes. Null: neither can be read. */
function rowsAt(text: string, start: number): { rows: (string | null)[][] | null; end: number } {
  const values = /^\s*values\s*(?=\()/i.exec(text.slice(start, start + 60));
  if (values === null) {
    const select = /^\s*\(?\s*select\s+/i.exec(text.slice(start, start + 60));
    if (select === null) return { rows: null, end: start };
    const one = split(text, start + select[0].length, /^from\b|^;|^\n\s*\n|^[)\]]/i, true);
    return one === null ? { rows: null, end: start } : { rows: [one.items.map(valueOf)], end: one.end };
  }
  const rows: (string | null)[][] = [];
  let end = start + values[0].length;
  for (let row = itemsAt(text, end); row !== null && rows.length < 1000; ) {
    rows.push(row.items.map(valueOf));
    end = row.end;
    const comma = /^\s*,\s*(?=\()/.exec(text.slice(end, end + 60));
    row = comma === null ? null : itemsAt(text, end + comma[0].length);
  }
  return { rows: rows.length === 0 ? null : rows, end };
}

/** A value, or null where PostgreSQL gives it: by a default or from a sequence. */
function valueOf(item: string): string | null {
  const value = item.trim();
  return /^default$/i.test(value) || /\bnextval\s*\(/i.test(value) ? null : value;
}

/** What stands between parentheses, at its commas. Null where no parenthesis opens there, or none closes it. */
function itemsAt(text: string, start: number): { items: string[]; end: number } | null {
  const open = /^\s*\(/.exec(text.slice(start, start + 60));
  return open === null ? null : split(text, start + open[0].length, /^\)/);
}

/** A list of expressions, at its commas outside of parentheses and quotes, up to where `until` stands outside of them. */
function split(text: string, start: number, until: RegExp, mayEnd = false): { items: string[]; end: number } | null {
  const items = [''];
  let depth = 0;
  let quote = '';
  for (let i = start; i < text.length && i < start + 20_000; i++) {
    const character = text[i] as string;
    if (quote === '' && depth === 0) {
      const stop = /\w/.test(character) && /\w/.test(text[i - 1] ?? '') ? null : until.exec(text.slice(i, i + 10));
      if (stop !== null) return { items, end: i + stop[0].length };
    }
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === "'" || character === '"') quote = character;
    else if (character === '(') depth++;
    else if (character === ')') depth--;
    if (character === ',' && depth === 0 && quote === '') items.push('');
    else items[items.length - 1] += character;
  }
  return mayEnd && depth === 0 && quote === '' ? { items, end: text.length } : null;
}

/** Deeper than PostgreSQL's own parser goes. */
const deepest = 10_000;

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];

/**
 * Where a text stops being JSON, from 0; null where all of it is one value. For texts so long that what JSON.parse makes of them takes
 * many times their size: it makes nothing. Strict as JSON.parse is, but for values within values within values.
 */
export function jsonFault(text: string): number | null {
  /** The brackets that are open. */
  const open: number[] = [];
  let at = blanks(text, 0);
  for (;;) {
    // A value
    const sign = text.charCodeAt(at);
    if (sign === 0x5b || sign === 0x7b) {
      const next = blanks(text, at + 1);
      if (text.charCodeAt(next) !== sign + 2) {
        if (open.push(sign) > deepest) return at;
        at = sign === 0x7b ? key(text, next) : next;
        if (at < 0) return next;
        continue;
      }
      at = next + 1;
    } else {
      const end = sign === quote ? textEnd(text, at) : wordEnd(text, at);
      if (end < 0) return at;
      at = end;
    }
    // What is behind it
    for (;;) {
      at = blanks(text, at);
      const last = open.at(-1);
      if (last === undefined) return at === text.length ? null : at;
      const behind = text.charCodeAt(at);
      if (behind === comma) {
        const next = blanks(text, at + 1);
        at = last === 0x7b ? key(text, next) : next;
        if (at < 0) return next;
        break;
      }
      if (behind !== last + 2) return at;
      open.pop();
      at++;
    }
  }
}

function blanks(text: string, from: number): number {
  let at = from;
  for (let sign = text.charCodeAt(at); sign === 0x20 || sign === 0x0a || sign === 0x0d || sign === 0x09; )
    sign = text.charCodeAt(++at);
  return at;
}

/** Behind a key and its colon; -1 where there is none. */
function key(text: string, from: number): number {
  const end = text.charCodeAt(from) === quote ? textEnd(text, from) : -1;
  if (end < 0) return -1;
  const at = blanks(text, end);
  return text.charCodeAt(at) === colon ? blanks(text, at + 1) : -1;
}

/** Behind a text in quotes; -1 where it is none. */
function textEnd(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (sign === quote) return at + 1;
    if (sign < 0x20) return -1;
    if (sign !== backslash) continue;
    const escaped = text[++at] ?? '';
    if (escaped === 'u') {
      if (!/^[0-9a-f]{4}$/i.test(text.slice(at + 1, at + 5))) return -1;
      at += 4;
    } else if (!'"\\/bfnrt'.includes(escaped) || escaped === '') return -1;
  }
  return -1;
}

const word = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;

function wordEnd(text: string, from: number): number {
  word.lastIndex = from;
  return word.test(text) ? word.lastIndex : -1;
}

import { foreignParameter } from './foreign.ts';
import { isKeyword, isSecret, type Keyword, keywords } from './keywords.ts';
import type { Mistake } from './mistake.ts';
import { nearest } from '../../text/nearest.ts';

/** What a connection string said, before defaults, environment and meaning. */
export interface Parsed {
  readonly values: ReadonlyMap<Keyword, string>;
  readonly notes: readonly string[];
  readonly mistakes: readonly Mistake[];
}

// isspace() of the C locale: unlike \s it leaves the no-break space and its kin alone, which may be part of a password.
const blanks = /[ \t\n\v\f\r]*/y;
const bareName = /[^= \t\n\v\f\r]*/y;
const quoted = /'((?:[^'\\]|\\.)*)'/sy;
const bareValue = /((?:[^\\ \t\n\v\f\r]|\\.)*)\\?/sy;

/**
 * Reads `host=localhost dbname='my db'` by the rules of libpq (fe-connect.c, `conninfo_parse`): blanks around `=`
 * are allowed, single quotes keep blanks, a backslash takes the next character literally in and outside of quotes, the
 * last of two equal keywords counts.
 */
export function parseKeywordValue(text: string, origin: string): Parsed {
  const values = new Map<Keyword, string>();
  const mistakes: Mistake[] = [];
  const notes: string[] = [];
  const failed = (message: string, hint?: string): Parsed => {
    mistakes.push({ message: `${origin}: ${message}`, hint });
    return { values, notes, mistakes };
  };
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  };

  for (take(blanks); at < text.length; take(blanks)) {
    const name = take(bareName)?.[0] ?? '';
    take(blanks);
    // Nothing that looks like a piece of a URL may be repeated.
    if (!/^\w*$/.test(name)) return failed('this is neither a URL nor a list of keyword=value');
    // After a password without quotes the rest of the string may well be the rest of that password.
    const shown = [...values.keys()].some(isSecret) ? '' : ` "${name}"`;
    if (text[at] !== '=') return failed(`no = after the word${shown}`, "quote values that contain blanks: key='a b'");
    at++;
    take(blanks);
    const value = text[at] === "'" ? take(quoted) : take(bareValue);
    if (!value) return failed(`the quoted value of${shown || ' a keyword'} has no end`);
    store(name, (value[1] ?? '').replace(/\\(.)/gs, '$1'), shown);
  }
  return { values, notes, mistakes };

  /** Other clients take words of their own in such a string too, as they do in a URI. */
  function foreign(name: string, value: string): boolean {
    const found = foreignParameter(name, value, values);
    for (const [keyword, meant] of found?.means ?? []) values.set(keyword, meant);
    if (found?.mistake !== undefined) failed(found.mistake);
    if (found?.note !== undefined) notes.push(`${origin}: ${found.note}`);
    if (found?.owner !== undefined) notes.push(`${origin}: ignored ${name}, which ${found.owner} uses`);
    return found !== undefined;
  }

  function store(name: string, value: string, shown: string): void {
    if (name === 'requiressl') values.set('sslmode', value.startsWith('1') ? 'require' : 'prefer');
    else if (isKeyword(name)) values.set(name, value);
    else if (foreign(name, value)) return;
    else if (shown === '')
      failed('an unknown keyword follows the password', "quote a password with blanks: password='…'");
    else failed(`unknown keyword${shown}`, suggestion(name));
  }
}

/** A hint that names the keyword an unknown one was probably meant to be; `undefined` if nothing is near. */
export function suggestion(name: string): string | undefined {
  const near = nearest(name, Object.keys(keywords));
  return near === undefined ? undefined : `did you mean ${near}?`;
}

/** The same words of a connection, for libpq: `host=localhost dbname='my app'`. */
export function keywordValue(values: ReadonlyMap<Keyword, string>): string {
  return [...values]
    .map(([keyword, value]) => {
      const isPlain = /^[^\s'\\]+$/.test(value);
      return `${keyword}=${isPlain ? value : `'${value.replaceAll(/['\\]/g, String.raw`\$&`)}'`}`;
    })
    .join(' ');
}

import { nearest } from '../../text/nearest.ts';
import { isKeyword, type Keyword } from './keywords.ts';
import type { Mistake } from './mistake.ts';

// What was meant as a URL and is none. Taken for the name of a database it would go to the server, into its log, and into messages,
// with its password. Nothing here repeats a text that may hold one.

const shape = 'postgresql://user@host:5432/database';

/** A user and a password in front of a host, whatever is written around them; two slashes in a row, forward or not. */
const userinfo = /[:：][^@＠]*[@＠]/;
const slashes = /[/\\／]{2}/;

/** `host=…`: a keyword/value string, in which every value says itself what it is. */
const keywordFirst = /^\s*[a-z_]+\s*=/i;

/** What is wrong with a text that is about to be taken for keywords and values, or for a name of a database; undefined where nothing is. */
export function urlTypo(text: string, origin: string): Mistake | undefined {
  const [, key] = /^\s*(\w+)\s*=\s*["']?[\w+.-]+:[/\\]{2}/.exec(text) ?? [];
  if (key !== undefined && !isKeyword(key))
    return {
      message: `${origin} is an assignment, not a URL`,
      hint: `remove what is in front of the URL, including the =: ${shape}`,
    };
  if (keywordFirst.test(text) || !(userinfo.test(text) || slashes.test(text))) return undefined;
  const [, word = ''] = /^\W*([a-z0-9+]*)/i.exec(text) ?? [];
  const meant = word === '' ? undefined : nearest(word.toLowerCase().split('+')[0] ?? '', ['postgres', 'postgresql']);
  return {
    message: `${origin} looks like a URL, but is not one`,
    hint: `${meant === undefined ? 'begin it with postgresql://' : `did you mean ${meant}://?`} use ${shape}`,
  };
}

/** Whether a text, which is no URL that is known, is one of another kind or was meant as one. */
export function isLikeUrl(text: string): boolean {
  return userinfo.test(text) || /^[a-z][a-z0-9+.-]*[:;.]?[/\\]{2}/i.test(text);
}

/** Values that go to a server, or into messages, as names. */
const names: readonly Keyword[] = ['host', 'hostaddr', 'port', 'user', 'dbname', 'service'];

/** A mistake for each of them that holds a URL, or a user with a password. */
export function urlsWithin(given: ReadonlyMap<Keyword, { readonly value: string; readonly origin: string }>): {
  readonly keyword: Keyword;
  readonly mistake: Mistake;
}[] {
  return names.flatMap((keyword) => {
    const from = given.get(keyword);
    if (from === undefined || !(/:[/\\]{2}/.test(from.value) || userinfo.test(from.value))) return [];
    return [
      {
        keyword,
        mistake: {
          message: `${keyword} (from ${from.origin}) holds a URL, or a user with a password`,
          hint: `give a URL as a whole, in DATABASE_URL or as the connection: ${shape}`,
        },
      },
    ];
  });
}

import { parse } from './gather.ts';
import { keywordValue } from './keyword-value.ts';
import { isKeyword, isSecret, type Keyword } from './keywords.ts';
import { uriScheme } from './recognize.ts';

/**
 * A connection string that says the same but for its secrets, as near to how it was written as that can be. One that is not
 * understood comes to nothing: what of it is the password is not known. `dbname`: names this database in place of its own.
 */
export function withoutPassword(text: string, dbname?: string): string | undefined {
  const { values, mistakes } = parse(text.trim(), 'a connection string');
  if (mistakes.length > 0) return undefined;
  const wanted = new Map([...values].filter(([keyword]) => !isSecret(keyword)));
  if (dbname !== undefined) wanted.set('dbname', dbname);
  const kept = [text.trim(), withoutUserinfo(text.trim())];
  return kept.find((one) => says(one, wanted)) ?? keywordValue(wanted);
}

/** What a connection string of another program's variable says; undefined where it is none of PostgreSQL. */
export function withoutMistakes(text: string): ReadonlyMap<Keyword, string> | undefined {
  if (!uriScheme.test(text) && !/^jdbc:/i.test(text)) return undefined;
  const { values, mistakes } = parse(text, '');
  return mistakes.length === 0 ? values : undefined;
}

function says(text: string, wanted: ReadonlyMap<Keyword, string>): boolean {
  const { values, mistakes } = parse(text, '');
  return (
    mistakes.length === 0 &&
    values.size === wanted.size &&
    [...wanted].every(([keyword, value]) => values.get(keyword) === value)
  );
}

/** A URI without what stands between its user and its host, and without parameters that are secrets. */
function withoutUserinfo(text: string): string {
  const scheme = uriScheme.exec(text)?.[0] ?? '';
  const [, start = '', query] = /^([^?]*)(?:\?(.*))?$/s.exec(text.slice(scheme.length)) ?? [];
  const rest = start.replace(/^([^:@/]*):[^@/]*@/, '$1@');
  const parameters = (query ?? '').split('&').filter((parameter) => {
    const [name = ''] = parameter.split('=');
    return parameter !== '' && !(isKeyword(name) && isSecret(name));
  });
  return `${scheme}${rest}${parameters.length === 0 ? '' : `?${parameters.join('&')}`}`;
}

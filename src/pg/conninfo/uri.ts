import { foreignParameter, type ForeignOwner } from './foreign.ts';
import { type Parsed, suggestion } from './keyword-value.ts';
import { isKeyword, isSecret, type Keyword } from './keywords.ts';
import type { Mistake } from './mistake.ts';

/** The percent-decoded text, or `undefined` if a `%` is followed by anything but two hexadecimal digits, by 00, or
 * if the bytes are not UTF-8. A `+` stays a `+`: this is RFC 3986, not a web form. */
function decode(text: string): string | undefined {
  if (/%(?![0-9a-f]{2})|%00/i.test(text)) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads what follows `postgresql://` by the rules of libpq (fe-connect.c, `conninfo_uri_parse_options`): user
 * and password end at the first `@` if that comes before any `/`, hosts are separated by commas and decoded after they
 * are joined (so `%2C` separates too, and `%2Fvar%2Frun` is a socket directory), an empty part counts as not given.
 * Beyond libpq it knows the parameters of other programs (`foreign.ts`). No message repeats a value.
 *
 * @param rest the URI without its scheme and `//`
 * @param origin where the URI came from, in words
 * @param jdbc whether it was a JDBC URL, whose default host is localhost
 */
export function parseUri(rest: string, origin: string, jdbc = false): Parsed {
  const values = new Map<Keyword, string>();
  const mistakes: Mistake[] = [];
  const wrong = (message: string, hint?: string) => mistakes.push({ message: `${origin}: ${message}`, hint });
  const set = (keyword: Keyword, text: string, part: string = keyword) => {
    if (text === '') return;
    const value = decode(text);
    if (value === undefined) wrong(`the ${part} is not percent-encoded properly`, 'write a % itself as %25');
    else values.set(keyword, value);
  };

  const mark = rest.search(/[@/]/);
  const hasUser = rest[mark] === '@';
  if (hasUser) {
    const [, user = '', password = ''] = /^([^:]*):?(.*)$/s.exec(rest.slice(0, mark)) ?? [];
    set('user', user, 'user name');
    set('password', password);
  }
  const [, authority = '', path = '', query = ''] =
    /^([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(hasUser ? rest.slice(mark + 1) : rest) ?? [];

  const hosts: string[] = [];
  const ports: string[] = [];
  // A colon inside of brackets belongs to an IPv6 address, a comma there can only be a mistake.
  for (const entry of authority.split(',')) {
    const parts = /^(?:\[([^\]]+)\]|([^:[]*))(?::(.*))?$/s.exec(entry);
    if (!parts) wrong('a host in brackets must be an IPv6 address, as in [::1]:5432');
    hosts.push(parts?.[1] ?? parts?.[2] ?? '');
    ports.push(parts?.[3] ?? '');
  }
  // libpq would go on with a wrong host and repeat half of the password in its message.
  if (authority.includes('@')) {
    wrong('there is more than one @ before the host', 'write an @ inside a user name or password as %40');
    return { values: new Map(), notes: [], mistakes };
  }
  const oddPort = ports.some((port) => /[^\d%\s]/.test(port));
  const later = `${path}?${query}`.includes('@');
  if (authority.includes(':') && ((oddPort && later) || (!hasUser && path.includes('@')))) {
    wrong('there is a / or ? before the @', 'write / and ? inside a user name or password as %2F and %3F');
    return { values: new Map(), notes: [], mistakes };
  }
  if (hasUser && query.split('&').some((one) => /^[^=]*@/.test(one))) {
    wrong(
      'there is an @ after the ?, so one of them belongs to the password',
      'write @ # / and ? inside a user name or password as %40 %23 %2F and %3F',
    );
    return { values: new Map(), notes: [], mistakes };
  }
  set('host', hosts.join(','));
  set('port', ports.join(','));
  set('dbname', path, 'database name');
  if (jdbc && !values.has('host')) values.set('host', 'localhost');

  const notes = readQuery(query, { values, wrong, origin });
  return { values, notes, mistakes };
}

interface Sink {
  readonly values: Map<Keyword, string>;
  readonly wrong: (message: string, hint?: string) => void;
  readonly origin: string;
}

/** SQLAlchemy's way to name hosts, as often as there are hosts: `host=one:5432&host=two:5433`. */
function addPlaces(values: Map<Keyword, string>, places: string): void {
  const before = (values.get('host') ?? '') === '' ? [] : [[values.get('host'), values.get('port') ?? '']];
  const all = [...before, ...places.split(',').map((place) => place.split(':'))];
  values.set('host', all.map(([host]) => host).join(','));
  values.set('port', all.map(([, port]) => port).join(','));
}

/** Reads `a=b&c=d` into the sink; what was ignored comes back as notes, one for each program the parameters are of. */
function readQuery(query: string, { values, wrong, origin }: Sink): string[] {
  const ignored = new Map<ForeignOwner, string[]>();
  const notes: string[] = [];
  const parameters = query === '' ? [] : query.replace(/&$/, '').split('&');
  // An unencoded & or ? in a password would make the rest of the password look like parameters.
  let afterSecret = query.includes('@');
  for (const [index, parameter] of parameters.entries()) {
    const [rawName = '', rawValue, ...more] = parameter.split('=');
    const name = decode(rawName);
    if (name !== undefined && isKeyword(name) && isSecret(name)) afterSecret = true;
    const value = decode(rawValue ?? '');
    const shown = afterSecret || name === undefined || name === '' ? `number ${index + 1} of the query` : `"${name}"`;
    if (rawValue === undefined) {
      wrong(`the parameter ${shown} has no =`, 'write an & inside a value as %26');
    } else if (more.length > 0) {
      wrong(`the parameter ${shown} has more than one =`, 'write a = inside a value as %3D');
    } else if (name === undefined || value === undefined) {
      wrong(`the parameter ${shown} is not percent-encoded properly`, 'write a % itself as %25');
    } else if (name === 'host' && /^(?:[^:,/]+:\d+,?)+$/.test(value)) {
      addPlaces(values, value);
    } else if (isKeyword(name) && !(name === 'sslmode' && value === 'no-verify')) {
      values.set(name, value);
    } else if (name === 'requiressl') {
      values.set('sslmode', value.startsWith('1') ? 'require' : 'prefer');
    } else {
      const foreign = foreignParameter(name, value, new Map(values));
      if (!foreign) wrong(`unknown parameter ${shown}`, afterSecret ? undefined : suggestion(name));
      for (const [keyword, meant] of foreign?.means ?? []) values.set(keyword, meant);
      if (foreign?.mistake !== undefined) wrong(foreign.mistake);
      if (foreign?.note !== undefined) notes.push(`${origin}: ${foreign.note}`);
      if (foreign?.owner !== undefined) ignored.set(foreign.owner, [...(ignored.get(foreign.owner) ?? []), name]);
    }
  }
  for (const [owner, names] of ignored) notes.push(`${origin}: ignored ${names.join(', ')}, which ${owner} uses`);
  return notes;
}

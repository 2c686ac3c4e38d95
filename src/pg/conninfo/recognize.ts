import type { Mistake } from './mistake.ts';
import { nearest } from '../../text/nearest.ts';
import { pairsShape } from './pairs.ts';
import { urlTypo } from './typo.ts';

/** What a text that should name a database turned out to be. */
export type Form =
  | { readonly form: 'uri'; readonly rest: string; readonly jdbc: boolean }
  | { readonly form: 'keyword-value' }
  | { readonly form: 'pairs' }
  | { readonly form: 'database' }
  | { readonly form: 'mistake'; readonly mistake: Mistake };

const shape = 'postgresql://user@host:5432/database';
/**
 * What a PostgreSQL URL begins with here and elsewhere: SQLAlchemy's `+driver`, Doctrine, Django, PostGIS, golang-migrate, Phoenix;
 * Java's, which may name what watches the driver.
 */
export const uriScheme =
  /^(jdbc:(?:p6spy:|log4jdbc:|otel:)?|r2dbc:(?:pool:|proxy:)?)?(?:postgres(?:ql)?(?:\+[a-z0-9_]+)?|pgsql|pdo-pgsql|psql|postgis|pgx[45]?|ecto):\/\//i;

/** JDBC's other form, for a server on localhost. */
const jdbcLocal = /^jdbc:postgresql:\/?(?!\/)([^?]*)(\?.*)?$/is;

const mistaken = (message: string, hint: string): Form => ({ form: 'mistake', mistake: { message, hint } });

/**
 * Tells a URI, a keyword/value string and a bare database name apart, as libpq does (a URI by its scheme, otherwise
 * keyword/value if it has a `=`), but stops at texts that libpq would take for a database name although they were
 * plainly meant as a URL. No message repeats the text: it may hold a password.
 */
export function recognize(text: string, origin: string): Form {
  const scheme = uriScheme.exec(text);
  if (scheme) return { form: 'uri', rest: text.slice(scheme[0].length), jdbc: scheme[1] !== undefined };

  const local = jdbcLocal.exec(text);
  if (local) return { form: 'uri', rest: `/${local[1]}${local[2] ?? ''}`, jdbc: true };
  if (pairsShape.test(text)) return { form: 'pairs' };

  if (/^(["']).*\1$/s.test(text) && uriScheme.test(text.slice(1))) {
    return mistaken(`${origin} is a URL with quotes around it`, 'remove the quotes; they are not part of the URL');
  }
  const other = /^(jdbc:|[a-z][a-z0-9+.-]*:)(\/*)/i.exec(text);
  const name = other?.[1]?.slice(0, -1) ?? '';
  const twoSlashes = (other?.[2]?.length ?? 0) >= 2;
  if (name.toLowerCase() === 'prisma+postgres' || name.toLowerCase() === 'prisma') {
    return mistaken(
      `${origin} is a URL of Prisma Accelerate, which does not speak to PostgreSQL clients`,
      `use the database's own URL (often DIRECT_URL): ${shape}`,
    );
  }
  if (/^(?:jdbc|r2dbc):tc:/i.test(text)) {
    return mistaken(
      `${origin} is a Testcontainers URL: it names an image to start a container from, not a server`,
      `use the URL of the running container (getJdbcUrl()): ${shape}`,
    );
  }
  if (name.toLowerCase() === 'jdbc') {
    return mistaken(
      `${origin} is a JDBC URL, but not of the form jdbc:postgresql://host:port/database`,
      `use ${shape}`,
    );
  }
  const meant = nearest(name.split('+')[0] ?? '', ['postgres', 'postgresql']);
  if (name !== '' && (twoSlashes || meant !== undefined)) {
    return meant === undefined
      ? mistaken(`${origin} is a URL with the scheme ${name}://, not a PostgreSQL one`, `use ${shape}`)
      : mistaken(`${origin} begins with ${name}:${other?.[2] ?? ''}`, `did you mean ${meant}://? use ${shape}`);
  }
  if (/^[^\s=@/]+:(\d+(\/[^=]*)?$|.*@)/s.test(text) || /^[^\s=@/]+@[^\s=]+\/\S/.test(text)) {
    return mistaken(`${origin} looks like a URL without its scheme`, `put postgresql:// in front: ${shape}`);
  }
  const typo = urlTypo(text, origin);
  if (typo !== undefined) return { form: 'mistake', mistake: typo };
  return { form: text.includes('=') ? 'keyword-value' : 'database' };
}

import { keywordValue } from './keyword-value.ts';
import { withoutMistakes } from './without-password.ts';
import type { Keyword } from './keywords.ts';
import { keywords } from './keywords.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** A connection in a framework's variables, and which of them say it. */
export interface FileConnection {
  readonly conninfo: string;
  readonly names: readonly string[];
}

/** One variable that holds all of it: Laravel, Flask, Spring and Quarkus (with two more), Heroku's Java. The first that names PostgreSQL counts. */
const whole: readonly (readonly [string, user?: string, password?: string])[] = [
  ['DB_URL'],
  ['SQLALCHEMY_DATABASE_URI'],
  ['SQLALCHEMY_DATABASE_URL'],
  ['DATABASE_URI'],
  ['SPRING_DATASOURCE_URL', 'SPRING_DATASOURCE_USERNAME', 'SPRING_DATASOURCE_PASSWORD'],
  ['SPRING_R2DBC_URL', 'SPRING_R2DBC_USERNAME', 'SPRING_R2DBC_PASSWORD'],
  ['QUARKUS_DATASOURCE_JDBC_URL', 'QUARKUS_DATASOURCE_USERNAME', 'QUARKUS_DATASOURCE_PASSWORD'],
  ['JDBC_DATABASE_URL', 'JDBC_DATABASE_USERNAME', 'JDBC_DATABASE_PASSWORD'],
  ['TYPEORM_URL'],
];

/** Beginnings of variables that hold it in parts: Laravel and Django, Strapi, TypeORM. */
const prefixes = ['DB_', 'DATABASE_', 'TYPEORM_'] as const;
const kinds = ['CONNECTION', 'ENGINE', 'TYPE', 'DIALECT', 'CLIENT', 'DRIVER', 'ADAPTER'] as const;
const parts: readonly (readonly [Keyword, ...string[]])[] = [
  ['host', 'HOST', 'HOSTNAME'],
  ['port', 'PORT'],
  ['dbname', 'DATABASE', 'NAME', 'DATABASE_NAME', 'DB'],
  ['user', 'USERNAME', 'USER'],
  ['password', 'PASSWORD', 'PASS'],
  ['sslmode', 'SSLMODE'],
];
const isPostgres = /^(?:[\w.]*\.)?(?:pg|pgsql|pdo_pgsql|postgres(?:ql)?|postgis|psycopg2?)(?:[_.+-]\w+)?$/i;

/**
 * What the variables of a file that has none of ours say of a PostgreSQL: those of frameworks, and last those of a compose file's
 * database. Null where they name none: what only looks like one may be of another kind.
 */
export function connectionOf(file: Variables): FileConnection | null {
  for (const [name, userName, passwordName] of whole) {
    const text = file[name]?.trim() ?? '';
    const values = withoutMistakes(text);
    if (values === undefined) continue;
    const more = [
      ['user', userName],
      ['password', passwordName],
    ] as const;
    const said = more.flatMap(([keyword, variable]) => {
      const value = variable === undefined ? undefined : file[variable];
      return value === undefined || value === '' || variable === undefined || values.has(keyword)
        ? []
        : [{ keyword, variable, value }];
    });
    if (said.length === 0) return { conninfo: text, names: [name] };
    const all = new Map([...values, ...said.map(({ keyword, value }) => [keyword, value] as const)]);
    return { conninfo: keywordValue(all), names: [name, ...said.map(({ variable }) => variable)] };
  }
  for (const prefix of prefixes)
    if (kinds.some((kind) => isPostgres.test(file[prefix + kind] ?? '')))
      return inParts(file, prefix, new Map([['host', 'localhost']]));
  const isComposed = ['POSTGRES_DB', 'POSTGRES_USER', 'POSTGRES_HOST'].some((name) => (file[name] ?? '') !== '');
  if (!isComposed) return null;
  const user = file['POSTGRES_USER'] || 'postgres'; // as the image takes them
  const defaults = new Map<Keyword, string>([
    ['host', 'localhost'],
    ['user', user],
    ['dbname', user],
  ]);
  return inParts(file, 'POSTGRES_', defaults);
}

function inParts(file: Variables, prefix: string, defaults: ReadonlyMap<Keyword, string>): FileConnection {
  const values = new Map(defaults);
  const names: string[] = [];
  for (const [keyword, ...endings] of parts) {
    const name = endings.map((ending) => prefix + ending).find((one) => (file[one] ?? '') !== '');
    if (name === undefined) continue;
    values.set(keyword, file[name] ?? '');
    names.push(name);
  }
  return { conninfo: keywordValue(values), names };
}

/** Whether variables say themselves where to connect, in the words that are always read. */
export function saysWhere(file: Variables): boolean {
  const own = Object.values(keywords).flatMap((row) => ('env' in row ? [row.env] : []));
  return ['DATABASE_URL', 'POSTGRES_URL', ...own].some((name) => (file[name] ?? '') !== '');
}

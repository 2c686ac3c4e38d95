import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Home, homeFile } from './home.ts';
import { suggestion } from './keyword-value.ts';
import { isKeyword, type Keyword } from './keywords.ts';
import type { Mistake } from './mistake.ts';

export interface Service {
  readonly values: ReadonlyMap<Keyword, string>;
  /** The file it was found in. */
  readonly file: string;
}

// Where Debian's libpq looks when PGSYSCONFDIR is not set; other builds have it in their own prefix, which only
// `pg_config --sysconfdir` knows.
const systemDirectory = '/etc/postgresql-common';

/**
 * Looks a connection service up, as libpq does (fe-connect.c, `parseServiceInfo`): PGSERVICEFILE, or else
 * ~/.pg_service.conf if it exists; if the service is not in there, pg_service.conf in PGSYSCONFDIR.
 *
 * @returns the service, or why there is none
 */
export function readService(
  name: string,
  origin: string,
  env: Readonly<Record<string, string | undefined>>,
  home: Home,
): Service | Mistake {
  const own = env['PGSERVICEFILE'] ?? homeFile(home, 'service');
  const shared = join(env['PGSYSCONFDIR'] ?? systemDirectory, 'pg_service.conf');
  // A file that was named must exist; the two usual places need not.
  const files = [own, shared].filter(
    (file) => file !== undefined && (file === env['PGSERVICEFILE'] || existsSync(file)),
  );
  for (const file of files as string[]) {
    const found = readServiceFile(name, file);
    if (found) return found;
  }
  return {
    message: `there is no service "${name}" (from ${origin})`,
    hint: `looked in ${[own, shared].filter((file) => file !== undefined).join(' and ')}`,
  };
}

function readServiceFile(name: string, file: string): Service | Mistake | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return { message: `cannot read the service file ${file}: ${(error as NodeJS.ErrnoException).code}` };
  }
  const values = new Map<Keyword, string>();
  let inside = false;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    const wrong = (message: string, hint?: string): Mistake => ({
      message: `${file}, line ${index + 1}: ${message}`,
      hint,
    });
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[')) {
      if (inside) break; // only the first section of a name counts
      inside = line.startsWith(`[${name}]`);
      continue;
    }
    if (!inside) continue;
    if (line.startsWith('ldap')) return wrong('services looked up with LDAP are not supported');
    const [, key = '', value = ''] = /^([^=]*)=(.*)$/s.exec(line) ?? [];
    if (!line.includes('=')) return wrong('no = in this line');
    if (key === 'service') return wrong('a service cannot refer to another service');
    if (/[:/@]/.test(key)) return wrong('not keyword=value'); // a URL, perhaps with a password
    if (!isKeyword(key)) return wrong(`unknown keyword "${key}"`, blankHint(key) ?? suggestion(key));
    if (!values.has(key)) values.set(key, value);
  }
  return inside || values.size > 0 ? { values, file } : undefined;
}

/** Unlike a connection string, a service file takes no blanks around its equal signs. */
function blankHint(key: string): string | undefined {
  return key !== key.trim() && isKeyword(key.trim()) ? 'no blank is allowed before the =' : undefined;
}

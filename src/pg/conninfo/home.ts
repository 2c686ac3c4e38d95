import { homedir } from 'node:os';
import { join } from 'node:path';

/** The files that libpq looks for in a user's home. */
export type HomeFile = 'passfile' | 'service' | 'root.crt' | 'root.crl' | 'postgresql.crt' | 'postgresql.key';

export interface Home {
  /** The home directory: `HOME`, else what the system knows; `undefined` where there is none. */
  readonly directory: string | undefined;
  readonly platform: string;
  /** `%APPDATA%`, which stands for the home directory on Windows. */
  readonly appData: string | undefined;
}

/** The path where libpq expects the file, `undefined` without a home. Whether it exists is not looked at. */
export function homeFile(home: Home, file: HomeFile): string | undefined {
  const windows = home.platform === 'win32';
  const base = windows ? home.appData && join(home.appData, 'postgresql') : home.directory;
  if (!base) return undefined;
  switch (file) {
    case 'passfile':
      return join(base, windows ? 'pgpass.conf' : '.pgpass');
    case 'service':
      return join(base, '.pg_service.conf');
    default:
      return windows ? join(base, file) : join(base, '.postgresql', file);
  }
}

/** The home of this process, unless the environment says otherwise. */
export function homeOf(env: Readonly<Record<string, string | undefined>>, platform: string, directory?: string): Home {
  return { directory: directory ?? (env['HOME'] || systemHome()), platform, appData: env['APPDATA'] };
}

function systemHome(): string | undefined {
  try {
    return homedir() || undefined;
  } catch {
    return undefined; // a container may run under a user id that no passwd entry knows
  }
}

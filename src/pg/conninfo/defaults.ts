import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';

/** Debian's and the PostgreSQL project's own choice for the directory of the server's socket. */
export const usualSocketDirectories: readonly string[] = ['/var/run/postgresql', '/tmp'];

/**
 * The host when none is given. libpq knows one directory, chosen when it was compiled: /var/run/postgresql in the
 * packages of Debian and Red Hat, /tmp elsewhere. We cannot know which of them the user's psql has, so the first
 * that has a socket for this port is taken, and localhost if none has: that reaches a server that only listens on TCP
 * (a container, say), where psql would fail.
 */
export function defaultHost(port: number, platform: string, directories = usualSocketDirectories): string {
  if (platform === 'win32') return 'localhost';
  return directories.find((directory) => existsSync(join(directory, `.s.PGSQL.${port}`))) ?? 'localhost';
}

/** The name of the user this process runs as, `undefined` if the system has none (a container with a bare user id). */
export function systemUser(): string | undefined {
  try {
    return userInfo().username || undefined;
  } catch {
    return undefined;
  }
}

import { rowsAt } from '../support/session.ts';
import type { Server } from '../support/server.ts';

/** Roles that situations name in what they print, so they cannot be one test's own: they own nothing outside its database. */
const roles = ['situation_reader', 'situation_owner'] as const;

/** Makes them where they are missing. Two test processes may be at it at once. */
export async function prepareRoles(server: Server): Promise<void> {
  for (const role of roles)
    await rowsAt(server.url('postgres'), `create role ${role}`).catch((error: unknown) => {
      if ((error as { code?: string }).code !== '42710' && (error as { code?: string }).code !== '23505') throw error;
    });
}

import { execFileSync } from 'node:child_process';
import { chownSync } from 'node:fs';

/** Who runs the servers. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account that the servers run as: PostgreSQL refuses to run as root, so root lends them to an unprivileged account
 * that exists already. `undefined`: we are not root and they run as ourselves.
 */
export const account: Account | undefined = process.getuid?.() === 0 ? unprivileged() : undefined;

/** What `spawn` needs to start a program as that account. */
export const asAccount: { uid?: number; gid?: number } =
  account === undefined ? {} : { uid: account.uid, gid: account.gid };

/** An environment in which nobody's `PGDATA` or locale changes what a server does. */
export const plainEnvironment: NodeJS.ProcessEnv = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };

/** Makes a file or directory of ours the account's own, so that the server may write and rename it. */
export function giveToAccount(path: string): void {
  if (account !== undefined) chownSync(path, account.uid, account.gid);
}

function unprivileged(): Account {
  for (const name of ['postgres', 'nobody']) {
    const uid = id('-u', name);
    const gid = id('-g', name);
    if (uid !== undefined && gid !== undefined) return { name, uid, gid };
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is neither an account "postgres" nor "nobody" to run it as',
  );
}

function id(option: '-u' | '-g', name: string): number | undefined {
  try {
    return Number(execFileSync('id', [option, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return undefined;
  }
}

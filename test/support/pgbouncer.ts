import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asAccount, giveToAccount, plainEnvironment } from './account.ts';
import { makeDirectory } from './cluster-directory.ts';
import { freePort } from './postmaster.ts';
import { connectionUri, type Server } from './server.ts';
import { openSession } from './session.ts';
import { type Watchdog, watch } from './watchdog.ts';

/** Debian's, which is in no ordinary user's PATH; wherever else, in PATH. `undefined`: not on this machine. */
const program = ['pgbouncer', '/usr/sbin/pgbouncer'].find((name) => spawnSync(name, ['--version']).status === 0);

/** Why tests that need PgBouncer are skipped, for `node:test`; false where it is there. */
export const withoutPgbouncer: string | false =
  program === undefined && 'PgBouncer is not installed: apt-get install pgbouncer';

export interface PgbouncerOptions {
  /** Who may come in; everybody without a password, as at the harness's servers. */
  readonly users: readonly string[];
  /** Settings of pgbouncer.ini, in addition to the harness's own: transaction mode. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** A running PgBouncer in front of a server; for its clients it is that server. */
export interface Pgbouncer extends Server {
  /** Its log so far. */
  log(): string;
}

/** Lends a PgBouncer of its own in front of a server to `work`; it is gone afterwards, also when we are killed. */
export async function withPgbouncer<Result>(
  server: Server,
  options: PgbouncerOptions,
  work: (bouncer: Pgbouncer) => Promise<Result>,
): Promise<Result> {
  const directory = makeDirectory(server.major);
  const watchdog: Watchdog = watch(directory, pidFile);
  let child: ChildProcess | undefined;
  try {
    const port = await freePort();
    const address = { major: server.major, host: '127.0.0.1', port, socketDirectory: directory };
    child = await start(directory, server, address.port, options);
    return await work({
      ...address,
      name: `PgBouncer of ${server.name}`,
      url: (database, user, password) => connectionUri(address, database, user, password),
      log: () => readFileSync(join(directory, 'log'), 'utf8'),
    });
  } finally {
    if (child !== undefined) await stop(child);
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    watchdog.dismiss();
  }
}

const pidFile = 'pgbouncer.pid';

async function start(
  directory: string,
  server: Server,
  port: number,
  options: PgbouncerOptions,
): Promise<ChildProcess> {
  const write = (name: string, text: string): string => {
    const file = join(directory, name);
    writeFileSync(file, text);
    giveToAccount(file);
    return file;
  };
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: directory,
    logfile: join(directory, 'log'),
    pidfile: join(directory, pidFile),
    auth_type: 'trust',
    auth_file: write('users', options.users.map((user) => `"${user}" ""\n`).join('')),
    admin_users: options.users.join(','),
    pool_mode: 'transaction',
    ...options.settings,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  const databases = `* = host=${server.host} port=${server.port}\n`;
  const file = write('pgbouncer.ini', `[databases]\n${databases}[pgbouncer]\n${lines.join('')}`);
  const child = spawn(program ?? 'pgbouncer', ['--quiet', file], {
    ...asAccount,
    cwd: directory,
    env: plainEnvironment,
    detached: true, // Ctrl-C is for the launcher
    stdio: 'ignore',
  });
  child.unref();
  const giveUp = Date.now() + 30_000;
  for (;;) {
    try {
      const console = await openSession({ host: '127.0.0.1', port, user: options.users[0], database: 'pgbouncer' });
      await console.end();
      return child;
    } catch (error) {
      if (child.exitCode !== null || Date.now() > giveUp) {
        child.kill('SIGKILL');
        throw new Error(`PgBouncer did not start:\n${logged(directory)}`, { cause: error });
      }
      await sleep(10);
    }
  }
}

function logged(directory: string): string {
  try {
    return readFileSync(join(directory, 'log'), 'utf8');
  } catch {
    return '(it wrote no log)';
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.ref();
  child.kill('SIGQUIT');
  await ended;
}

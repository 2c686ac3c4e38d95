import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { plainEnvironment } from './account.ts';
import { freePort } from './postmaster.ts';

/** Debian's, which is in no ordinary user's PATH; wherever else, in PATH. `undefined`: not on this machine. */
const program = ['mariadbd', '/usr/sbin/mariadbd'].find((name) => spawnSync(name, ['--version']).status === 0);

/** Why tests that need MariaDB are skipped, for `node:test`; false where it is there. */
export const withoutMariadb: string | false =
  program === undefined && 'MariaDB is not installed: apt-get install mariadb-server';

/** A running MariaDB, whose user root needs no password. */
export interface Mariadb {
  readonly port: number;
  readonly socketPath: string;
  /** The URL of a database. */
  url(database: string): string;
  /** Runs statements, and returns what they print. */
  run(sql: string, database?: string): string;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Ends it and removes what it stored. */
  remove(): Promise<void>;
}

/** Starts a server of one's own in a temporary folder. As root it runs as the account `mysql`, which its package makes. */
export async function startMariadb(...settings: readonly string[]): Promise<Mariadb> {
  const directory = mkdtempSync(join(tmpdir(), 'pgseq-mariadb-'));
  chmodSync(directory, 0o755);
  const data = join(directory, 'data');
  const user = process.getuid?.() === 0 ? ['--user=mysql'] : [];
  const installed = spawnSync(
    'mariadb-install-db',
    ['--no-defaults', ...user, `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
    { env: plainEnvironment, encoding: 'utf8' },
  );
  if (installed.status !== 0) throw new Error(`mariadb-install-db: ${installed.stdout}${installed.stderr}`);
  const socketPath = join(data, 's.sock');
  const port = await freePort();
  const log = join(data, 'log');
  const child = spawn(
    program ?? 'mariadbd',
    [
      '--no-defaults',
      ...user,
      `--datadir=${data}`,
      `--socket=${socketPath}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--pid-file=${join(data, 'pid')}`,
      `--log-error=${log}`,
      '--innodb-flush-log-at-trx-commit=0',
      ...settings,
    ],
    { cwd: '/', env: plainEnvironment, stdio: 'ignore' },
  );
  child.unref();
  const die = (): void => void child.kill('SIGKILL');
  process.once('exit', die);
  const kill = async (): Promise<void> => {
    process.off('exit', die);
    await killed(child);
  };
  const run = (sql: string, database = 'mysql'): string => {
    const { status, stdout, stderr } = spawnSync(
      'mariadb',
      [
        '--no-defaults',
        '--user=root',
        `--socket=${socketPath}`,
        '--batch',
        '--skip-column-names',
        '--default-character-set=utf8mb4',
        database,
      ],
      { input: sql, encoding: 'utf8', env: plainEnvironment },
    );
    if (status !== 0) throw new Error(stderr);
    return stdout;
  };
  const server: Mariadb = {
    port,
    socketPath,
    url: (database) => `mysql://root@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    run,
    kill,
    async remove() {
      await kill();
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  const giveUp = Date.now() + 30_000;
  for (;;) {
    try {
      run('select 1');
      return server;
    } catch (error) {
      if (child.exitCode === null && Date.now() < giveUp) {
        await sleep(50);
        continue;
      }
      const said = existsSync(log) ? readFileSync(log, 'utf8') : '(it wrote no log)';
      await server.remove();
      throw new Error(`MariaDB did not start:\n${said}`, { cause: error });
    }
  }
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.ref();
  child.kill('SIGKILL');
  await ended;
}

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { account } from './account.ts';
import { binariesOf } from './binaries.ts';
import { keepDirectory, makeDirectory } from './cluster-directory.ts';
import { copyCluster, initialise } from './initdb.ts';
import { freePort, type Postmaster, type StopMode, startPostmaster } from './postmaster.ts';
import { addressesOfRun, connectionUri, type Server } from './server.ts';
import { rowsAt } from './session.ts';
import { configuration } from './settings.ts';
import { copyForStandby } from './standby.ts';
import { type Watchdog, watch } from './watchdog.ts';

export interface ClusterOptions {
  /** Settings of postgresql.conf, in addition to the harness's own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Everybody is let in (the default), or everybody needs a password; the superuser's is then `secret`. */
  readonly auth?: 'trust' | 'scram';
  /** Makes a streaming standby of this running cluster, of the same major. It takes over its primary's settings. */
  readonly standbyOf?: Cluster;
  /** Keeps a copy of the empty cluster beside it, from which tests make theirs. */
  readonly isOfRun?: boolean;
}

/**
 * Creates a cluster of a major and starts it, on a free port of 127.0.0.1 and on a socket in its own directory.
 * `remove` it in the end; a process that ends without doing so, killed or not, leaves neither a server nor a directory.
 */
export async function startCluster(major: number, options: ClusterOptions = {}): Promise<Cluster> {
  const cluster = new Cluster(major, options);
  try {
    await cluster.create();
    return cluster;
  } catch (error) {
    await cluster.remove();
    throw error;
  }
}

const empty = 'empty';

/** Where the cluster of this run has left a copy of itself, empty. */
function emptyOf(major: number): string | undefined {
  const server = addressesOfRun().find((one) => one.major === major);
  return server === undefined ? undefined : join(server.socketDirectory, empty);
}

/** A PostgreSQL server of one's own. Made by `startCluster`. */
export class Cluster implements Server {
  readonly major: number;
  readonly name: string;
  readonly host = '127.0.0.1';
  port = 0;
  readonly socketDirectory: string;
  readonly password: string | undefined;
  readonly settings: Readonly<Record<string, string>>;
  readonly #primary: Cluster | undefined;
  readonly #isOfRun: boolean;
  readonly #bin: string;
  readonly #watchdog: Watchdog;
  #postmaster: Postmaster | undefined;

  constructor(major: number, options: ClusterOptions) {
    this.major = major;
    this.name = String(major);
    this.#primary = options.standbyOf;
    this.#isOfRun = options.isOfRun === true;
    this.password = options.auth === 'scram' ? 'secret' : options.standbyOf?.password;
    this.settings = { ...options.standbyOf?.settings, ...options.settings };
    this.#bin = binariesOf(major);
    this.socketDirectory = makeDirectory(major);
    this.#watchdog = watch(this.socketDirectory);
  }

  get #data(): string {
    return join(this.socketDirectory, 'data');
  }

  /** What to type to start it again by hand, once it is stopped. */
  get startCommand(): string {
    const asAccount = account === undefined ? '' : `runuser -u ${account.name} -- `;
    return `${asAccount}${join(this.#bin, 'pg_ctl')} -D ${this.#data} start`;
  }

  url(database: string, user?: string, password?: string): string {
    return connectionUri(this, database, user, password);
  }

  async create(): Promise<void> {
    if (this.#primary === undefined) await initialise(this.#bin, this.#data, this.password, emptyOf(this.major));
    else await copyForStandby(this.#primary, this.#data);
    if (this.#isOfRun) await copyCluster(this.#data, join(this.socketDirectory, empty));
    for (let attempt = 1; this.#postmaster === undefined; attempt++) {
      this.port = await freePort();
      writeFileSync(join(this.#data, 'pgseq.conf'), configuration(this, this.#primary));
      try {
        await this.start();
      } catch (error) {
        // Between our look and the server's, somebody else took the port.
        if (attempt === 5 || !String(error).includes('Address already in use')) throw error;
      }
    }
  }

  async start(): Promise<void> {
    this.#postmaster = await startPostmaster(this.#bin, this.socketDirectory);
  }

  /** Stops it; its data stay for `start`. */
  async stop(mode: StopMode = 'fast'): Promise<void> {
    await this.#postmaster?.stop(mode);
  }

  async restart(mode: StopMode = 'fast'): Promise<void> {
    await this.stop(mode);
    await this.start();
  }

  /** An immediate stop: the next start recovers as after a power failure. */
  async crash(): Promise<void> {
    await this.stop('immediate');
  }

  /** Makes a standby a primary, and waits for it. */
  async promote(): Promise<void> {
    await rowsAt(this.url('postgres'), 'select pg_catalog.pg_promote()');
  }

  /** Stops it and removes its directory. */
  async remove(): Promise<void> {
    await this.stop('immediate');
    rmSync(this.socketDirectory, { recursive: true, force: true, maxRetries: 5 });
    this.#watchdog.dismiss();
  }

  /** Stops it and leaves its directory behind, as evidence. */
  async keep(): Promise<void> {
    await this.stop();
    keepDirectory(this.socketDirectory);
    this.#watchdog.dismiss();
  }
}

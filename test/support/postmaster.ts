import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asAccount, plainEnvironment } from './account.ts';

/** How a server ends: after its sessions, rolling them back, or as if it had crashed. */
export type StopMode = 'smart' | 'fast' | 'immediate';

const signals = { smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

/**
 * A session of a test fills cold caches once and ends, so most of its CPU is for pages that the kernel hands out one by one: huge ones,
 * where the kernel has them, save a third of it. Other C libraries than glibc ignore it.
 */
const hugePages = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1:glibc.malloc.top_pad=8388608' };

/** One running server process. */
export interface Postmaster {
  stop(mode: StopMode): Promise<void>;
}

/**
 * Starts `postgres` on `directory/data` and waits until it accepts connections (a standby: read-only ones).
 * Rejects with the last lines of its log when it ends instead.
 */
export async function startPostmaster(bin: string, directory: string): Promise<Postmaster> {
  const data = join(directory, 'data');
  const log = openSync(join(directory, 'log'), 'a', 0o644);
  const child = spawn(join(bin, 'postgres'), ['-D', data], {
    ...asAccount,
    cwd: directory,
    env: { ...plainEnvironment, ...hugePages },
    // Ctrl-C is for the launcher, which stops the servers after the tests.
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = once(child, 'exit');
  child.unref();
  const giveUp = Date.now() + 60_000;
  while (!isReady(data, child)) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > giveUp) {
      child.kill('SIGQUIT');
      throw new Error(`PostgreSQL did not start in ${directory}:\n${lastLines(join(directory, 'log'))}`);
    }
    await sleep(10);
  }
  return {
    async stop(mode) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.ref();
      child.kill(signals[mode]);
      await ended;
    },
  };
}

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** As pg_ctl does: the server writes its pid into the first line of postmaster.pid and its state into the eighth. */
function isReady(data: string, child: ChildProcess): boolean {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
    return Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
}

import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { asAccount, plainEnvironment } from './account.ts';

/** Waits for the end of its input: that comes when we close it, and also when we die by any signal. */
const script = `
read -r word
[ "$word" = keep ] && exit
pid=$(head -n 1 "$1/$2" 2>/dev/null)
if [ -n "$pid" ]; then
  kill -QUIT "$pid" 2>/dev/null
  tries=0
  while [ $tries -lt 100 ] && kill -0 "$pid" 2>/dev/null; do
    sleep 0.1
    tries=$((tries + 1))
  done
fi
rm -rf "$1"
`;

/** Guards one server's directory. */
export interface Watchdog {
  /** From now on the directory is left alone, whatever happens to us. */
  dismiss(): void;
}

/**
 * Starts a process that outlives us: when we are gone, killed or not, it stops the server of `directory`, whose process id
 * stands in `pidFile` there, and removes the directory. It runs as the servers' account, so it can hurt nothing else, and
 * in a session of its own, so Ctrl-C does not reach it.
 */
export function watch(directory: string, pidFile = 'data/postmaster.pid'): Watchdog {
  const child = spawn('/bin/sh', ['-c', script, 'pgseq-watchdog', directory, pidFile], {
    ...asAccount,
    cwd: '/',
    env: plainEnvironment,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  // The pipe must not keep a finished test process alive.
  (child.stdin as Writable & { unref(): void }).unref();
  child.stdin.on('error', () => {});
  return {
    dismiss() {
      child.stdin.end('keep\n');
    },
  };
}

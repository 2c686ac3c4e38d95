import { appendFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runAsAccount } from './run-as-account.ts';

/**
 * Makes an empty cluster in `data`, with the superuser `postgres`; with a password, everybody needs one. `empty` is a copy of one that
 * was just made: initdb uses a second of CPU, and a run of all tests makes dozens.
 */
export async function initialise(
  bin: string,
  data: string,
  password: string | undefined,
  empty: string | undefined,
): Promise<void> {
  if (password === undefined && empty !== undefined && existsSync(empty)) return await copyCluster(empty, data);
  const passwordFile = join(dirname(data), 'password');
  const auth = ['-A', 'trust'];
  if (password !== undefined) {
    writeFileSync(passwordFile, password, { mode: 0o644 });
    auth.splice(0, 2, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`);
  }
  // C is on every machine; and UTF8, because names are not only ASCII.
  const encoding = ['--locale=C', '-E', 'UTF8'];
  await runAsAccount(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', ...encoding, '--no-sync', ...auth]);
  rmSync(passwordFile, { force: true });
  appendFileSync(join(data, 'postgresql.conf'), "\ninclude = 'pgseq.conf'\n");
}

/** Copies the directory of a cluster that does not run. */
export async function copyCluster(from: string, to: string): Promise<void> {
  await runAsAccount('/bin/cp', ['-R', '-p', from, to]);
}

import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runAsAccount } from './run-as-account.ts';

/** Makes an empty cluster in `data`, with the superuser `postgres`; with a password, everybody needs one. */
export async function initialise(bin: string, data: string, password: string | undefined): Promise<void> {
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

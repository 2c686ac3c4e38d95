import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { asAccount, plainEnvironment } from './account.ts';

const execute = promisify(execFile);

/** Runs a program as the account of the servers; rejects with what it said when it fails. */
export async function runAsAccount(program: string, args: readonly string[]): Promise<void> {
  await execute(program, args, { ...asAccount, cwd: '/', env: plainEnvironment, maxBuffer: 2 ** 24 });
}

import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { asAccount } from './account.ts';

/**
 * Where data directories and copies go. A socket's path must stay below 104 bytes, and root's TMPDIR may be closed to
 * the account that runs the servers; /tmp stands in for such a one.
 */
export const temporary: string = suits(tmpdir()) ? tmpdir() : '/tmp';

function suits(directory: string): boolean {
  if (Buffer.byteLength(directory) > 70) return false;
  return spawnSync('test', ['-x', directory], { ...asAccount, cwd: '/' }).status === 0;
}
